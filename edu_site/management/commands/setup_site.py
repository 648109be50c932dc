"""What every database needs beside its tables: roles, the review before publishing, search words, first facts."""

import tomllib
from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from wagtail.models import Page

from accounts.actions.roles import sync_roles
from accounts.models import User
from accounts.roles import group_name
from compliance.actions.fact_importing import START_FILE, import_facts
from core.actions.publishing import ensure_review_workflow
from core.actions.search import import_synonyms
from core.errors import PublicationRefusedError
from edu_site.demo.loading import REVIEWED_SNIPPETS


class Command(BaseCommand):
    help = (
        "Make the staff roles, the review workflow and the first everyday words of the search; run it after migrate. "
        "Doing it again changes nothing. "
        "With --author and --reviewer (two members of staff, who answer for them) also publish the facts that a new "
        "site starts with."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--author", help="e-mail address of the member of staff who submits the first facts")
        parser.add_argument("--reviewer", help="e-mail address of the member of staff who approves them")

    def handle(self, *args: Any, **options: Any) -> None:
        sync_roles()
        reviewers = Group.objects.get(name=group_name("reviewer"))
        root = Page.get_first_root_node()
        ensure_review_workflow(reviewers=reviewers, root_page=root, snippet_models=REVIEWED_SNIPPETS)
        import_synonyms()
        self.stdout.write("角色和审核流程都在了。")
        if options["author"] or options["reviewer"]:
            author, reviewer = _member(options["author"]), _member(options["reviewer"])
            data = tomllib.loads(START_FILE.read_text("utf-8"))
            try:
                facts = import_facts(data=data, author=author, reviewer=reviewer, now=timezone.now())
            except PublicationRefusedError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"发布了 {len(facts)} 条事实。")


def _member(email: str | None) -> User:
    member = User.objects.filter(email=email, is_staff=True, is_active=True).first() if email else None
    if member is None:
        raise CommandError("--author 和 --reviewer 都要写，而且要是在职的工作人员。")
    return member

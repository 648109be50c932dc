"""What every database needs beside its tables: the roles and the review that stands before publishing."""

from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand
from wagtail.models import Page

from accounts.actions.roles import sync_roles
from accounts.roles import group_name
from core.actions.publishing import ensure_review_workflow
from courses.models import GlossaryTerm
from quizzes.models import Quiz


class Command(BaseCommand):
    help = "Make the staff roles and the review workflow; run it after migrate. Doing it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        sync_roles()
        reviewers = Group.objects.get(name=group_name("reviewer"))
        root = Page.get_first_root_node()
        ensure_review_workflow(reviewers=reviewers, root_page=root, snippet_models=(GlossaryTerm, Quiz))
        self.stdout.write("角色和审核流程都在了。")

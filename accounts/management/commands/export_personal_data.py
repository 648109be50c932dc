"""``manage.py export_personal_data USER``: everything the site knows about one person, as JSON on standard output."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from accounts.models import User
from accounts.personal_data import collect_personal_data
from accounts.queries import find_contact
from accounts.validators import normalise_contact
from core.actions.audit import record_audit


class Command(BaseCommand):
    help = "Write everything the site knows about one person as JSON to standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="id, phone number or e-mail address of the person")

    def handle(self, *args: Any, **options: Any) -> None:
        user, now = _find(options["user"]), timezone.now()
        record_audit(action="account.exported", target=user, user=None, now=now)
        data = collect_personal_data(user=user, now=now)
        self.stdout.write(json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))


def _find(typed: str) -> User:
    if typed.isascii() and typed.isdigit() and len(typed) < 11:  # noqa: PLR2004 -- a phone number has eleven digits
        user = User.objects.filter(pk=int(typed)).first()
    else:
        user = User.objects.filter(email=typed.strip().lower(), is_staff=True).first() or _holder(typed)
    if user is None:
        raise CommandError(f"no account for {typed}")
    return user


def _holder(typed: str) -> User | None:
    try:
        channel, normalised = normalise_contact(typed)
    except ValidationError as error:
        raise CommandError("; ".join(error.messages)) from error
    contact = find_contact(channel=channel, normalised=normalised)
    return contact.user if contact else None

"""Drafts of what has to be filed with the carrier."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.enums import Channel
from messaging.actions.filing import draft_registered_templates
from messaging.backends import backend_names


class Command(BaseCommand):
    help = "Make a draft filing for every registered short message and SMS backend that has none of that text yet."

    def handle(self, *args: Any, **options: Any) -> None:
        made = draft_registered_templates(backends=backend_names(Channel.SMS), now=timezone.now())
        for filing in made:
            self.stdout.write(f"{filing.backend}\t{filing.template}\t{filing.text}")
        self.stdout.write(f"{len(made)} new drafts.")

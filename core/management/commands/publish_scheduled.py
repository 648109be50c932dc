"""Wagtail's command, with the publish gate asked for each revision by itself."""

from typing import Any

from django.utils import timezone
from wagtail.management.commands.publish_scheduled import Command as WagtailCommand

from core.actions.publishing import publish_due


class Command(WagtailCommand):  # type: ignore[misc]
    """Publishes what is due and takes down what has expired; one refusal does not hold up the others."""

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["dryrun"]:
            for refusal in publish_due(now=timezone.now()):
                self.stderr.write(refusal)
        super().handle(*args, **options)

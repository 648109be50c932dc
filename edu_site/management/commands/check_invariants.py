"""Says whether everything that must hold does: seats, deliveries, ledgers, progress."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from core.registries import invariants


class Command(BaseCommand):
    help = "Check every registered invariant; list what does not hold and exit 1 if anything does not."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        names = []
        for name, check in invariants:
            names.append(name)
            for violation in check():
                broken += 1
                self.stdout.write(f"{name}: {violation}")
        if broken:
            sys.exit(1)
        self.stdout.write(f"{len(names)} invariants hold: {', '.join(names)}")

"""Synthetic people and messages in bulk."""

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actions.sample import create_sample_investors
from messaging.actions.sample import create_sample_deliveries


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 10_000_000:  # noqa: PLR2004 -- ten million
        raise argparse.ArgumentTypeError("0 到 10000000 之间的整数")
    return number


class Command(BaseCommand):
    help = "Make synthetic investors and delivered messages in bulk (addresses at example.org)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--investors", type=_count, default=0)
        parser.add_argument("--deliveries", type=_count, default=0)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("只在演示环境（DEMO=1）里生成样例数据。")
        now = timezone.now()
        investors = create_sample_investors(count=options["investors"], now=now)
        deliveries = create_sample_deliveries(count=options["deliveries"], now=now) if options["deliveries"] else 0
        self.stdout.write(f"investors: {investors}, deliveries: {deliveries}")

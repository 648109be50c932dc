"""Read what came back: ingest_bounces <maildir | mbox | imaps://user:password@host/folder>."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from messaging.bounces.ingesting import ingest_all
from messaging.bounces.mailboxes import MailboxError, open_mailbox


class Command(BaseCommand):
    """Applies each returned message once and prints how many ended how."""

    help = "读取退信：地址不存在的停发，投诉的停发，没有凭证的留给人判断。每封只处理一次，可以反复运行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "mailbox", nargs="?", default="", help="maildir 文件夹、mbox 文件或 imaps:// 地址；不写时用设置 BOUNCES_URL"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        place = options["mailbox"] or settings.BOUNCES_URL
        if not place:
            raise CommandError("请写明信箱，或者设置 BOUNCES_URL。")
        try:
            counts = ingest_all(returned=open_mailbox(place), clock=timezone.now)
        except MailboxError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(" ".join(f"{name}={count}" for name, count in sorted(counts.items())) or "没有新的退信。")

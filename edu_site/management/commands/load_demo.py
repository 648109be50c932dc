"""The demo: accounts, lessons, quizzes, events and letters."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from core import pagecache
from edu_site.demo.loading import is_loaded, load_demo_content


class Command(BaseCommand):
    help = "Load the demo content and accounts (refused where DEMO is not set)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when the site has a home page")
        parser.add_argument("--reset", action="store_true", help="throw everything away first")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("没有设置 DEMO=1，不装入演示内容。")
        if options["reset"]:
            _throw_everything_away()
            call_command("migrate", verbosity=0, interactive=False)
        elif options["if_empty"] and is_loaded():
            return
        self.stdout.write("正在装入演示内容……")
        self.stdout.flush()
        load_demo_content(now=timezone.now())
        pagecache.purge()


def _throw_everything_away() -> None:
    """Empty the database and the folders of mail, SMS and uploads of this demo."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    else:
        name = str(connection.settings_dict["NAME"])
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)
    for folder in (settings.VAR_DIR / "mail", settings.VAR_DIR / "sms", settings.VAR_DIR / "broker"):
        shutil.rmtree(folder, ignore_errors=True)

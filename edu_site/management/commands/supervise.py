"""``make run``: prepare the database, load the demo content once, and run everything together."""

import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from edu_site.supervisor import Child, Supervisor


class Command(BaseCommand):
    help = "Run web, worker and beat together; restart whichever dies."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"))

    def handle(self, *args: Any, **options: Any) -> None:
        port = _checked_port(options["port"])
        for folder in (settings.VAR_DIR, settings.MEDIA_ROOT, settings.STATIC_ROOT):
            _check_writable(Path(folder))
        os.environ["BASE_URL"] = os.environ.get("BASE_URL", f"http://127.0.0.1:{port}")
        with translation.override(settings.LANGUAGE_CODE):
            call_command("migrate", verbosity=0, interactive=False)
            call_command("collectstatic", verbosity=0, interactive=False)
            if settings.DEMO:
                call_command("load_demo", "--if-empty")
        self._say_where(port)
        environment = {**os.environ, "PORT": str(port), "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]}
        Supervisor(_children(), environment).run()

    def _say_where(self, port: int) -> None:
        lines = [
            "",
            f"  网站      http://127.0.0.1:{port}/",
            f"  编辑后台  http://127.0.0.1:{port}/cms/",
        ]
        if settings.DEMO:
            staff = "admin editor reviewer events marketing service analyst"
            lines += [
                f"  演示账户  {staff}（都是 @example.com），投资者 investor1 到 investor20@example.com",
                f"  演示密码  {settings.DEMO_PASSWORD}",
                f"  发出的邮件和短信  http://127.0.0.1:{port}/cms/messages/demo/（用 admin 登录）",
            ]
        self.stdout.write("\n".join([*lines, "  按 Ctrl-C 停止。", ""]))
        self.stdout.flush()


def _children() -> list[Child]:
    python = sys.executable
    root = Path(settings.BASE_DIR)
    celery = [python, "-m", "celery", "--quiet", "-A", "edu_site"]
    return [
        Child("web", [python, "-m", "gunicorn", "-c", str(root / "deploy/gunicorn.conf.py"), "edu_site.wsgi"]),
        Child(
            "worker",
            [*celery, "worker", "--loglevel=WARNING", "--concurrency=2", "--without-gossip", "--without-mingle"],
        ),
        Child("beat", [*celery, "beat", "--loglevel=WARNING", f"--schedule={settings.VAR_DIR / 'beat-schedule'}"]),
    ]


def _checked_port(value: str) -> int:
    """Return the port as a number; end with one clear line when it is none or is taken."""
    try:
        port = int(value)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except (ValueError, OverflowError) as error:
        raise CommandError(f"PORT={value} 不是端口号。") from error
    except OSError as error:
        raise CommandError(f"端口 {port} 已被占用或不允许使用。换一个：PORT=8080 make run") from error
    return port


def _check_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CommandError(f"不能写入文件夹 {folder}。请换一个有权限的位置，或用 VAR_DIR 指定。") from error

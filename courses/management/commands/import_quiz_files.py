"""Reads what export_quiz_files wrote on another site."""

import tomllib
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from core.errors import DomainError
from courses.actions.importing import describe
from courses.references import page_of
from quizzes.actions.moving import import_quiz_files


class Command(BaseCommand):
    help = (
        "Read files of export_quiz_files, or all those below a folder. Questions go to the bank, quizzes wait as "
        "drafts for a second person; misconceptions change at once. The lessons must be there. All or nothing; doing it again "
        "changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", type=Path, nargs="+", metavar="PATH")
        parser.add_argument("--author", required=True, help="e-mail address of the editor who brings them")

    def handle(self, *args: Any, **options: Any) -> None:
        author = User.objects.filter(email=options["author"], is_staff=True, is_active=True).first()
        if author is None or not author.has_perm("quizzes.change_question"):
            raise CommandError(f"{options['author']} 不是能编辑题库的工作人员。")
        try:
            files = [_read(path) for path in _files(options["paths"])]
            waiting = import_quiz_files(files=files, author=author, now=timezone.now())
        except ValidationError as error:
            raise CommandError(describe(error)) from error
        except (DomainError, OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise CommandError(str(error)) from error
        except KeyError as error:
            raise CommandError(f"文件里缺少 {error}。") from error
        self.stdout.write(f"读了 {len(files)} 个文件。")
        if waiting:
            self.stdout.write(f"等待审核：{'、'.join(quiz.slug for quiz in waiting)}")


def _files(paths: list[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        found += sorted(path.rglob("*.toml")) if path.is_dir() else [path]
    return found


def _read(path: Path) -> dict[str, Any]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    data["lesson_page"] = page_of(data.get("lesson", ""))
    for name in ("misconceptions", "questions", "twins"):
        for entry in data.get(name, []):
            if "lesson" in entry:
                entry["lesson_page"] = page_of(entry["lesson"])
    return data

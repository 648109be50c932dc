"""Writes the question bank to files for another site."""

from functools import cache
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.references import reference_to
from quizzes.exporting import exported_files, toml_lines
from quizzes.models import Quiz


class Command(BaseCommand):
    help = (
        "Write questions, which of them are twins, misconceptions and quizzes to FOLDER: a file for each quiz, and in "
        "bank/ one for each lesson with questions of no quiz. import_quiz_files reads them. They hold the newest "
        "words, also those that nobody has approved yet. Quizzes that draw their questions are left out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--quiz", action="append", default=[], metavar="SLUG", help="only this quiz; repeatable")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, slugs = options["folder"], options["quiz"]
        known = Quiz.objects.filter(draw_count__isnull=True, slug__in=slugs).values_list("slug", flat=True)
        unknown = sorted(set(slugs) - set(known))
        if unknown:
            raise CommandError(f"没有列着题目的测验：{'、'.join(unknown)}")
        count = 0
        for name, data in exported_files(reference=cache(reference_to), slugs=slugs):
            path = folder / f"{name}.toml"
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(toml_lines(data))
            count += 1
        self.stdout.write(f"写好了 {count} 个文件。")

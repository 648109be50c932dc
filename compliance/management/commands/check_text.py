"""The phrase check from the command line: a line of text in, a line of JSON out."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from compliance.check import check_text

_KEYS = ("category", "severity", "match", "start", "end", "rule")


class Command(BaseCommand):
    """Answers each line as soon as it is read; memory holds one line, however long the file is."""

    help = "检查文本中的违规与风险用语。每行输入对应一行 JSON。"
    # It reads no data, so it works before the site is set up.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE|-", help="UTF-8 文本文件；- 表示标准输入")
        parser.add_argument("--kind", default="", help="文本类别（lesson、event、campaign……）；填了就也检查应有的提示")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] == "-":
            self._answer(sys.stdin.buffer, options["kind"], "标准输入")
            return
        with _opened(options["file"]) as source:
            self._answer(source, options["kind"], options["file"])

    def _answer(self, lines: Iterable[bytes], kind: str, name: str) -> None:
        for number, line in enumerate(lines, start=1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            except UnicodeDecodeError as error:
                place = f"第 {number} 行第 {error.start + 1} 个字节"
                raise CommandError(f"{name} 不是 UTF-8 文本：{place}无法解读。请另存为 UTF-8 再检查。") from error
            findings = [{key: getattr(finding, key) for key in _KEYS} for finding in check_text(text, kind)]
            self.stdout.write(_one_line({"text": text, "findings": findings}))
            self.stdout.flush()


def _opened(name: str) -> BinaryIO:
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise CommandError(f"不能读取 {name}：{error.strerror}") from error


def _one_line(answer: dict[str, Any]) -> str:
    """Return ``answer`` as JSON without any character that some reader takes for the end of a line."""
    written = json.dumps(answer, ensure_ascii=False)
    for end in "\x85\u2028\u2029":
        written = written.replace(end, f"\\u{ord(end):04x}")
    return written

"""Numbers as people type or paste them: wide digits, percent signs, separators, every kind of minus."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.errors import DomainError

LONGEST = 40
_MINUS = str.maketrans(dict.fromkeys("−–—‐‑‒―－", "-") | {"＋": "+"})
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
# Thousands in threes as banks write them, or in fours as Chinese counts.
_GROUPED = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+)(?:\.\d+)?")
_MYRIADS = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_DATE = re.compile(r"(?:19|20)\d{2}(?:[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?|月)?|\d{2}|\d{4}|年)?|\d{1,2}月")
# A comma between two entries is none of those within a number.
_BETWEEN = re.compile(r"[\s、;|]+|(?<!\d),|,(?!\d{3}(?!\d))")
_LOOSE_SIGN = re.compile(r"(?<![\d.])([-+]) +(?=[\d.])")
_LOOSE_PERCENT = re.compile(r"[ \t]+%")
# Two rows that begin with 1 and 2 may be four figures.
_FEWEST_COUNTED = 3
_BRACKETED = re.compile(r"\((.+)\)")


class NumberError(DomainError):
    """What was typed is no number that can be used here; the message says why."""


@dataclass(frozen=True)
class Unit:
    """What may stand around a number: a sign that is dropped, and whether 万 and 亿 may count it."""

    signs: tuple[str, ...] = ()
    large: bool = False


YUAN = Unit(signs=("人民币", "RMB", "CNY", "¥", "￥", "元", "块钱", "块"), large=True)
PERCENT = Unit(signs=("%",))
YEARS = Unit(signs=("年",))
MONTHS = Unit(signs=("个月", "月"))
BARE = Unit()


def read_typed(text: str, unit: Unit = BARE) -> Decimal:
    """Return the number that ``text`` states; raise ``NumberError`` with a sentence for the reader."""
    plain = _folded(text).replace(" ", "")
    shown = text.strip()[:20]
    if len(plain) > LONGEST:
        raise NumberError(_("“%(text)s…”太长了，不像一个数。") % {"text": shown})
    for sign in unit.signs:
        plain = plain.replace(sign, "")
    bracketed = _BRACKETED.fullmatch(plain)
    if bracketed:
        # Bookkeepers write a loss in brackets.
        plain = "-" + bracketed.group(1)
    times = Decimal(1)
    if unit.large and plain[-1:] in _MYRIADS:
        plain, times = plain[:-1], _MYRIADS[plain[-1]]
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        raise NumberError(_reason(plain, shown))
    return Decimal(plain) * times


def read_column(text: str) -> list[Decimal]:
    """Return the percentages of a pasted column or row, in its order.

    A first line without digits is a heading, a column that only counts the lines (1, 2, 3 …) is none of the figures,
    and a date at the start of a line is what the row is about: all are left out. Raises ``NumberError`` that names the
    first entry which is no number.
    """
    lines = [line for line in _folded(text).splitlines() if line.strip()]
    if lines and len(lines) > 1 and not re.search(r"\d", lines[0]):
        lines = lines[1:]
    rows = [_cells(line) for line in lines]
    if _are_counted(rows):
        rows = [row[1:] for row in rows]
    found: list[Decimal] = []
    for row in rows:
        for cell in row[1:] if len(row) > 1 and _DATE.fullmatch(row[0]) else row:
            try:
                found.append(read_typed(cell, PERCENT))
            except NumberError as error:
                raise NumberError(
                    _("第 %(place)s 个“%(text)s”不是一个数，请改好或删掉。")
                    % {"place": len(found) + 1, "text": cell[:20]}
                ) from error
    return found


def _cells(line: str) -> list[str]:
    tight = _LOOSE_PERCENT.sub("%", _LOOSE_SIGN.sub(r"\1", line))
    return [cell for cell in _BETWEEN.split(tight) if cell]


def _are_counted(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first cells only count the rows: from 1 on, or as months do, from 1 again after 12."""
    if len(rows) < _FEWEST_COUNTED or any(len(row) < 2 for row in rows):  # noqa: PLR2004 -- a number and a figure
        return False
    first = [row[0] for row in rows]
    return first in (
        [str(place + 1) for place in range(len(rows))],
        [str(place % 12 + 1) for place in range(len(rows))],
    )


def plain_text(number: Decimal) -> str:
    """Return ``number`` in the one way in which addresses write it."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def _folded(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text.translate(_MINUS))).translate(_MINUS)


def _reason(plain: str, shown: str) -> str:
    if "%" in plain:
        return _("“%(text)s”带了百分号，这里要填的不是百分数。") % {"text": shown}
    if re.fullmatch(r"[+-]?[\d.]+[eE][+-]?\d+", plain) or re.fullmatch(r"[\d.]+\^[\d.]+", plain):
        return _("“%(text)s”是科学记数法，请写成普通的数，例如 10000。") % {"text": shown}
    if re.fullmatch(r"[+-]?[\d,.]+", plain):
        return _("“%(text)s”里逗号或小数点的位置看不懂，请只写数字和一个小数点。") % {"text": shown}
    return _("“%(text)s”不是一个数，请只写数字。") % {"text": shown}

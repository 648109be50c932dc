"""Template filters for Chinese typography: phrases that do not break, numbers that stay with their unit."""

import re
from datetime import date
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core import dates

register = template.Library()

# Break headings after full-width punctuation when the author marked no phrases.
_PHRASE = re.compile(r"[^，：；？！。]+[，：；？！。”」]*")
_NUMBER_UNIT = re.compile(r"(?<=\d) (?=[元%分年月日天座位题课人次只条封岁倍点页档])|(?<=[约第读满]) (?=\d)")
_QUERY_TERM = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3400-\u9fff]")
_NBSP = "\u00a0"


@register.filter
def phrases(text: object) -> SafeString:
    """Return a heading as inline blocks, one a phrase (divided at ``|``), so that lines break between phrases."""
    plain = str(text)
    parts = plain.split("|") if "|" in plain else _PHRASE.findall(plain) or [plain]
    return format_html_join("", '<span class="nb">{}</span>', ((part,) for part in parts if part))


@register.filter
def as_typed(text: Any) -> SafeString:
    """Return what a reader typed as it is to be shown: a reference to a fact in it is no reference (``core.facts``)."""
    return mark_safe(str(conditional_escape(text)).replace("{", "&#123;"))  # noqa: S308 -- escaped on this line


@register.filter
def plain_title(text: object) -> str:
    """Return a heading without its phrase marks, for titles, alt texts and feeds."""
    return str(text).replace("|", "")


@register.filter
def units(text: Any) -> SafeString:
    """Return ``text`` with a no-break space between a number and its unit."""
    return mark_safe(_NUMBER_UNIT.sub(_NBSP, str(conditional_escape(text))))  # noqa: S308 -- escaped on this line


@register.filter
def chinese_number(value: int) -> str:
    """Return 1 to 99 in Chinese digits, for numbered headings; on an English page the figure."""
    if dates.in_english():
        return str(value)
    digits = "零一二三四五六七八九"
    tens, ones = divmod(int(value), 10)
    head = "" if tens == 0 else ("十" if tens == 1 else digits[tens] + "十")
    return head + (digits[ones] if ones or not tens else "")


@register.filter(expects_localtime=True)
def day(value: date | None) -> str:
    """Return 2026年11月23日, or 23 November 2026."""
    return dates.day_text(value) if value else ""


@register.filter(expects_localtime=True)
def short_day(value: date | None) -> str:
    """Return 11月23日, or 23 November."""
    return dates.short_day_text(value) if value else ""


@register.filter(expects_localtime=True)
def short_weekday(value: date | None) -> str:
    """Return 周六, or Sat."""
    return dates.short_weekday_text(value) if value else ""


@register.filter(expects_localtime=True)
def year_month(value: date | None) -> str:
    """Return 2026年11月, or November 2026."""
    return dates.year_month_text(value) if value else ""


@register.filter(expects_localtime=True)
def month(value: date | None) -> str:
    """Return 11月, or Nov."""
    return dates.month_text(value) if value else ""


@register.filter
def highlight(text: object, query: object) -> SafeString:
    """Return ``text`` with the words of ``query`` marked; of a Chinese question, its longest parts that occur."""
    plain = str(text)
    terms = [part for term in _QUERY_TERM.findall(str(query)) for part in _parts_in(term, plain)]
    if not terms:
        return conditional_escape(plain)
    pattern = re.compile("|".join(re.escape(term) for term in sorted(set(terms), key=len, reverse=True)), re.IGNORECASE)
    pieces, last = [], 0
    for match in pattern.finditer(plain):
        pieces += [(plain[last : match.start()], ""), (match.group(), "mark")]
        last = match.end()
    pieces.append((plain[last:], ""))
    return mark_safe(  # noqa: S308 -- every piece is escaped on the next line
        "".join(
            f"<mark>{conditional_escape(piece)}</mark>" if kind else conditional_escape(piece) for piece, kind in pieces
        )
    )


def _parts_in(term: str, text: str) -> list[str]:
    """Return ``term`` if ``text`` holds it; else the longest runs of at least two of its characters that it holds."""
    if term.lower() in text.lower():
        return [term]
    if not _CJK.search(term):
        return []
    parts, start = [], 0
    while start < len(term) - 1:
        end = len(term)
        while end - start > 1 and term[start:end] not in text:
            end -= 1
        if end - start > 1:
            parts.append(term[start:end])
            start = end
        else:
            start += 1
    return parts

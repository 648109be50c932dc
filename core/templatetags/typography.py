"""Template filters for Chinese typography: phrases that do not break, numbers that stay with their unit."""

import re
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Break headings after full-width punctuation when the author marked no phrases.
_PHRASE = re.compile(r"[^，：；？！。]+[，：；？！。”」]*")
_NUMBER_UNIT = re.compile(r"(?<=\d) (?=[元%分年月日天座位题课人次只])")
_NBSP = "\u00a0"


@register.filter
def phrases(text: object) -> SafeString:
    """Return a heading as inline blocks, one a phrase (divided at ``|``), so that lines break between phrases."""
    plain = str(text)
    parts = plain.split("|") if "|" in plain else _PHRASE.findall(plain) or [plain]
    return format_html_join("", '<span class="nb">{}</span>', ((part,) for part in parts if part))


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
    """Return 1 to 99 in Chinese digits, for numbered headings."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(int(value), 10)
    head = "" if tens == 0 else ("十" if tens == 1 else digits[tens] + "十")
    return head + (digits[ones] if ones or not tens else "")

"""What a reader gets of HTML when all that is kept is its words: lines where the page had lines, cells apart."""

import re

from django.utils.html import strip_tags

_UNREAD = re.compile(r"<(script|style|template)\b[^<>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_LINE = re.compile(
    r"<br\b[^<>]*>|<hr\b[^<>]*>|</?(?:p|div|section|article|aside|header|footer|nav|figure|figcaption|blockquote|h[1-6]|"
    r"ul|ol|li|dl|dd|dt|table|caption|thead|tbody|tr|details|summary|fieldset|legend|form|label|button|svg|video|audio)"
    r"\b[^<>]*>",
    re.IGNORECASE,
)
_CELL = re.compile(r"</(?:td|th|text|tspan|option|span)\s*>\s*(?=<(?:td|th|text|tspan|option)\b)", re.IGNORECASE)
_SOURCE_SPACE = re.compile(r"\s+")
_SPACES = re.compile(r"[ \t\xa0]+")


def readable_text(html: str) -> str:
    """Return the words of ``html`` line by line; character references stay as they are."""
    flat = _SOURCE_SPACE.sub(" ", _UNREAD.sub(" ", html))
    broken = _LINE.sub("\n", _CELL.sub(" ", flat))
    lines = (_SPACES.sub(" ", line).strip() for line in strip_tags(broken).split("\n"))
    return "\n".join(line for line in lines if line)

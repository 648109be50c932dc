"""Which HTML is safe: one allow-list, decided by nh3; bleach only finds addresses in plain text."""

from bleach.linkifier import Linker
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from nh3 import clean

ALLOWED_TAGS = frozenset({"p", "br", "b", "strong", "i", "em", "ul", "ol", "li", "a"})
_ATTRIBUTES = {"a": {"href"}}
_SCHEMES = {"http", "https", "mailto", "tel"}


def safe_html(html: str) -> SafeString:
    """Return ``html`` with nothing left but the allowed tags; text of what is removed stays, scripts and styles go."""
    return _cleaned(html, link_rel=None)


def _cleaned(html: str, *, link_rel: str | None) -> SafeString:
    cleaned = clean(html, tags=set(ALLOWED_TAGS), attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=link_rel)
    return mark_safe(cleaned)  # noqa: S308 -- nh3 has just decided what may stay


def linked_text(text: str) -> SafeString:
    """Return a visitor's plain text as HTML: escaped, line breaks kept, web addresses turned into links."""
    lines = "<br>".join(escape(text).splitlines())
    return _cleaned(Linker(callbacks=[], parse_email=False).linkify(lines), link_rel="nofollow noopener noreferrer")

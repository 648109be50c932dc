"""Which HTML is safe: one allow-list, decided by nh3; bleach only finds addresses in plain text."""

from bleach.linkifier import Linker
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from nh3 import clean

ALLOWED_TAGS = frozenset({"p", "br", "b", "strong", "i", "em", "ul", "ol", "li", "a"})
_DOCUMENT_TAGS = ALLOWED_TAGS | {
    "h1", "h2", "h3", "h4", "blockquote", "code", "pre", "hr", "img", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_DOCUMENT_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "h2": {"id"}}
_ATTRIBUTES = {"a": {"href"}}
_SCHEMES = {"http", "https", "mailto", "tel"}


def safe_html(html: str) -> SafeString:
    """Return ``html`` with nothing left but the allowed tags; text of what is removed stays, scripts and styles go."""
    return _cleaned(html, link_rel=None)


def document_html(html: str) -> SafeString:
    """Return the HTML of a whole document, with headings, tables and this site's own pictures; the rest goes."""

    def own_picture(tag: str, attribute: str, value: str) -> str | None:
        outside = tag == "img" and attribute == "src" and not (value.startswith("/") and not value.startswith("//"))
        return None if outside else value

    cleaned = clean(
        html,
        tags=set(_DOCUMENT_TAGS),
        attributes=_DOCUMENT_ATTRIBUTES,
        attribute_filter=own_picture,
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    return mark_safe(cleaned)  # noqa: S308 -- nh3 has just decided what may stay


def _cleaned(html: str, *, link_rel: str | None) -> SafeString:
    cleaned = clean(html, tags=set(ALLOWED_TAGS), attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=link_rel)
    return mark_safe(cleaned)  # noqa: S308 -- nh3 has just decided what may stay


def linked_text(text: str) -> SafeString:
    """Return a visitor's plain text as HTML: escaped, line breaks kept, web addresses turned into links."""
    lines = "<br>".join(escape(text).splitlines())
    return _cleaned(Linker(callbacks=[], parse_email=False).linkify(lines), link_rel="nofollow noopener noreferrer")

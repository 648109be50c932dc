"""The head of a page for those who share or index it."""

from typing import Any

from django import template
from django.templatetags.static import static

from core.structured import absolute, breadcrumb, json_ld
from core.templatetags.typography import plain_title

register = template.Library()


@register.inclusion_tag("includes/sharing.html", takes_context=True)
def sharing(context: template.Context) -> dict[str, Any]:
    """Return title, words, address, picture and data of the page, term or path shown; nothing without one."""
    shown: Any = context.get("page") or context.get("term") or context.get("path")
    if not hasattr(shown, "share_text") or not shown.pk:
        return {}
    title = plain_title(shown)
    things = shown.structured_data(context.flatten())
    if context.get("crumbs"):
        things = [*things, breadcrumb(context["crumbs"], title)]
    return {
        "title": title,
        "text": plain_title(shown.share_text),
        "address": absolute(shown.share_path),
        "kind": "article" if things and not context.get("is_home") else "website",
        "picture": absolute(static("img/share.png")),
        "site_title": context.get("site_title"),
        "preferences": context.get("preferences"),
        "data": json_ld(things) if things else "",
    }

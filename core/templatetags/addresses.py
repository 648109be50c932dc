"""The address of the page being shown, without what may tell one visitor from another."""

from typing import Any
from urllib.parse import urlencode

from django import template

from core.pagecache import ALLOWED_QUERY

register = template.Library()


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any]) -> str:
    """Return path and page-changing query, quoted for use as the value of ``next=``.

    What only tracks (``utm_…``) is left out: a cached page must not carry the query of the visitor for whom it was
    built. Where there is no request, as on the page for server errors, the home page is the way back.
    """
    request = context.get("request")
    if request is None:
        return "%2F"
    query = sorted((name, value) for name, value in request.GET.items() if name in ALLOWED_QUERY | {"q"})
    address = request.path + ("?" + urlencode(query) if query else "")
    return urlencode({"": address})[1:]

"""Finding the page of an address together with the pages above it, in one query whatever the depth."""

from typing import Any

from django.http import Http404
from wagtail.models import Page
from wagtail.url_routing import RouteResult

# Depth of the site's home page in the tree: sections of the site stand directly below it.
HOME_DEPTH = 2


def route_by_address(root: Any, path_components: list[str]) -> RouteResult:
    """Return the public page at ``path_components`` below ``root``; it knows the pages between as ``pages_above``.

    Pages between a section of the site and the page must be public too. Raises ``Http404`` where there is none.
    """
    addresses, address = [], root.url_path
    for component in path_components:
        address += f"{component}/"
        addresses.append(address)
    pages = list(Page.objects.descendant_of(root).filter(url_path__in=addresses).order_by("depth"))
    if len(pages) != len(addresses):
        raise Http404
    *above, found = pages
    if not found.live or not all(page.live for page in above if page.depth > HOME_DEPTH + 1):
        raise Http404
    page = found.specific
    page.pages_above = [*root.pages_above, *([root] if root.depth > HOME_DEPTH else []), *above]
    return RouteResult(page)

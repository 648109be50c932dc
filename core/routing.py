"""Finding the page of an address together with the pages above it, in one query whatever the depth."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail import views
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult

# Depth of the site's home page in the tree: sections of the site stand directly below it.
HOME_DEPTH = 2


def pages_above(page: Any) -> list[Page]:
    """Return the pages between the home page and ``page``, from above: in one query, or none if it was routed to."""
    if page.depth <= HOME_DEPTH + 1:
        return []
    known: list[Page] | None = getattr(page, "_pages_above", None)
    return (
        list(Page.objects.ancestor_of(page).filter(depth__gt=HOME_DEPTH).order_by("depth")) if known is None else known
    )


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Answer as Wagtail's own view does, which is told here what the address means: it would ask twice a level."""
    site = Site.find_for_request(request)
    components = [component for component in path.split("/") if component]
    if site is not None and components:
        # Where Wagtail keeps what it found.
        request._wagtail_route_for_request = _found(site.root_page, components)  # type: ignore[attr-defined]
    response: HttpResponse = views.serve(request, path)
    return response


def _found(home: Page, components: list[str]) -> RouteResult | None:
    """Return the public page at ``components`` below ``home``; it knows its ``pages_above``.

    Pages between a section of the site and the page must be public too.
    """
    addresses, address = [], home.url_path
    for component in components:
        address += f"{component}/"
        addresses.append(address)
    pages = list(Page.objects.descendant_of(home).filter(url_path__in=addresses).order_by("depth"))
    if len(pages) != len(addresses):
        return None
    *above, last = pages
    if not last.live or not all(page.live for page in above if page.depth > HOME_DEPTH + 1):
        return None
    page: Any = last.specific
    page._pages_above = above
    return RouteResult(page)

"""Pages for links that cannot be used: what happened, and the way on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.links import LinkExpiredError

GONE, NOT_FOUND = 410, 404


def dead_link_page(request: HttpRequest, error: Exception, *, step: str) -> HttpResponse:
    """Say why a link does nothing; ``step`` is what it was for: confirm, code, unsubscribe or manage."""
    expired = isinstance(error, LinkExpiredError)
    context = {"expired": expired, "step": step}
    return render(request, "newsletters/dead_link.html", context, status=GONE if expired else NOT_FOUND)

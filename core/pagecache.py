"""The page cache: whole public pages, stored before the session is even opened.

A page is stored only when building it touched neither the session nor a CSRF token and set no cookie, so a cached
page cannot hold anything of a person. Staff are recognised by a marker cookie (set by ``StaffGateMiddleware``) and
never served from it. Personal parts are fetched as fragments by the page itself.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from core.preferences import read_preferences

STAFF_COOKIE = "staff"
# Parameters that change a page. Anything else in the address bypasses the cache, except what only tracks.
ALLOWED_QUERY = frozenset(
    {"page", "guess", "tier", "stage", "city", "kind", "column", "value", "letter", "tag", "check"}
)
IGNORED_QUERY_PREFIXES = ("utm_", "from", "isappinstalled", "spm")
_GENERATION_KEY = "pagecache:generation"
# A CDN in front may keep a page so long.
_SHARED_SECONDS = 60
_NEVER = (
    "/cms/",
    "/accounts/",
    "/me/",
    "/courses/progress/",
    "/verify/",
    "/mode/",
    "/documents/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/j",
)


class PageCacheMiddleware:
    """Serves and stores public pages; ``X-Page-Cache`` says hit or miss."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _cache_key(request)
        if key is None:
            return self.get_response(request)
        stored = _safely(lambda: cache.get(key))
        if stored is not None:
            return _restored(stored)
        response = self.get_response(request)
        until: datetime | None = getattr(request, "page_cache_until", None)
        seconds = _seconds_left(until, settings.PAGE_CACHE_SECONDS)
        if seconds and _is_storable(request, response):
            snapshot = (response.content, dict(response.headers), until)
            _safely(lambda: cache.set(key, snapshot, seconds))
            _finish(response, "miss", until)
        return response


def keep_until(request: HttpRequest, moment: datetime) -> None:
    """Let nobody keep the answer to ``request`` beyond ``moment``: something on the page ends then.

    Of several moments the first counts. It bounds what this cache keeps and what a CDN in front may keep.
    """
    known: datetime | None = getattr(request, "page_cache_until", None)
    request.page_cache_until = min(known, moment) if known else moment  # type: ignore[attr-defined]


def _seconds_left(until: datetime | None, longest: int) -> int:
    """Return for how many whole seconds a page may be kept, none when its time is over."""
    if until is None:
        return longest
    return max(0, min(longest, int((until - timezone.now()).total_seconds())))


def purge_on_commit() -> None:
    """Forget every cached page once the current transaction commits.

    One generation number is part of every key. Publishing happens a few times a day; finding out which lists, menus
    and neighbours a change touches would cost more than building the pages again.
    """
    transaction.on_commit(purge, robust=True)


def purge() -> None:
    """Forget every cached page now."""
    _safely(lambda: cache.set(_GENERATION_KEY, secrets.token_hex(8), None))


def generation() -> str | None:
    """Return the number that publishing changes, or None when the cache is down."""
    number: str | None = _safely(_generation)
    return number


def _generation() -> str | None:
    """Return the number that publishing changes, or None when the cache does not keep it."""
    generation: str | None = cache.get(_GENERATION_KEY)
    if generation is None:
        cache.add(_GENERATION_KEY, secrets.token_hex(8), None)
        generation = cache.get(_GENERATION_KEY)
    return generation


def _cache_key(request: HttpRequest) -> str | None:
    """Return the key under which a page may be looked up, or None when this request bypasses the cache."""
    if request.method not in {"GET", "HEAD"} or STAFF_COOKIE in request.COOKIES:
        return None
    if getattr(request, "is_dummy", False):
        # A preview of a draft borrows the address of the public page.
        return None
    if request.path_info.startswith(_NEVER) or "HX-Request" in request.headers:
        return None
    query = [(name, value) for name, value in request.GET.items() if not name.startswith(IGNORED_QUERY_PREFIXES)]
    if any(name not in ALLOWED_QUERY for name, _value in query):
        return None
    preferences = read_preferences(request)
    number = generation()
    if number is None:
        return None
    parts = [
        number,
        # Pages name style sheets by what these hold: after a new release, old pages would name files that are gone.
        getattr(staticfiles_storage, "manifest_hash", ""),
        request.get_host(),
        request.path_info,
        urlencode(sorted(query)),
        preferences.language,
        preferences.size,
        preferences.theme,
    ]
    return "page4:" + sha256("\n".join(parts).encode()).hexdigest()


def _is_storable(request: HttpRequest, response: HttpResponse) -> bool:
    session = getattr(request, "session", None)
    return (
        request.method == "GET"
        and response.status_code == 200  # noqa: PLR2004 -- the one status worth storing
        and not response.streaming
        and not response.cookies
        and (session is None or not session.accessed)
        and "Cache-Control" not in response.headers
    )


def _restored(stored: Any) -> HttpResponse:
    content, headers, until = stored
    return _finish(HttpResponse(content, headers=headers), "hit", until)


def _finish(response: HttpResponse, outcome: str, until: datetime | None) -> HttpResponse:
    # The browser asks again each time: the mode may have changed.
    shared = _seconds_left(until, _SHARED_SECONDS)
    response.headers["Cache-Control"] = f"public, max-age=0, s-maxage={shared}"
    response.headers["X-Page-Cache"] = outcome
    patch_vary_headers(response, ["Cookie"])
    return response


def _safely(operation: Callable[[], Any]) -> Any:
    """Run a cache operation; a cache that is down means a slower page, never an error."""
    try:
        return operation()
    except Exception:  # noqa: BLE001 -- each cache backend has its own error types
        return None

"""Personal parts of cached pages, kept for the session that asked for them.

A page from the page cache fetches what is the reader's own in it. The finished part is kept in the memory of the web
process, never on a disk, and answers the same session until

- the reader sends a form from whichever device, signs out, or the account changes (``forget_reader``),
- something is published (the generation of the page cache), or
- ten minutes have passed: the bound for what none of these sees, such as a session that ends by its age.

``docs/decisions/0024-fragments.md`` has the reasons.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache, caches
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from core import pagecache
from core.preferences import read_preferences

View = Callable[..., HttpResponse]
_SECONDS = 600
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


@dataclass(frozen=True)
class _Kept:
    """A finished fragment; it holds as long as ``stamp`` is the reader's."""

    reader: str
    stamp: str
    content: bytes
    headers: dict[str, str]


class FragmentMiddleware:
    """Answers a fragment that is kept, and forgets a reader's fragments when they change something."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key(request)
        kept: _Kept | None = caches["fragments"].get(key) if key else None
        if kept is not None and cache.get(_stamp_key(kept.reader)) == kept.stamp:
            return HttpResponse(kept.content, headers={**kept.headers, "X-Page-Cache": "own"})
        request.is_keepable_fragment = key is not None  # type: ignore[attr-defined]
        response = self.get_response(request)
        if key:
            _keep(key, request, response)
        elif request.method not in _SAFE_METHODS:
            _forget_sender(request)
        return response


def kept_for_reader(view: View) -> View:
    """Let what ``view`` answers a script be kept for the session that asked.

    Only for views of GET that depend on nothing but their address, how the reader wants to see the site, what is
    published, and what this reader did. Put it outside of whatever reads something of the reader: what was read before
    the stamp could be older than the stamp.
    """

    @wraps(view)
    def stamped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "is_keepable_fragment", False):
            reader = request.session.get(SESSION_KEY)
            if reader:
                request.reader_stamp = (reader, _stamp(reader))  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return stamped


def forget_reader(pk: int | str) -> None:
    """Let no kept fragment of the account answer any more once the current transaction commits."""
    transaction.on_commit(lambda: _renew_stamp(str(pk)), robust=True)


def _key(request: HttpRequest) -> str | None:
    """Return what a fragment is kept under, or None when ``request`` asks for none that may be kept."""
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if request.method != "GET" or not session or request.headers.get("X-Requested-With") != "fetch":
        return None
    if request.GET or pagecache.STAFF_COOKIE in request.COOKIES:
        return None
    number = pagecache.generation()
    if number is None:
        return None
    preferences = read_preferences(request)
    parts = [
        number,
        request.get_host(),
        request.path_info,
        preferences.language,
        preferences.size,
        preferences.theme,
        # The forms in it carry a token that belongs to this cookie.
        request.COOKIES.get(settings.CSRF_COOKIE_NAME, ""),
        session,
    ]
    return sha256("\n".join(parts).encode()).hexdigest()


def _keep(key: str, request: HttpRequest, response: HttpResponse) -> None:
    reader, stamp = getattr(request, "reader_stamp", ("", None))
    if stamp is not None and _is_keepable(request, response):
        caches["fragments"].set(key, _Kept(reader, stamp, response.content, dict(response.headers)), _SECONDS)


def _is_keepable(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        response.status_code == HTTPStatus.OK
        and not response.streaming
        # A session may name an account that may not sign in any more.
        and request.user.is_authenticated
        and _sets_nothing_new(request, response)
    )


def _sets_nothing_new(request: HttpRequest, response: HttpResponse) -> bool:
    """Tell whether the cookies of ``response`` are none but the token's, as the browser has it already."""
    known = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
    return all(name == settings.CSRF_COOKIE_NAME and cookie.value == known for name, cookie in response.cookies.items())


def _forget_sender(request: HttpRequest) -> None:
    """Forget the fragments of who sent a form; a request that never looked at its session changed nothing of theirs."""
    session = getattr(request, "session", None)
    if session is not None and session.accessed:
        reader = session.get(SESSION_KEY)
        if reader:
            _renew_stamp(reader)


def _stamp_key(reader: str) -> str:
    return f"reader:{reader}"


def _stamp(reader: str) -> str | None:
    """Return the reader's stamp, None when the cache is down."""
    stamp: str | None = cache.get(_stamp_key(reader))
    return stamp or _renew_stamp(reader)


def _renew_stamp(reader: str) -> str | None:
    # Kept longer than any fragment; once it is gone, the fragments that carry it answer no more.
    cache.set(_stamp_key(reader), secrets.token_hex(8), 2 * _SECONDS)
    stamp: str | None = cache.get(_stamp_key(reader))
    return stamp

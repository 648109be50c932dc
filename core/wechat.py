"""WeChat's JS-SDK: the signature by which a page may say how it is to be shared. Off without ``WECHAT_APP_ID``.

WeChat gives an access token and, for it, a ticket; each is fetched once in its lifetime and kept in the cache. Who
holds the lock fetches, the others wait for what it brings. Neither token, ticket nor secret reaches a log.
"""

import hashlib
import json
import logging
import secrets
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.cache import cache

from core.errors import DomainError

logger = logging.getLogger(__name__)

_PATIENCE = 3
# A lock outlives two slow answers; who waits for it does so no longer.
_LOCK_SECONDS = 8
_WAIT_SECONDS = 4
# What WeChat gives is given up a little before it ends there.
_MARGIN = 300
# Without a lifetime in the answer.
_LIFETIME = 7200
_OVER_QUOTA = 45009
# In place of a code, where what came is none of WeChat's answers.
_NO_ANSWER = -2
_TOKEN_REFUSED = frozenset({40001, 40014, 42001})
_PAUSE_AFTER = {_OVER_QUOTA: 3600}
_PAUSE = 30
_TOKEN, _TICKET, _LOCK, _RESTING = "wechat:token", "wechat:ticket", "wechat:lock", "wechat:resting"


class WeChatUnavailableError(DomainError):
    """WeChat gave no ticket; the page is shared without it."""


class _RefusedError(Exception):
    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"errcode {code}")


@dataclass(frozen=True)
class Signature:
    """What ``wx.config`` takes."""

    app_id: str
    timestamp: int
    nonce: str
    signature: str


def is_on() -> bool:
    """Tell whether the operator has registered the site with WeChat."""
    return bool(settings.WECHAT_APP_ID and settings.WECHAT_APP_SECRET)


def is_own(url: str, host: str) -> bool:
    """Tell whether ``url`` is an address of this site, which answers as ``host``."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc in {host, urlsplit(settings.BASE_URL).netloc}


def sign_page(url: str) -> Signature:
    """Return the signature for a page without the part after ``#``; raise ``WeChatUnavailableError``."""
    nonce, timestamp = secrets.token_urlsafe(12), int(time.time())
    ticket = jsapi_ticket()
    return Signature(
        app_id=settings.WECHAT_APP_ID,
        timestamp=timestamp,
        nonce=nonce,
        signature=signature_of(ticket=ticket, nonce=nonce, timestamp=timestamp, url=url.partition("#")[0]),
    )


def signature_of(*, ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """Return SHA-1 of the four values in the order of their names, as WeChat's documentation writes it."""
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def jsapi_ticket() -> str:
    """Return the ticket that is valid now, fetched at most once by all processes; raise ``WeChatUnavailableError``."""
    ticket: str | None = cache.get(_TICKET)
    if ticket is not None:
        return ticket
    until = time.monotonic() + _WAIT_SECONDS
    mine = secrets.token_hex(8)
    while not cache.add(_LOCK, mine, _LOCK_SECONDS):
        time.sleep(0.05)
        ticket = cache.get(_TICKET)
        if ticket is not None:
            return ticket
        if time.monotonic() > until:
            raise WeChatUnavailableError
    try:
        return cache.get(_TICKET) or _fetch_ticket()
    finally:
        if cache.get(_LOCK) == mine:
            cache.delete(_LOCK)


def _fetch_ticket() -> str:
    if cache.get(_RESTING):
        raise WeChatUnavailableError
    try:
        try:
            return _ticket_for(_access_token())
        except _RefusedError as refused:
            if refused.code not in _TOKEN_REFUSED:
                raise
            # Another program of the operator has asked for a token since: ours ended with that.
            cache.delete(_TOKEN)
            return _ticket_for(_access_token())
    except _RefusedError as refused:
        logger.warning("wechat refused a ticket", extra={"errcode": refused.code})
        cache.set(_RESTING, True, _PAUSE_AFTER.get(refused.code, _PAUSE))
    except (OSError, HTTPException, ValueError) as error:
        # The address asked holds the secret: of the error only its kind is told.
        logger.warning("wechat did not answer", extra={"error": type(error).__name__})
        cache.set(_RESTING, True, _PAUSE)
    raise WeChatUnavailableError


def _access_token() -> str:
    asked = {
        "grant_type": "client_credential",
        "appid": settings.WECHAT_APP_ID,
        "secret": settings.WECHAT_APP_SECRET,
    }
    return _kept(_TOKEN, "access_token", lambda: _ask("/cgi-bin/token", asked))


def _ticket_for(token: str) -> str:
    asked = {"access_token": token, "type": "jsapi"}
    return _kept(_TICKET, "ticket", lambda: _ask("/cgi-bin/ticket/getticket", asked))


def _kept(key: str, name: str, ask: Callable[[], dict[str, Any]]) -> str:
    known: str | None = cache.get(key)
    if known is not None:
        return known
    answer = ask()
    value = str(answer.get(name) or "")
    if not value:
        raise ValueError(name)
    cache.set(key, value, max(60, int(answer.get("expires_in", _LIFETIME)) - _MARGIN))
    return value


def _ask(path: str, query: dict[str, str]) -> dict[str, Any]:
    """Return WeChat's answer; raise ``_RefusedError``, ``OSError`` or ``ValueError``."""
    address = f"{settings.WECHAT_API_URL}{path}?{urlencode(query)}"
    with urllib.request.urlopen(address, timeout=_PATIENCE) as response:  # noqa: S310 -- the operator's own setting
        answer = json.loads(response.read(65_536))
    code = int(answer.get("errcode", 0)) if isinstance(answer, dict) else _NO_ANSWER
    if code:
        raise _RefusedError(code)
    return answer  # type: ignore[no-any-return]

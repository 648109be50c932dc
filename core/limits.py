"""Limits that count in the database, never in the page cache, which forgets entries when it is full.

A window opens with the first hit and closes a fixed time later. Every step is one conditional statement, so that
parallel requests on either database cannot pass more than the limit, and no lock is read before it is written.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.crypto import blind_index
from core.errors import DomainError
from core.models import LimitCounter

_TRIES = 5


class LimitExceeded(DomainError):  # noqa: N818 -- read as a sentence: "except LimitExceeded"
    """Too often; ``retry_at`` is when the window closes."""

    def __init__(self, *, key: str, retry_at: datetime, now: datetime) -> None:
        self.key = key
        self.retry_at = retry_at
        super().__init__(_("操作太频繁了，请%(wait)s后再试。") % {"wait": waiting_time(retry_at - now)})


def waiting_time(wait: timedelta) -> str:
    """Return a wait in words, rounded up: 45 秒, 5 分钟, 3 小时."""
    seconds = max(1, -(-int(wait.total_seconds() * 1000) // 1000))
    if seconds < 100:  # noqa: PLR2004 -- below this, seconds read better than "2 minutes"
        return ngettext("%(count)d 秒", "%(count)d 秒", seconds) % {"count": seconds}
    minutes = -(-seconds // 60)
    if minutes < 100:  # noqa: PLR2004 -- as above
        return ngettext("%(count)d 分钟", "%(count)d 分钟", minutes) % {"count": minutes}
    hours = -(-minutes // 60)
    return ngettext("%(count)d 小时", "%(count)d 小时", hours) % {"count": hours}


@dataclass(frozen=True)
class Limit:
    """At most ``count`` hits in a ``window``."""

    count: int
    window: timedelta


def hit(*, key: str, limit: int, window: timedelta, now: datetime) -> int:
    """Count one hit and return how many the window has had; raise ``LimitExceeded`` when it is full.

    A refused hit is not counted. A hit belongs to the caller's transaction: it disappears with what it allowed.
    """
    digest = blind_index(key, purpose="limit")
    counters = LimitCounter.objects.filter(digest=digest)
    for _attempt in range(_TRIES):
        if counters.filter(expires_at__gt=now, count__lt=limit).update(count=F("count") + 1):
            return counters.values_list("count", flat=True).get()
        if limit > 0 and counters.filter(expires_at__lte=now).update(count=1, expires_at=now + window):
            return 1
        found = counters.values_list("count", "expires_at").first()
        if found is not None and found[0] >= limit and found[1] > now:
            raise LimitExceeded(key=key, retry_at=found[1], now=now)
        if limit < 1:
            break
        if found is None and _opened(digest, now + window):
            return 1
        # Another request opened, renewed or purged the window in between: look again.
    raise LimitExceeded(key=key, retry_at=now + window, now=now)


def take(*, key: str, wanted: int, limit: int, window: timedelta, now: datetime) -> tuple[int, datetime]:
    """Count up to ``wanted`` hits at once; return how many found room, and when the window closes for the rest."""
    digest = blind_index(key, purpose="limit")
    counters = LimitCounter.objects.filter(digest=digest)
    for _attempt in range(_TRIES):
        found = counters.values_list("count", "expires_at").first()
        if found is None:
            if _opened(digest, now + window, count=0):
                continue
        elif found[1] <= now:
            counters.filter(expires_at=found[1]).update(count=0, expires_at=now + window)
        else:
            count, closes_at = found
            granted = max(0, min(wanted, limit - count))
            if not granted or counters.filter(count=count, expires_at=closes_at).update(count=count + granted):
                return granted, closes_at
    return 0, now + window / limit


def peek(*, key: str, now: datetime) -> int:
    """Return how many hits the open window has had."""
    counters = LimitCounter.objects.filter(digest=blind_index(key, purpose="limit"), expires_at__gt=now)
    return counters.values_list("count", flat=True).first() or 0


def closes_at(*, key: str, now: datetime) -> datetime | None:
    """Return when the open window closes, or None when there is none."""
    counters = LimitCounter.objects.filter(digest=blind_index(key, purpose="limit"), expires_at__gt=now)
    return counters.values_list("expires_at", flat=True).first()


def clear(*, key: str) -> None:
    """Forget the hits of ``key``, after a success that proves them harmless."""
    LimitCounter.objects.filter(digest=blind_index(key, purpose="limit")).delete()


def purge_expired(*, now: datetime) -> int:
    """Delete the counters whose window has closed; return how many."""
    return LimitCounter.objects.filter(expires_at__lte=now).delete()[0]


def _opened(digest: str, expires_at: datetime, count: int = 1) -> bool:
    try:
        with transaction.atomic():
            LimitCounter.objects.create(digest=digest, count=count, expires_at=expires_at)
    except IntegrityError:
        return False
    return True

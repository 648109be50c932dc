"""How much may leave in a minute, to everybody and to each mail domain, counted by all workers together."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from accounts.enums import Channel
from core import limits
from messaging.models import Delivery

_MINUTE = timedelta(minutes=1)


class RateGate:
    """Lets rows through while their backend and their mail domain have room, and says when the others may try again.

    Counting is exact over all workers. A row that must wait for its domain gets a moment of its own, so that a long
    queue for one domain is put off once and not again every minute.
    """

    def __init__(self) -> None:
        self._next_slot: dict[str, datetime] = {}

    def let_through(
        self, *, rows: Sequence[Delivery], backend: str, now: datetime
    ) -> tuple[list[Delivery], list[tuple[Delivery, datetime]]]:
        """Split ``rows`` of one channel into those that may go now and those that wait, each with its time.

        A row counts as sent once it is let through, whatever becomes of it.
        """
        passed, waiting = self._by_domain(rows, now)
        limit = settings.DELIVERY_RATES.get(passed[0].channel, 0) if passed else 0
        if not limit:
            return passed, waiting
        granted, opens_at = limits.take(key=f"rate:{backend}", wanted=len(passed), limit=limit, window=_MINUTE, now=now)
        return passed[:granted], [*waiting, *((row, opens_at) for row in passed[granted:])]

    def _by_domain(
        self, rows: Sequence[Delivery], now: datetime
    ) -> tuple[list[Delivery], list[tuple[Delivery, datetime]]]:
        if not settings.MAIL_DOMAIN_RATES:
            return list(rows), []
        by_domain: dict[str, list[Delivery]] = {}
        for row in rows:
            by_domain.setdefault(_domain(row), []).append(row)
        passed, waiting = [], []
        for domain, of_domain in by_domain.items():
            limit = settings.MAIL_DOMAIN_RATES.get(domain, settings.MAIL_DOMAIN_RATES.get("*", 0)) if domain else 0
            if not limit:
                passed += of_domain
                continue
            granted, opens_at = limits.take(
                key=f"rate:domain:{domain}", wanted=len(of_domain), limit=limit, window=_MINUTE, now=now
            )
            passed += of_domain[:granted]
            waiting += [(row, self._slot(domain, opens_at, limit)) for row in of_domain[granted:]]
        kept = {row.pk for row in passed}
        return [row for row in rows if row.pk in kept], waiting

    def _slot(self, domain: str, opens_at: datetime, limit: int) -> datetime:
        slot = max(self._next_slot.get(domain, opens_at), opens_at)
        self._next_slot[domain] = slot + _MINUTE / limit
        return slot


def _domain(row: Delivery) -> str:
    if row.channel != Channel.EMAIL or row.contact_point is None:
        return ""
    return row.contact_point.mail_domain


gate = RateGate()

"""The lock and the count that every change of seats goes through, and the queue for freed seats."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from core.pagecache import purge_on_commit
from events import messages
from events.actions.notices import notify
from events.enums import RegistrationStatus, SessionStatus
from events.models import EventSession, Registration

OFFER_LIFETIME = timedelta(hours=24)
# Nobody is asked in the night, or so late that they could not come.
_DAY_BEGINS = time(8)
_DAY_ENDS = time(20)
_LAST_CALL = timedelta(hours=2)
_SHORTEST_OFFER = timedelta(minutes=30)


@contextmanager
def locked_session(session_id: int, *, now: datetime) -> Iterator[EventSession]:
    """Open a transaction, lock the session's row and yield it.

    READ COMMITTED: what is counted after the lock includes everything that committed before it. ``no_key`` lets other
    tables' foreign keys through. On SQLite the IMMEDIATE transaction already serialises writers. When the words about
    seats differ at the end, the page cache is emptied after the commit.
    """
    with transaction.atomic():
        session = (
            EventSession.objects.select_for_update(no_key=True, of=("self",)).select_related("page").get(pk=session_id)
        )
        before = session.seat_state(now)
        yield session
        session.refresh_from_db(fields=["seats_taken", "status", "capacity"])
        if session.seat_state(now) != before:
            purge_on_commit()


def free_seats(session: EventSession) -> int | None:
    """Count from the rows how many seats nobody holds; None when there is no limit. Call it under the lock."""
    if session.capacity is None:
        return None
    taken = Registration.objects.filter(session=session).seated().aggregate(taken=Sum("seats"))["taken"] or 0
    return session.capacity - int(taken)


def next_waitlist_number(session: EventSession) -> int:
    """Return a number that nobody in this session ever had. Call it under the lock."""
    highest = Registration.objects.filter(session=session).aggregate(highest=Max("waitlist_number"))["highest"]
    return int(highest or 0) + 1


def offer_deadline(session: EventSession, *, now: datetime) -> datetime | None:
    """Return until when an offer made now stands; None when it is too late to ask anyone.

    A day, counted from eight in the morning when it is made in the night, and two hours before the start at the latest.
    """
    local = timezone.localtime(now)
    asked_at = now
    if local.time() < _DAY_BEGINS:
        asked_at = local.replace(hour=_DAY_BEGINS.hour, minute=0, second=0, microsecond=0)
    elif local.time() >= _DAY_ENDS:
        asked_at = (local + timedelta(days=1)).replace(hour=_DAY_BEGINS.hour, minute=0, second=0, microsecond=0)
    deadline = min(asked_at + OFFER_LIFETIME, session.starts_at - _LAST_CALL)
    return deadline if deadline - now >= _SHORTEST_OFFER else None


def offer_free_seats(session: EventSession, *, now: datetime) -> list[Registration]:
    """Offer what is free to those who wait, in order of their numbers. Call it under the lock.

    A party that needs more seats than are left keeps its place; the next that fits is asked.
    """
    deadline = offer_deadline(session, now=now)
    free = free_seats(session)
    if deadline is None or free == 0 or session.status != SessionStatus.SCHEDULED:
        return []
    offered = []
    waiting = Registration.objects.filter(session=session).waiting()
    for registration in waiting.select_related("contact_point", "second_contact"):
        if free is not None and registration.seats > free:
            continue
        registration.status = RegistrationStatus.OFFERED
        registration.offer_expires_at = deadline
        registration.save(update_fields=["status", "offer_expires_at"])
        notify(registration=registration, session=session, template=messages.OFFER, now=now)
        offered.append(registration)
        if free is not None:
            free -= registration.seats
            if free == 0:
                break
    return offered

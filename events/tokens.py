"""Signed links to one registration: one purpose each, good until a day after the event."""

from datetime import datetime, timedelta

from core.links import make_token
from events.models import Registration

MANAGE_PURPOSE = "events.manage"
TICKET_PURPOSE = "events.ticket"
_OUTLIVES_EVENT = timedelta(days=1)


def manage_token(registration: Registration, *, now: datetime) -> str:
    """Return the token of the page where a guest sees and changes this registration."""
    return _token(registration, MANAGE_PURPOSE, now)


def ticket_token(registration: Registration, *, now: datetime) -> str:
    """Return the token of the page that shows the ticket and changes nothing."""
    return _token(registration, TICKET_PURPOSE, now)


def _token(registration: Registration, purpose: str, now: datetime) -> str:
    lifetime = max(registration.session.ends_at - now, timedelta()) + _OUTLIVES_EVENT
    return make_token(purpose=purpose, subject=str(registration.pk), now=now, lifetime=lifetime)

"""A code that somebody is about to type: kept in the (encrypted) session, so that leaving the page loses nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from django.http import HttpRequest

from accounts.models import ContactPoint

_KEY = "accounts.pending"
LIFETIME = timedelta(minutes=30)


@dataclass(frozen=True)
class Pending:
    """Which contact point is to be proved, for what, and where to go afterwards."""

    contact_id: int
    purpose: str
    next_url: str
    started_at: float
    verified: bool = False
    note: str = ""

    def contact(self) -> ContactPoint | None:
        """Return the contact point, or None when it was erased meanwhile."""
        return ContactPoint.objects.filter(pk=self.contact_id).select_related("user").first()


def remember(request: HttpRequest, *, contact: ContactPoint, purpose: str, next_url: str, now: datetime) -> Pending:
    """Begin waiting for a code; whatever waited before is forgotten."""
    pending = Pending(contact_id=contact.pk, purpose=purpose, next_url=next_url, started_at=now.timestamp())
    _store(request, pending)
    return pending


def recall(request: HttpRequest, *, now: datetime) -> Pending | None:
    """Return what is waited for, if it began in the last half hour."""
    stored = request.session.get(_KEY)
    if not isinstance(stored, Mapping):
        return None
    pending = Pending(**stored)
    if now.timestamp() - pending.started_at > LIFETIME.total_seconds():
        forget(request)
        return None
    return pending


def mark_code_accepted(request: HttpRequest, pending: Pending, *, now: datetime) -> None:
    """Remember that the code was right: what is left is consent and a name."""
    _store(request, replace(pending, verified=True, started_at=now.timestamp(), note=""))


def leave_note(request: HttpRequest, pending: Pending, note: str, *, now: datetime) -> None:
    """Say ``note`` once, on the page that is shown next; the half hour begins anew."""
    _store(request, replace(pending, note=note, started_at=now.timestamp()))


def take_note(request: HttpRequest, pending: Pending) -> str:
    """Return the note and forget it."""
    if pending.note:
        _store(request, replace(pending, note=""))
    return pending.note


def forget(request: HttpRequest) -> None:
    """Wait for nothing any more."""
    request.session.pop(_KEY, None)


def _store(request: HttpRequest, pending: Pending) -> None:
    request.session[_KEY] = asdict(pending)

"""Setting up, changing and calling off a session."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.actions.audit import record_audit
from core.pagecache import purge_on_commit
from events import messages
from events.actions.notices import notify
from events.actions.seats import free_seats, locked_session, offer_free_seats
from events.enums import RegistrationStatus, SessionStatus
from events.errors import CapacityTooSmallError
from events.models import EventSession, Registration


def save_session(*, session: EventSession, user: User | None, now: datetime) -> EventSession:
    """Store what staff entered; more seats go to those who wait at once.

    Raises ``CapacityTooSmallError`` when more seats are taken than the new number allows.
    """
    with transaction.atomic():
        if session.pk is None:
            session.save()
        else:
            _change(session, now)
        record_audit(action="events.save_session", target=session, user=user, now=now)
        purge_on_commit()
    return session


def _change(session: EventSession, now: datetime) -> None:
    with locked_session(session.pk, now=now) as current:
        free = free_seats(current)
        taken = (current.capacity or 0) - free if free is not None else current.seats_taken
        if session.capacity is not None and session.capacity < taken:
            raise CapacityTooSmallError(_("已经有 %(taken)s 个座位给了人，座位数不能比这少。") % {"taken": taken})
        fields = [
            field.name for field in EventSession._meta.concrete_fields if field.editable and not field.primary_key
        ]
        session.save(update_fields=fields)
        session.refresh_from_db(fields=["seats_taken", "status"])
        offer_free_seats(session, now=now)


def cancel_session(*, session_id: int, user: User, now: datetime) -> EventSession:
    """Call the session off, cancel every registration and tell each person; doing it again changes nothing."""
    with locked_session(session_id, now=now) as session:
        if session.status == SessionStatus.CANCELLED:
            return session
        session.status = SessionStatus.CANCELLED
        session.save(update_fields=["status"])
        active = Registration.objects.filter(session=session).active()
        for registration in active.select_related("contact_point", "second_contact"):
            registration.status = RegistrationStatus.CANCELLED
            registration.cancelled_at = now
            registration.offer_expires_at = None
            registration.save(update_fields=["status", "cancelled_at", "offer_expires_at"])
            notify(registration=registration, session=session, template=messages.SESSION_CANCELLED, now=now)
        record_audit(action="events.cancel_session", target=session, user=user, now=now)
        return session

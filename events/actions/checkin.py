"""Marking who came."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.actions.audit import record_audit
from events.actions.seats import locked_session
from events.enums import RegistrationStatus
from events.errors import EventError
from events.models import Registration


def check_in(*, registration_id: int, user: User, now: datetime) -> Registration:
    """Mark that the person came; marking again keeps the first time. Raises ``EventError`` without a seat."""
    session_id = Registration.objects.values_list("session_id", flat=True).get(pk=registration_id)
    with locked_session(session_id, now=now):
        registration = Registration.objects.get(pk=registration_id)
        if registration.status == RegistrationStatus.ATTENDED:
            return registration
        if registration.status != RegistrationStatus.CONFIRMED:
            raise EventError(_("这个报名没有座位，不能签到。"))
        registration.status = RegistrationStatus.ATTENDED
        registration.checked_in_at = now
        registration.save(update_fields=["status", "checked_in_at"])
        record_audit(action="events.check_in", target=registration, user=user, now=now)
        return registration


def undo_check_in(*, registration_id: int, user: User, now: datetime) -> Registration:
    """Take back a mark made by mistake; without one it changes nothing."""
    session_id = Registration.objects.values_list("session_id", flat=True).get(pk=registration_id)
    with locked_session(session_id, now=now):
        registration = Registration.objects.get(pk=registration_id)
        if registration.status == RegistrationStatus.ATTENDED:
            registration.status = RegistrationStatus.CONFIRMED
            registration.checked_in_at = None
            registration.save(update_fields=["status", "checked_in_at"])
            record_audit(action="events.undo_check_in", target=registration, user=user, now=now)
        return registration

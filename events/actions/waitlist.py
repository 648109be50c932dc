"""Freed seats go to those who wait, in order, by offers that lapse."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.actions.audit import record_audit
from events import messages
from events.actions.notices import notify
from events.actions.seats import free_seats, locked_session, offer_free_seats
from events.enums import RegistrationStatus, SessionStatus
from events.errors import EventError, OfferLapsedError, RegistrationClosedError, SessionFullError
from events.models import EventSession, Registration


def promote_waitlist(*, session_id: int, now: datetime) -> list[Registration]:
    """Offer the free seats to those who wait, in order; return who was asked. Without free seats it does nothing."""
    with locked_session(session_id, now=now) as session:
        return offer_free_seats(session, now=now)


def accept_offer(*, registration_id: int, now: datetime) -> Registration:
    """Turn an offer into a seat; accepting again returns the same seat and sends nothing more.

    Raises ``OfferLapsedError`` after the deadline, ``RegistrationClosedError`` when the session was cancelled, and
    ``EventError`` when nothing was offered.
    """
    session_id = Registration.objects.values_list("session_id", flat=True).get(pk=registration_id)
    with locked_session(session_id, now=now) as session:
        registration = _locked_registration(session, registration_id)
        if registration.status in {RegistrationStatus.CONFIRMED, RegistrationStatus.ATTENDED}:
            return registration
        if session.status == SessionStatus.CANCELLED:
            raise RegistrationClosedError(_("这场活动取消了。"))
        if registration.status == RegistrationStatus.WAITLISTED:
            raise EventError(_("还没有轮到您，有座位时我们会通知您。"))
        if registration.status != RegistrationStatus.OFFERED or now >= _deadline(registration, now):
            raise OfferLapsedError(_("确认时间已过，这个座位给了下一位。您可以重新报名或候补。"))
        return _confirm(registration, session, now)


def promote_registration(*, registration_id: int, user: User, now: datetime) -> Registration:
    """Give a waiting person a seat at once, on a staff member's decision; audited.

    Raises ``SessionFullError`` without enough free seats and ``EventError`` when the person does not wait.
    """
    session_id = Registration.objects.values_list("session_id", flat=True).get(pk=registration_id)
    with locked_session(session_id, now=now) as session:
        registration = _locked_registration(session, registration_id)
        if registration.status == RegistrationStatus.CONFIRMED:
            return registration
        if registration.status not in {RegistrationStatus.WAITLISTED, RegistrationStatus.OFFERED}:
            raise EventError(_("这个报名不在候补中。"))
        free = free_seats(session)
        if registration.status == RegistrationStatus.WAITLISTED and free is not None and free < registration.seats:
            raise SessionFullError(_("没有空座位，不能转正。"), waitlist=True)
        record_audit(action="events.promote_registration", target=registration, user=user, now=now)
        return _confirm(registration, session, now)


def lapse_offers(*, session_id: int, now: datetime) -> list[Registration]:
    """Take back the seats of offers past their deadline and offer them to the next; return who lost theirs."""
    with locked_session(session_id, now=now) as session:
        due = Registration.objects.filter(session=session, status=RegistrationStatus.OFFERED, offer_expires_at__lte=now)
        lapsed = list(due.order_by("waitlist_number"))
        for registration in lapsed:
            registration.status = RegistrationStatus.LAPSED
            registration.save(update_fields=["status"])
        offer_free_seats(session, now=now)
        return lapsed


def sessions_with_lapsed_offers(*, now: datetime) -> list[int]:
    """Return the ids of sessions where ``lapse_offers`` has something to do."""
    due = Registration.objects.filter(status=RegistrationStatus.OFFERED, offer_expires_at__lte=now)
    return sorted(set(due.values_list("session_id", flat=True)))


def _locked_registration(session: EventSession, registration_id: int) -> Registration:
    registration = Registration.objects.select_related("contact_point", "second_contact").get(pk=registration_id)
    registration.session = session
    return registration


def _deadline(registration: Registration, now: datetime) -> datetime:
    return registration.offer_expires_at or now


def _confirm(registration: Registration, session: EventSession, now: datetime) -> Registration:
    registration.status = RegistrationStatus.CONFIRMED
    registration.offer_expires_at = None
    registration.save(update_fields=["status", "offer_expires_at"])
    notify(registration=registration, session=session, template=messages.PROMOTED, now=now)
    return registration

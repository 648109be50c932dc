"""Signing up and cancelling: who gets a seat, who waits, who leaves."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.consent import record_consent
from accounts.enums import ConsentKind
from accounts.models import ContactPoint, User
from core.actions.audit import record_audit
from events import messages
from events.actions.notices import notify
from events.actions.seats import free_seats, locked_session, next_waitlist_number, offer_free_seats
from events.calendar_words import moment_text
from events.enums import ACTIVE, RegistrationSource, RegistrationStatus, SeatState
from events.errors import RegistrationClosedError, SessionFullError, TooLateToCancelError
from events.models import EventSession, Registration

CONSENT_KIND = ConsentKind.EVENT
CONSENT_WORDING = gettext_lazy("以上信息只用于这一次活动的通知与签到，活动结束 30 天后删除。")


def register_attendee(
    *,
    session_id: int,
    contact: ContactPoint,
    name: str,
    seats: int,
    now: datetime,
    second_contact: ContactPoint | None = None,
    user: User | None = None,
    access_needs: str = "",
    accept_waitlist: bool = False,
    request_key: uuid.UUID | None = None,
    source: str = RegistrationSource.WEB,
    staff: User | None = None,
) -> Registration:
    """Give ``contact`` a seat, or a place in the queue when it is full and they agreed to wait.

    The same form sent twice, and a contact point that is already in, return the registration that exists, unchanged.
    Nobody overtakes a waiting party that the free seats would serve. A message to each contact point is accepted in
    the same transaction. Raises ``RegistrationClosedError`` or ``SessionFullError``.
    """
    with locked_session(session_id, now=now) as session:
        existing = _existing(session, contact, request_key)
        if existing is not None:
            return existing
        check_open(session, now=now)
        seated = _can_seat(session, seats)
        if not seated and not (accept_waitlist and session.waitlist_enabled):
            raise SessionFullError(_full_text(session, seats), waitlist=session.waitlist_enabled)
        registration = Registration.objects.create(
            session=session,
            contact_point=contact,
            second_contact=second_contact if second_contact != contact else None,
            user=user,
            name=name,
            seats=seats,
            access_needs=access_needs,
            status=RegistrationStatus.CONFIRMED if seated else RegistrationStatus.WAITLISTED,
            waitlist_number=None if seated else next_waitlist_number(session),
            source=source,
            request_key=request_key,
            consent_wording=str(CONSENT_WORDING),
            consent_at=now,
            created_at=now,
        )
        _record_consent(registration, contact, source, now)
        if staff is not None:
            record_audit(action="events.register_caller", target=registration, user=staff, now=now)
        template = messages.CONFIRMED if seated else messages.WAITLISTED
        notify(registration=registration, session=session, template=template, now=now)
        return registration


def cancel_registration(
    *, registration_id: int, now: datetime, user: User | None = None, by_staff: bool = False
) -> Registration:
    """Give the place back and offer the seat to those who wait; cancelling again changes nothing.

    Raises ``TooLateToCancelError`` once the event has begun, except for staff.
    """
    session_id = Registration.objects.values_list("session_id", flat=True).get(pk=registration_id)
    with locked_session(session_id, now=now) as session:
        registration = Registration.objects.select_related("contact_point", "second_contact").get(pk=registration_id)
        registration.session = session
        if not registration.is_active:
            return registration
        if not by_staff and now >= session.starts_at:
            raise TooLateToCancelError(_("活动已经开始，不用再取消了。"))
        registration.status = RegistrationStatus.CANCELLED
        registration.cancelled_at = now
        registration.offer_expires_at = None
        registration.save(update_fields=["status", "cancelled_at", "offer_expires_at"])
        if by_staff:
            record_audit(action="events.cancel_registration", target=registration, user=user, now=now)
        notify(registration=registration, session=session, template=messages.CANCELLED, now=now)
        offer_free_seats(session, now=now)
        return registration


def check_open(session: EventSession, *, now: datetime) -> None:
    """Raise ``RegistrationClosedError`` with the reason unless sign-up is open at ``now``."""
    state = session.seat_state(now)
    opens_at = session.registration_opens_at
    reasons: dict[str, str] = {
        SeatState.CANCELLED: _("这场活动取消了，不能报名。"),
        SeatState.PAST: _("这场活动已经结束。"),
        SeatState.CLOSED: _("报名已经截止。"),
        SeatState.NOT_YET: _("还没有开始报名，%(when)s开始。") % {"when": moment_text(opens_at) if opens_at else ""},
    }
    if state in reasons:
        raise RegistrationClosedError(reasons[state])


def _existing(session: EventSession, contact: ContactPoint, request_key: uuid.UUID | None) -> Registration | None:
    mine = Q(contact_point=contact, status__in=ACTIVE)
    if request_key:
        mine |= Q(request_key=request_key)
    found = Registration.objects.select_related("contact_point", "second_contact").filter(mine, session=session).first()
    if found is not None:
        found.session = session
    return found


def _can_seat(session: EventSession, seats: int) -> bool:
    free = free_seats(session)
    if free is None:
        return True
    if free < seats:
        return False
    return not Registration.objects.filter(session=session, seats__lte=free).waiting().exists()


def _full_text(session: EventSession, seats: int) -> str:
    if seats > 1 and (free_seats(session) or 0) > 0:
        return _("剩下的座位不够两位。可以只来一位，或者两位一起候补。")
    if session.waitlist_enabled:
        return _("座位已满。可以候补，有人取消时我们按先后顺序通知您。")
    return _("座位已满，这一场没有候补。")


def _record_consent(registration: Registration, contact: ContactPoint, source: str, now: datetime) -> None:
    consent_source: Any = f"events.{source}"
    record_consent(
        contact_or_user=contact,
        kind=CONSENT_KIND,
        granted=True,
        wording=registration.consent_wording,
        source=consent_source,
        now=now,
    )

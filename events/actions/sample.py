"""Invented guests for the demo and for measurements; nobody is written to."""

from datetime import datetime
from itertools import count, cycle, islice

from accounts.actions.contacts import contact_index
from accounts.enums import Channel
from accounts.models import ContactPoint
from events.actions.registration import CONSENT_WORDING
from events.actions.seats import free_seats, locked_session, next_waitlist_number
from events.enums import RegistrationSource, RegistrationStatus
from events.models import EventSession, Registration

_NAMES = ("王阿姨", "李女士", "陈师傅", "张老师", "刘先生", "赵奶奶", "周女士", "吴先生", "郑大爷", "孙女士")
_DOMAIN = "example.org"
_BATCH = 1000


def create_sample_registrations(*, session_id: int, seated: int, waiting: int, now: datetime) -> list[Registration]:
    """Fill ``session`` with invented people until ``seated`` sit and ``waiting`` wait; doing it again adds nobody.

    The capacity holds: who finds no seat waits. No message and no consent entry is made (source 演示数据).
    """
    with locked_session(session_id, now=now) as session:
        known = Registration.objects.filter(session=session)
        to_seat = max(seated - known.seated().count(), 0)
        to_wait = max(waiting - known.waiting().count(), 0)
        free = free_seats(session)
        if free is not None and to_seat > free:
            to_seat, to_wait = free, to_wait + to_seat - free
        contacts = _contacts(session, known.count(), to_seat + to_wait, now)
        number = next_waitlist_number(session)
        rows = []
        for index, (contact, name) in enumerate(zip(contacts, cycle(_NAMES), strict=False)):
            sits = index < to_seat
            rows.append(
                Registration(
                    session=session,
                    contact_point=contact,
                    name=name,
                    status=RegistrationStatus.CONFIRMED if sits else RegistrationStatus.WAITLISTED,
                    waitlist_number=None if sits else number + index - to_seat,
                    source=RegistrationSource.SAMPLE,
                    consent_wording=str(CONSENT_WORDING),
                    consent_at=now,
                    created_at=now,
                )
            )
        return Registration.objects.bulk_create(rows, batch_size=_BATCH)


def _contacts(session: EventSession, first: int, wanted: int, now: datetime) -> list[ContactPoint]:
    rows = []
    for number in islice(count(first), wanted):
        value = f"guest-{session.pk}-{number}@{_DOMAIN}"
        rows.append(
            ContactPoint(
                channel=Channel.EMAIL,
                value=value,
                index=contact_index(Channel.EMAIL, value),
                mail_domain=_DOMAIN,
                created_at=now,
            )
        )
    ContactPoint.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)
    return list(
        ContactPoint.objects.filter(channel=Channel.EMAIL, index__in=[row.index for row in rows]).order_by("pk")
    )

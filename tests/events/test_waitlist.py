"""Freed seats go to those who wait, in order."""

from datetime import timedelta

import pytest

from accounts.models import User
from core.models import AuditEntry
from events.actions.registration import cancel_registration, register_attendee
from events.actions.seats import offer_deadline
from events.actions.sessions import cancel_session, save_session
from events.actions.waitlist import accept_offer, lapse_offers, promote_registration
from events.enums import RegistrationStatus, SessionStatus
from events.errors import CapacityTooSmallError, EventError, OfferLapsedError, SessionFullError
from events.invariants import INVARIANTS
from events.models import Registration
from events.tasks import erase_past_registrations_task, lapse_offers_task
from messaging.models import Delivery
from tests.factories.events import EventSessionFactory, make_phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return User.objects.create_user("events", "events@example.com", "touzizhe-2026", is_staff=True)


def fill(session, count, *, now, first=0, seats=1):
    return [
        register_attendee(
            session_id=session.pk, contact=make_phone(n), name="客", seats=seats, now=now, accept_waitlist=True
        )
        for n in range(first, first + count)
    ]


def statuses(session):
    return list(Registration.objects.filter(session=session).order_by("pk").values_list("status", flat=True))


def violations():
    return [sentence for check in INVARIANTS.values() for sentence in check()]


def test_a_cancelled_seat_is_offered_to_the_first_who_waits(now):
    session = EventSessionFactory(capacity=1)
    seated, first, second = fill(session, 3, now=now)

    cancel_registration(registration_id=seated.pk, now=now)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (RegistrationStatus.OFFERED, RegistrationStatus.WAITLISTED)
    assert first.offer_expires_at == now + timedelta(hours=24)
    assert Delivery.objects.filter(template="events.waitlist_offer").count() == 1
    assert violations() == []


def test_an_offered_seat_is_taken(now):
    session = EventSessionFactory(capacity=1)
    seated, _first = fill(session, 2, now=now)
    cancel_registration(registration_id=seated.pk, now=now)

    late = fill(session, 1, now=now, first=9)[0]

    assert late.status == RegistrationStatus.WAITLISTED


def test_accepting_twice_is_one_seat_and_one_message(now):
    session = EventSessionFactory(capacity=1)
    seated, first = fill(session, 2, now=now)
    cancel_registration(registration_id=seated.pk, now=now)

    accepted = [accept_offer(registration_id=first.pk, now=now).status for _ in range(2)]

    assert accepted == [RegistrationStatus.CONFIRMED] * 2
    assert Delivery.objects.filter(template="events.waitlist_promoted").count() == 1
    assert violations() == []


def test_an_offer_past_its_deadline_is_refused_and_goes_to_the_next(now):
    session = EventSessionFactory(capacity=1)
    seated, first, _second = fill(session, 3, now=now)
    cancel_registration(registration_id=seated.pk, now=now)
    later = now + timedelta(hours=24)

    with pytest.raises(OfferLapsedError):
        accept_offer(registration_id=first.pk, now=later)
    lapse_offers(session_id=session.pk, now=later)

    assert statuses(session) == ["cancelled", "lapsed", "offered"]
    assert violations() == []


def test_the_task_lapses_offers(now, time_machine):
    session = EventSessionFactory(capacity=1)
    seated, _first = fill(session, 2, now=now)
    cancel_registration(registration_id=seated.pk, now=now)
    time_machine.move_to(now + timedelta(hours=25))

    lapse_offers_task()
    lapse_offers_task()

    assert statuses(session) == ["cancelled", "lapsed"]


def test_accepting_without_an_offer_is_refused(now):
    session = EventSessionFactory(capacity=1)
    _seated, waiting = fill(session, 2, now=now)

    with pytest.raises(EventError, match="还没有轮到"):
        accept_offer(registration_id=waiting.pk, now=now)


def test_declining_passes_the_offer_on(now):
    session = EventSessionFactory(capacity=1)
    seated, first, _second = fill(session, 3, now=now)
    cancel_registration(registration_id=seated.pk, now=now)

    cancel_registration(registration_id=first.pk, now=now)

    assert statuses(session) == ["cancelled", "cancelled", "offered"]


def test_a_party_that_does_not_fit_keeps_its_place(now):
    session = EventSessionFactory(capacity=2)
    one, _other = fill(session, 2, now=now)
    pair = fill(session, 1, now=now, first=5, seats=2)[0]
    single = fill(session, 1, now=now, first=6)[0]

    cancel_registration(registration_id=one.pk, now=now)

    pair.refresh_from_db()
    single.refresh_from_db()
    assert (pair.status, single.status) == (RegistrationStatus.WAITLISTED, RegistrationStatus.OFFERED)
    assert violations() == []


def test_nobody_is_asked_in_the_night_with_a_day_that_runs_while_they_sleep(now):
    session = EventSessionFactory()
    night = now.replace(hour=14)  # 22:00 in Shanghai

    assert offer_deadline(session, now=night) == now.replace(hour=0) + timedelta(days=2)


def test_nobody_is_asked_too_late_to_come(now):
    session = EventSessionFactory()

    assert offer_deadline(session, now=session.starts_at - timedelta(hours=2, minutes=20)) is None


def test_more_seats_go_to_those_who_wait(now, staff):
    session = EventSessionFactory(capacity=1)
    fill(session, 3, now=now)
    session.refresh_from_db()
    session.capacity = 2

    save_session(session=session, user=staff, now=now)

    assert statuses(session) == ["confirmed", "offered", "waitlisted"]


def test_fewer_seats_than_taken_are_refused(now, staff):
    session = EventSessionFactory(capacity=3)
    fill(session, 3, now=now)
    session.capacity = 2

    with pytest.raises(CapacityTooSmallError, match="3 个座位"):
        save_session(session=session, user=staff, now=now)

    session.refresh_from_db()
    assert session.capacity == 3


def test_staff_give_a_seat_out_of_order_and_it_is_audited(now, staff):
    session = EventSessionFactory(capacity=1)
    seated, first = fill(session, 2, now=now)

    with pytest.raises(SessionFullError):
        promote_registration(registration_id=first.pk, user=staff, now=now)
    cancel_registration(registration_id=seated.pk, now=now)
    promoted = promote_registration(registration_id=first.pk, user=staff, now=now)

    assert promoted.status == RegistrationStatus.CONFIRMED
    assert AuditEntry.objects.filter(action="events.promote_registration").count() == 1


def test_calling_a_session_off_tells_everyone_once(now, staff):
    session = EventSessionFactory(capacity=1)
    fill(session, 2, now=now)

    for _ in range(2):
        cancel_session(session_id=session.pk, user=staff, now=now)

    session.refresh_from_db()
    assert session.status == SessionStatus.CANCELLED
    assert statuses(session) == ["cancelled", "cancelled"]
    assert Delivery.objects.filter(template="events.session_cancelled").count() == 2


def test_personal_parts_are_emptied_thirty_days_after(now, time_machine):
    session = EventSessionFactory()
    registration = fill(session, 1, now=now)[0]
    time_machine.move_to(session.ends_at + timedelta(days=29))
    erase_past_registrations_task()
    registration.refresh_from_db()
    assert registration.name == "客"

    time_machine.move_to(session.ends_at + timedelta(days=30))
    erase_past_registrations_task()

    registration.refresh_from_db()
    assert (registration.name, registration.contact_point, registration.status) == ("", None, "confirmed")
    assert violations() == []

"""Signing up and cancelling."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.enums import ConsentKind
from accounts.queries import has_consented
from events import seat_triggers
from events.actions.registration import cancel_registration, register_attendee
from events.enums import RegistrationStatus, SeatState, SessionStatus
from events.errors import RegistrationClosedError, SessionFullError, TooLateToCancelError
from events.invariants import INVARIANTS
from events.models import EventSession, Registration
from messaging.models import Delivery
from tests.factories.events import EventSessionFactory, RegistrationFactory, make_mail, make_phone

pytestmark = pytest.mark.django_db


def register(session, number, *, now, seats=1, **kwargs):
    return register_attendee(
        session_id=session.pk, contact=make_phone(number), name=f"客{number}", seats=seats, now=now, **kwargs
    )


def violations():
    return [sentence for check in INVARIANTS.values() for sentence in check()]


def test_register_gives_a_seat_a_code_and_two_messages(now):
    session = EventSessionFactory()

    registration = register(session, 1, now=now, second_contact=make_mail("li"), access_needs="大字资料")

    session.refresh_from_db()
    assert registration.status == RegistrationStatus.CONFIRMED
    assert session.seats_taken == 1
    assert len(registration.ticket_code) == 8
    assert sorted(Delivery.objects.values_list("channel", "template")) == [
        ("email", "events.registration_confirmed"),
        ("sms", "events.registration_confirmed"),
    ]
    assert has_consented(contact_or_user=registration.contact_point, kind=ConsentKind.EVENT)
    assert violations() == []


def test_name_and_needs_are_unreadable_in_the_database(now):
    registration = register(EventSessionFactory(), 1, now=now, access_needs="轮椅位")

    with connection.cursor() as cursor:
        cursor.execute("SELECT name, access_needs FROM events_registration WHERE id = %s", [registration.pk])
        stored = " ".join(cursor.fetchone())

    assert "客1" not in stored
    assert "轮椅" not in stored


@pytest.mark.parametrize("name", ["👵🏻王奶奶", "𠮷野", "O’Brien\u200d👨‍👩‍👧", "欧阳" * 20])
def test_names_of_every_kind_survive(now, name):
    session = EventSessionFactory()

    made = register_attendee(session_id=session.pk, contact=make_phone(1), name=name, seats=1, now=now)

    assert Registration.objects.get(pk=made.pk).name == name


def test_same_form_twice_is_one_registration(now):
    session, key = EventSessionFactory(), uuid.uuid4()

    first = register(session, 1, now=now, request_key=key)
    second = register(session, 1, now=now, request_key=key)

    assert first.pk == second.pk
    assert Registration.objects.count() == 1
    assert Delivery.objects.count() == 1


def test_same_contact_again_is_the_same_place(now):
    session = EventSessionFactory()

    first = register(session, 1, now=now, request_key=uuid.uuid4())
    second = register(session, 1, now=now, seats=2, request_key=uuid.uuid4())

    assert (first.pk, second.seats) == (second.pk, 1)


def test_full_session_refuses_who_did_not_ask_to_wait(now):
    session = EventSessionFactory(capacity=1)
    register(session, 1, now=now)

    with pytest.raises(SessionFullError) as refused:
        register(session, 2, now=now)

    assert refused.value.waitlist is True
    assert Registration.objects.count() == 1


def test_full_session_without_waitlist_refuses(now):
    session = EventSessionFactory(capacity=1, waitlist_enabled=False)
    register(session, 1, now=now)

    with pytest.raises(SessionFullError):
        register(session, 2, now=now, accept_waitlist=True)


def test_waitlist_numbers_follow_the_order(now):
    session = EventSessionFactory(capacity=1)
    register(session, 1, now=now)

    numbers = [register(session, n, now=now, accept_waitlist=True).waitlist_number for n in (2, 3, 4)]

    assert numbers == [1, 2, 3]
    assert violations() == []


def test_party_of_two_does_not_get_one_seat(now):
    session = EventSessionFactory(capacity=1)

    with pytest.raises(SessionFullError, match="不够两位"):
        register(session, 1, now=now, seats=2)


def test_nobody_overtakes_who_waits_and_fits(now):
    session = EventSessionFactory(capacity=1)
    RegistrationFactory(session=session, status="waitlisted", waitlist_number=1)

    late = register(session, 2, now=now, accept_waitlist=True)

    assert late.status == RegistrationStatus.WAITLISTED


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"status": SessionStatus.CANCELLED}, "取消"),
        ({"registration_opens_at": datetime(2026, 12, 1, tzinfo=UTC)}, "还没有开始"),
        ({"registration_closes_at": datetime(2026, 11, 20, tzinfo=UTC)}, "截止"),
        ({"starts_at": datetime(2026, 11, 1, tzinfo=UTC)}, "结束"),
    ],
)
def test_closed_sessions_refuse_and_write_nothing(now, fields, message):
    session = EventSessionFactory(**fields)

    with pytest.raises(RegistrationClosedError, match=message):
        register(session, 1, now=now)

    assert Registration.objects.count() == 0
    assert Delivery.objects.count() == 0


def test_sign_up_closes_at_midnight_in_shanghai():
    midnight = datetime(2026, 12, 9, 16, 0, tzinfo=UTC)  # 10 December 00:00 in Shanghai
    session = EventSessionFactory(registration_closes_at=midnight)

    assert session.seat_state(midnight - timedelta(seconds=1)) == SeatState.AVAILABLE
    assert session.seat_state(midnight) == SeatState.CLOSED
    assert register(session, 1, now=midnight - timedelta(seconds=1)).status == RegistrationStatus.CONFIRMED
    with pytest.raises(RegistrationClosedError):
        register(session, 2, now=midnight)


def test_unlimited_session_takes_everyone(now):
    session = EventSessionFactory(capacity=None)

    statuses = {register(session, n, now=now).status for n in range(1, 6)}

    assert statuses == {RegistrationStatus.CONFIRMED}
    assert session.seat_state(now) == SeatState.UNLIMITED


def test_cancel_twice_changes_nothing_the_second_time(now):
    session = EventSessionFactory()
    registration = register(session, 1, now=now)

    first = cancel_registration(registration_id=registration.pk, now=now)
    second = cancel_registration(registration_id=registration.pk, now=now + timedelta(hours=1))

    session.refresh_from_db()
    assert (first.status, second.cancelled_at, session.seats_taken) == (RegistrationStatus.CANCELLED, now, 0)
    assert Delivery.objects.filter(template="events.registration_cancelled").count() == 1


def test_cancelled_contact_may_come_back(now):
    session = EventSessionFactory()
    first = register(session, 1, now=now)
    cancel_registration(registration_id=first.pk, now=now)

    second = register(session, 1, now=now)

    assert second.pk != first.pk
    assert second.status == RegistrationStatus.CONFIRMED


def test_cancelling_after_the_start_is_refused(now):
    session = EventSessionFactory()
    registration = register(session, 1, now=now)

    with pytest.raises(TooLateToCancelError):
        cancel_registration(registration_id=registration.pk, now=session.starts_at)

    registration.refresh_from_db()
    assert registration.status == RegistrationStatus.CONFIRMED


def test_the_database_refuses_an_oversold_seat_without_any_rule(now):
    session = EventSessionFactory(capacity=1)
    RegistrationFactory(session=session)

    with pytest.raises(IntegrityError), transaction.atomic():
        RegistrationFactory(session=session)

    assert Registration.objects.filter(session=session).count() == 1


def test_the_database_keeps_the_count_through_every_kind_of_write(now):
    session, other = EventSessionFactory(), EventSessionFactory()

    def counts():
        return [EventSession.objects.get(pk=s.pk).seats_taken for s in (session, other)]

    one = RegistrationFactory(session=session, seats=2)
    assert counts() == [2, 0]
    Registration.objects.filter(pk=one.pk).update(seats=1)
    assert counts() == [1, 0]
    Registration.objects.filter(pk=one.pk).update(session=other)
    assert counts() == [0, 1]
    Registration.objects.filter(pk=one.pk).update(status="cancelled")
    assert counts() == [0, 0]
    Registration.objects.filter(pk=one.pk).update(status="attended")
    assert counts() == [0, 1]
    Registration.objects.filter(pk=one.pk).delete()
    assert counts() == [0, 0]


def test_the_database_refuses_a_capacity_below_the_seats_taken():
    session = EventSessionFactory(capacity=2)
    RegistrationFactory(session=session, seats=2)

    with pytest.raises(IntegrityError), transaction.atomic():
        EventSession.objects.filter(pk=session.pk).update(capacity=1)


def test_triggers_are_installed_and_installing_again_is_harmless():
    seat_triggers.install()

    assert seat_triggers.installed() is True


def test_invariants_name_a_confirmed_registration_without_its_message():
    RegistrationFactory()

    assert len(violations()) == 1


def test_seats_in_words(now):
    session = EventSessionFactory(capacity=10)
    assert session.seat_state(now) == SeatState.AVAILABLE
    for number in range(5):
        register(session, number, now=now)
    session.refresh_from_db()
    assert session.seat_state(now) == SeatState.FEW
    for number in range(5, 10):
        register(session, number, now=now)
    session.refresh_from_db()
    assert session.seat_state(now) == SeatState.WAITLIST

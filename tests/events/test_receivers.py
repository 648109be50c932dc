"""events.receivers: 1 by reply takes the seat that was offered last."""

from datetime import timedelta

import pytest

from events.actions.registration import cancel_registration, register_attendee
from events.actions.sessions import cancel_session
from events.actions.waitlist import lapse_offers
from events.enums import RegistrationStatus
from events.invariants import INVARIANTS
from events.models import Registration
from messaging.actions.upstream import receive_reply
from messaging.models import Delivery
from tests.factories.events import EventSessionFactory, make_phone

pytestmark = pytest.mark.django_db


def offered(now, *, waiting=1, **fields):
    """A session whose only seat was just offered to the phone ``waiting``."""
    session = EventSessionFactory(capacity=1, **fields)
    seated = register(session, 0, now)
    row = register(session, waiting, now)
    cancel_registration(registration_id=seated.pk, now=now)
    return row


def register(session, number, now):
    return register_attendee(
        session_id=session.pk, contact=make_phone(number), name="客", seats=1, now=now, accept_waitlist=True
    )


def reply(now, text="1", number=1, external_id="u1"):
    phone = make_phone(number).value
    return receive_reply(backend="sms", external_id=external_id, phone=phone, text=text, now=now)


def status(row):
    row.refresh_from_db()
    return row.status


def messages(row):
    keys = Delivery.objects.filter(contact_point=row.contact_point).order_by("pk").values_list("event_key", flat=True)
    return [key.split(":")[2] for key in keys]


def test_reply_takes_the_offered_seat_once(now):
    row = offered(now)
    first, again = reply(now), reply(now)
    assert (status(row), first.answered, again.pk) == (RegistrationStatus.CONFIRMED, True, first.pk)
    assert messages(row) == ["registration_waitlisted", "waitlist_offer", "waitlist_promoted"]
    assert [sentence for check in INVARIANTS.values() for sentence in check()] == []


def test_the_newest_of_two_offers_is_taken(now):
    older, newer = offered(now), offered(now + timedelta(minutes=5))
    assert reply(now + timedelta(minutes=6)).answered is True
    assert (status(older), status(newer)) == (RegistrationStatus.OFFERED, RegistrationStatus.CONFIRMED)


def test_newest_is_who_was_asked_last_not_who_registered_last(now):
    early_session, late_session = EventSessionFactory(capacity=1), EventSessionFactory(capacity=1)
    holders = [register(session, 0, now) for session in (early_session, late_session)]
    first, second = register(early_session, 1, now), register(late_session, 1, now)
    cancel_registration(registration_id=holders[1].pk, now=now)
    cancel_registration(registration_id=holders[0].pk, now=now + timedelta(minutes=1))
    reply(now + timedelta(minutes=2))
    assert (status(first), status(second)) == (RegistrationStatus.CONFIRMED, RegistrationStatus.OFFERED)


def test_the_second_contact_may_accept(now):
    row = offered(now)
    Registration.objects.filter(pk=row.pk).update(second_contact=make_phone(7))
    assert reply(now, number=7).answered is True
    assert status(row) == RegistrationStatus.CONFIRMED


@pytest.mark.parametrize("swept", [False, True])
def test_who_answers_too_late_gets_no_seat_and_is_told_once(now, swept):
    row = offered(now)
    late = row.session.starts_at - timedelta(hours=1)
    if swept:
        lapse_offers(session_id=row.session_id, now=late)
    assert [reply(late, external_id=f"u{number}").answered for number in range(2)] == [False, False]
    assert status(row) == (RegistrationStatus.LAPSED if swept else RegistrationStatus.OFFERED)
    assert messages(row) == ["registration_waitlisted", "waitlist_offer", "answered_too_late"]


def test_who_got_back_in_is_not_told_that_they_are_out(now):
    row = offered(now)
    late = row.session.starts_at - timedelta(hours=1)
    lapse_offers(session_id=row.session_id, now=late)
    again = register(row.session, 1, late)
    assert reply(late).answered is False
    assert (status(again), "answered_too_late" in messages(row)) == (RegistrationStatus.CONFIRMED, False)


def test_reply_without_an_offer_changes_nothing(now):
    waiting = register_attendee(
        session_id=EventSessionFactory(capacity=1).pk, contact=make_phone(1), name="客", seats=1, now=now
    )
    assert reply(now).answered is False
    assert (status(waiting), messages(waiting)) == (RegistrationStatus.CONFIRMED, ["registration_confirmed"])
    assert reply(now, number=9, external_id="u2").answered is False


def test_offer_of_a_cancelled_session_is_not_taken(now):
    from accounts.models import User

    row = offered(now)
    staff = User.objects.create_user("events", "events@example.com", "touzizhe-2026", is_staff=True)
    cancel_session(session_id=row.session_id, user=staff, now=now)
    assert reply(now).answered is False
    assert status(row) == RegistrationStatus.CANCELLED


def test_other_words_take_no_seat(now):
    row = offered(now)
    reply(now, text="好的")
    assert status(row) == RegistrationStatus.OFFERED

"""Real threads on PostgreSQL: ten seats, fifty people; with controls that show what the lock and the trigger do."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from accounts.actions.contacts import get_or_create_contact
from events import seat_triggers
from events.actions.registration import cancel_registration, register_attendee
from events.actions.waitlist import accept_offer, promote_waitlist
from events.enums import RegistrationStatus
from events.errors import EventError
from events.invariants import INVARIANTS
from events.models import EventSession, Registration
from tests.factories.events import EventSessionFactory, RegistrationFactory, make_phone

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PEOPLE, SEATS = 50, 10


@pytest.fixture
def session(transactional_db: Any) -> EventSession:
    """A session of ten seats; the page tree is made afresh because the last test's flush took it away."""
    locale, _created = Locale.objects.get_or_create(language_code="zh-hans")
    if not Site.objects.exists():
        content_type = ContentType.objects.get_for_model(Page)
        root = Page.add_root(instance=Page(title="Root", slug="root", content_type=content_type, locale=locale))
        home = root.add_child(instance=Page(title="首页", slug="home", content_type=content_type, locale=locale))
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    return EventSessionFactory(capacity=SEATS, starts_at=timezone.now() + timedelta(days=20))


def together(work: Callable[[int], Any], times: int) -> list[Any]:
    """Run ``work(0..times-1)`` at once, each in a thread with a connection of its own; return results and errors."""
    barrier = threading.Barrier(times)
    results: list[Any] = [None] * times

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = work(number)
        except (EventError, IntegrityError, OperationalError) as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def count_then_insert(session: EventSession, number: int) -> Registration | None:
    """What the rule would be without the lock."""
    with transaction.atomic():
        if Registration.objects.filter(session=session).seated().count() >= SEATS:
            return None
        return RegistrationFactory(session=session, contact_point=make_phone(number))


def seated(session: EventSession) -> int:
    return Registration.objects.filter(session=session).seated().count()


def violations() -> list[str]:
    return [sentence for check in INVARIANTS.values() for sentence in check()]


def test_fifty_people_for_ten_seats(session):
    now = timezone.now()

    together(
        lambda n: register_attendee(
            session_id=session.pk, contact=make_phone(n), name=f"客{n}", seats=1, accept_waitlist=True, now=now
        ),
        PEOPLE,
    )

    numbers = Registration.objects.filter(session=session, status=RegistrationStatus.WAITLISTED)
    assert seated(session) == SEATS
    assert sorted(numbers.values_list("waitlist_number", flat=True)) == list(range(1, PEOPLE - SEATS + 1))
    assert violations() == []


def test_control_without_lock_and_trigger_oversells(session):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_registration DISABLE TRIGGER events_registration_seats_taken")
    try:
        together(lambda n: count_then_insert(session, n), PEOPLE)
        oversold = seated(session)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE events_registration ENABLE TRIGGER events_registration_seats_taken")

    assert oversold > SEATS


def test_control_without_lock_is_stopped_by_the_database(session):
    assert seat_triggers.installed() is True

    results = together(lambda n: count_then_insert(session, n), PEOPLE)

    assert seated(session) == SEATS
    assert any(isinstance(result, IntegrityError) for result in results)


def test_one_person_pressing_ten_times_gets_one_seat(session):
    now = timezone.now()
    contact = get_or_create_contact(channel="sms", value="13800001234", now=now)

    results = together(
        lambda _n: register_attendee(session_id=session.pk, contact=contact, name="李女士", seats=1, now=now), 10
    )

    assert len({registration.pk for registration in results}) == 1
    assert seated(session) == 1
    assert violations() == []


def test_cancelling_registering_and_accepting_at_once_keeps_every_rule(session):
    now = timezone.now()
    first = [
        register_attendee(session_id=session.pk, contact=make_phone(n), name="客", seats=1, now=now)
        for n in range(SEATS)
    ]
    for n in range(SEATS, SEATS + 5):
        register_attendee(
            session_id=session.pk, contact=make_phone(n), name="候", seats=1, accept_waitlist=True, now=now
        )
    cancel_registration(registration_id=first[0].pk, now=now)
    offered = Registration.objects.get(session=session, status=RegistrationStatus.OFFERED)

    def work(number: int) -> Any:
        if number < 5:
            return cancel_registration(registration_id=first[number].pk, now=now)
        if number < 10:
            return accept_offer(registration_id=offered.pk, now=now)
        if number < 15:
            return promote_waitlist(session_id=session.pk, now=now)
        return register_attendee(
            session_id=session.pk, contact=make_phone(100 + number), name="新", seats=1, accept_waitlist=True, now=now
        )

    together(work, 25)

    offered.refresh_from_db()
    assert offered.status == RegistrationStatus.CONFIRMED
    assert seated(session) == SEATS
    assert violations() == []


def test_one_cancel_of_many_frees_one_seat(session):
    now = timezone.now()
    registration = register_attendee(session_id=session.pk, contact=make_phone(1), name="客", seats=2, now=now)

    together(lambda _n: cancel_registration(registration_id=registration.pk, now=now), 10)

    session.refresh_from_db()
    assert session.seats_taken == 0
    assert violations() == []

"""What event staff see and do."""

import csv
import io

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.actions.roles import assign_role, sync_roles
from accounts.models import User
from core.models import AuditEntry
from core.spreadsheets import safe_cell
from events.actions.personal_data import erase_person, export_person
from events.actions.registration import register_attendee
from events.enums import RegistrationStatus
from events.models import EventSession, Registration
from tests.factories.events import EventSessionFactory, make_phone

pytestmark = pytest.mark.django_db


def staff(key):
    sync_roles()
    user = User.objects.create_user(key, f"{key}@example.com", "touzizhe-2026", is_staff=True)
    assign_role(user=user, key=key)
    return user


@pytest.fixture
def events_client(client, settings):
    settings.DEMO = True
    client.force_login(staff("events"), backend="accounts.backends.StaffPasswordBackend")
    return client


def register(session, number, *, now, name="李女士", **kwargs):
    return register_attendee(session_id=session.pk, contact=make_phone(number), name=name, seats=1, now=now, **kwargs)


def address(session, name="events_registrations"):
    return reverse(name, args=[session.pk])


def test_list_masks_contacts(events_client, now):
    session = EventSessionFactory(starts_at=now.replace(month=12, year=2030))
    registration = register(session, 1, now=now)

    text = events_client.get(address(session)).content.decode()

    assert registration.ticket_text in text
    assert "138****0001" in text
    assert "13800000001" not in text


def test_search_by_last_four_and_by_code(events_client, now):
    session = EventSessionFactory(starts_at=now.replace(month=12, year=2030))
    one, other = register(session, 1, now=now), register(session, 22, now=now)

    def found(query):
        text = events_client.get(address(session), {"q": query}).content.decode()
        return [r.ticket_text in text for r in (one, other)]

    assert found("0001") == [True, False]
    assert found(other.ticket_text.lower()) == [False, True]
    assert found("%%%") == [False, False]


def test_list_asks_as_many_queries_for_three_as_for_one(events_client, now):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    session = EventSessionFactory(starts_at=now.replace(month=12, year=2030))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            events_client.get(address(session))
        return len(captured)

    register(session, 1, now=now)
    queries()
    one = queries()
    register(session, 2, now=now)
    register(session, 3, now=now)

    assert queries() == one


def test_check_in_and_undo(events_client, now):
    session = EventSessionFactory(starts_at=now.replace(month=12, year=2030))
    registration = register(session, 1, now=now)

    events_client.post(address(session), {"action": "check_in", "registration": registration.pk})
    registration.refresh_from_db()
    assert registration.status == RegistrationStatus.ATTENDED
    events_client.post(address(session), {"action": "undo", "registration": registration.pk})
    registration.refresh_from_db()
    assert registration.status == RegistrationStatus.CONFIRMED
    assert AuditEntry.objects.filter(action="events.check_in").count() == 1


def test_registration_of_another_session_is_out_of_reach(events_client, now):
    session, other = EventSessionFactory(), EventSessionFactory(starts_at=now.replace(month=12, year=2030))
    registration = register(other, 1, now=now)

    response = events_client.post(address(session), {"action": "cancel", "registration": registration.pk})

    assert response.status_code == 404


@pytest.mark.parametrize("key", ["editor", "marketing", "analyst"])
def test_other_roles_see_no_registrations(client, settings, key, now):
    settings.DEMO = True
    client.force_login(staff(key), backend="accounts.backends.StaffPasswordBackend")
    session = EventSessionFactory()

    response = client.get(address(session))

    assert response.status_code in {302, 403}
    assert "签到码" not in response.content.decode()


def test_service_desk_reads_but_does_not_act(client, settings, now):
    settings.DEMO = True
    client.force_login(staff("service"), backend="accounts.backends.StaffPasswordBackend")
    session = EventSessionFactory(starts_at=now.replace(month=12, year=2030))
    registration = register(session, 1, now=now)

    client.post(address(session), {"action": "cancel", "registration": registration.pk})

    registration.refresh_from_db()
    assert registration.status == RegistrationStatus.CONFIRMED


def test_export_is_audited_masked_and_harmless(events_client, now):
    session = EventSessionFactory(starts_at=now.replace(month=12, year=2030))
    register(session, 1, now=now, name='=HYPERLINK("http://x")', access_needs="＋1")

    response = events_client.post(address(session, "events_export"))

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    row = list(csv.reader(io.StringIO(text)))[1]
    assert (row[1], row[2], row[4]) == ('\'=HYPERLINK("http://x")', "138****0001", "'＋1")
    assert AuditEntry.objects.filter(action="events.export_registrations").count() == 1
    assert events_client.get(address(session, "events_export")).status_code == 405


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", " =1", "＝1"])
def test_formula_cells_are_text(cell):
    assert safe_cell(cell) == f"'{cell}"


def test_staff_sign_up_a_caller(events_client, now):
    session = EventSessionFactory(starts_at=now.replace(month=12, year=2030))
    data = {"session": session.pk, "name": "赵奶奶", "phone": "13800138000", "seats": "1", "consent": "on"}

    response = events_client.post(address(session, "events_caller"), data)

    registration = Registration.objects.get()
    assert response.status_code == 302
    assert (registration.source, registration.name) == ("staff", "赵奶奶")


def test_staff_arrange_a_session(events_client, now):
    page = EventSessionFactory().page
    data = {
        "page": page.pk,
        "starts_at": "2030-12-12 14:00",
        "ends_at": "2030-12-12 16:00",
        "check_in_at": "",
        "capacity": "20",
        "waitlist_enabled": "on",
        "registration_opens_at": "",
        "registration_closes_at": "",
        "join_url": "",
    }

    response = events_client.post(reverse("event_sessions:add"), data)

    assert response.status_code == 302
    assert EventSession.objects.latest("pk").capacity == 20
    assert AuditEntry.objects.filter(action="events.save_session").count() == 1


def test_capacity_below_the_seats_taken_is_said_in_the_form(events_client, now):
    session = EventSessionFactory(starts_at=now.replace(month=12, year=2030), capacity=2)
    register(session, 1, now=now)
    register(session, 2, now=now)
    data = {
        "page": session.page.pk,
        "starts_at": "2030-12-12 14:00",
        "ends_at": "2030-12-12 16:00",
        "capacity": "1",
        "waitlist_enabled": "on",
    }

    response = events_client.post(reverse("event_sessions:edit", args=[session.pk]), data)

    assert "已经有 2 个座位给了人" in response.content.decode()
    session.refresh_from_db()
    assert session.capacity == 2


def test_sessions_cannot_be_deleted(events_client):
    session = EventSessionFactory()
    user = User.objects.get(username="events")
    user.user_permissions.add(Permission.objects.get(codename="delete_eventsession"))

    response = events_client.post(reverse("event_sessions:delete", args=[session.pk]))

    assert response.status_code in {302, 403}
    assert EventSession.objects.count() == 1


def test_personal_data_is_exported_and_erased(now):
    user = User.objects.create_user(display_name="李女士")
    session = EventSessionFactory(starts_at=now.replace(month=12, year=2030))
    registration = register(session, 1, now=now, user=user, access_needs="轮椅位")

    copy = export_person(user)["registrations"][0]
    erase_person(user)

    registration.refresh_from_db()
    assert (copy["name"], copy["access_needs"]) == ("李女士", "轮椅位")
    assert (registration.name, registration.contact_point, registration.status) == ("", None, "cancelled")

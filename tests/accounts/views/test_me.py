"""The learner's desk, the header's fragment and the privacy centre."""

import json

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions.consent import record_consent
from accounts.enums import Channel, ConsentKind
from accounts.models import ConsentDetail, ConsentEntry, ContactPoint, User
from accounts.queries import has_consented
from accounts.signals import consent_withdrawn
from core.registries import DeskPanel, PersonalDataProvider, desk_panels, personal_data_providers
from tests.factories.accounts import ContactFactory, InvestorFactory, PhoneFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    user = InvestorFactory(display_name="林小满")
    ContactFactory(value="reader@example.com", user=user, verified_at=user.date_joined)
    record_consent(
        contact_or_user=user,
        kind=ConsentKind.PRIVACY,
        granted=True,
        wording="同意规则",
        source="signup",
        now=user.date_joined,
    )
    client.force_login(user, backend="accounts.backends.ContactCodeBackend")
    return user


@pytest.fixture
def panels(monkeypatch):
    monkeypatch.setattr(desk_panels, "_items", {})
    return desk_panels


@pytest.mark.parametrize("address", ["/me/", "/me/privacy/", "/me/name/", "/me/privacy/delete/"])
def test_desk_needs_a_sign_in_and_is_never_cached(client, reader, address):
    assert Client().get(address)["Location"] == f"/accounts/login/?next={address}"

    response = client.get(address)

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "X-Page-Cache" not in response


def test_desk_greets_and_says_what_to_do_when_it_is_empty(client, reader, panels):
    with time_machine.travel("2026-11-23T08:00:00+08:00", tick=False):
        client.force_login(reader, backend="accounts.backends.ContactCodeBackend")
        page = client.get("/me/").content.decode()

    assert "早上好" in page
    assert "林小满" in page
    assert "书桌还是空的" in page
    assert 'href="/courses/"' in page


def test_desk_shows_the_panels_of_upper_apps_in_order(client, reader, panels):
    panels.register("late", DeskPanel(20, "includes/notice.html", lambda _user, _now: {"n": 1}))
    panels.register("early", DeskPanel(10, "includes/notice.html", lambda _user, _now: {"n": 2}))
    panels.register("absent", DeskPanel(15, "includes/notice.html", lambda _user, _now: None))

    response = client.get("/me/")

    assert [entry["name"] for entry in response.context["panels"]] == ["early", "late"]
    assert "书桌还是空的" not in response.content.decode()


def test_header_fragment_names_the_way_in_or_the_desk(client, reader):
    anonymous = Client().get("/me/fragment/header/", HTTP_REFERER="http://testserver/courses/?page=2")
    foreign = Client().get("/me/fragment/header/", HTTP_REFERER="https://evil.example/")

    assert anonymous.content.decode().strip() == (
        '<a class="me" href="/accounts/login/?next=%2Fcourses%2F%3Fpage%3D2">登录</a>'
    )
    assert 'href="/accounts/login/">登录' in foreign.content.decode()
    assert 'href="/me/"' in client.get("/me/fragment/header/").content.decode()
    assert "no-store" in anonymous["Cache-Control"]
    assert not anonymous.cookies


def test_header_fragment_is_cheap(client, reader):
    with CaptureQueriesContext(connection) as anonymous:
        Client().get("/me/fragment/header/")
    with CaptureQueriesContext(connection) as signed_in:
        client.get("/me/fragment/header/")

    assert (len(anonymous), len(signed_in)) == (0, 2)


def test_privacy_centre_masks_contact_points(client, reader):
    PhoneFactory(value="13912345678", user=reader, verified_at=reader.date_joined)

    page = client.get("/me/privacy/").content.decode()

    assert "r***@example.com" in page
    assert "139****5678" in page
    assert "reader@example.com" not in page
    assert "13912345678" not in page


def test_privacy_centre_costs_the_same_with_one_and_three_contacts(client, reader):
    counts = []
    for extra in (0, 2):
        for _n in range(extra):
            PhoneFactory(user=reader, verified_at=reader.date_joined)
        with CaptureQueriesContext(connection) as queries:
            client.get("/me/privacy/")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_name_can_be_corrected(client, reader):
    assert client.post("/me/name/", {"display_name": "  满满🌾 "})["Location"] == "/me/privacy/"

    reader.refresh_from_db()
    assert reader.display_name == "满满🌾"
    long = client.post("/me/name/", {"display_name": "名" * 201})
    assert "请控制在 200 个字以内" in long.content.decode()


def test_name_is_escaped(client, reader):
    client.post("/me/name/", {"display_name": "<script>alert(1)</script>"})

    assert "<script>alert" not in client.get("/me/").content.decode()


def test_withdrawing_a_consent_tells_upper_apps(client, reader, now):
    contact = reader.contact_points.get()
    record_consent(
        contact_or_user=contact, kind="newsletter_email", granted=True, wording="订阅", source="form", now=now
    )
    heard = []
    consent_withdrawn.connect(lambda **kwargs: heard.append(kwargs), weak=False, dispatch_uid="test")
    try:
        assert "投教邮件" in client.get("/me/privacy/").content.decode()
        assert client.post("/me/privacy/withdraw/newsletter_email/")["Location"] == "/me/privacy/"
        client.post("/me/privacy/withdraw/newsletter_email/")
    finally:
        consent_withdrawn.disconnect(dispatch_uid="test")

    assert [(entry["contact_or_user"], entry["kind"]) for entry in heard] == [(contact, "newsletter_email")]
    assert not has_consented(contact_or_user=contact, kind="newsletter_email")
    assert "投教邮件" not in client.get("/me/privacy/").content.decode()


def test_privacy_rules_are_withdrawn_by_deleting_the_account(client, reader):
    response = client.post("/me/privacy/withdraw/privacy/")

    assert response.status_code == 409
    assert "要撤回它，请注销账号" in response.content.decode()
    assert has_consented(contact_or_user=reader, kind=ConsentKind.PRIVACY)


def test_second_contact_is_added_by_code_and_can_then_be_the_only_one(client, reader, codes):
    first = reader.contact_points.get()
    refused = client.post(f"/me/privacy/contacts/{first.pk}/remove/")
    assert refused.status_code == 409
    assert "这是唯一能登录的方式" in refused.content.decode()

    client.post("/me/privacy/contacts/add/", {"contact": "13912345678"})
    assert client.post("/accounts/code/", {"code": codes.code})["Location"] == "/me/privacy/"
    client.post(f"/me/privacy/contacts/{first.pk}/remove/")

    assert [contact.masked for contact in reader.contact_points.all()] == ["139****5678"]


def test_contact_of_another_account_is_refused_after_the_code(client, reader, codes):
    other = PhoneFactory(value="13912345678", user=InvestorFactory(), verified_at=reader.date_joined)
    client.post("/me/privacy/contacts/add/", {"contact": "13912345678"})

    response = client.post("/accounts/code/", {"code": codes.code})

    assert "它已经属于另一个账号" in response.content.decode()
    other.refresh_from_db()
    assert other.user != reader


def test_contact_of_somebody_else_cannot_be_removed(client, reader):
    theirs = PhoneFactory(user=InvestorFactory(), verified_at=reader.date_joined)

    client.post(f"/me/privacy/contacts/{theirs.pk}/remove/")

    theirs.refresh_from_db()
    assert theirs.user is not None


def test_export_is_a_file_with_everything_every_app_knows(client, reader):
    response = client.post("/me/privacy/export/")

    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert response["X-Content-Type-Options"] == "nosniff"
    data = json.loads(response.content)
    assert data["accounts"]["display_name"] == "林小满"
    assert [row["value"] for row in data["accounts"]["contact_points"]] == ["reader@example.com"]
    assert [row["wording"] for row in data["accounts"]["consents"]] == ["同意规则"]
    assert set(data) == {"exported_at", *dict(personal_data_providers)}
    assert client.get("/me/privacy/export/").headers["Location"] == "/me/privacy/"


def test_account_is_deleted_after_a_tick(client, reader, monkeypatch):
    erased = []
    provider = PersonalDataProvider(export=lambda _user: {}, erase=lambda user: erased.append(user.pk))
    monkeypatch.setattr(personal_data_providers, "_items", {"test": provider, **dict(personal_data_providers)})
    assert client.post("/me/privacy/delete/").status_code == 422
    assert User.objects.filter(pk=reader.pk).exists()

    response = client.post("/me/privacy/delete/", {"sure": "on"}, follow=True)

    assert "账号已经注销" in response.content.decode()
    assert erased == [reader.pk]
    assert User.objects.count() == 0
    assert ContactPoint.objects.count() == 0
    assert ConsentDetail.objects.count() == 0
    assert ConsentEntry.objects.count() == 1
    assert "_auth_user_id" not in client.session


def test_staff_are_not_deleted_here(client):
    user = StaffFactory(role="editor")
    client.force_login(user, backend="accounts.backends.StaffPasswordBackend")

    response = client.post("/me/privacy/delete/", {"sure": "on"})

    assert "由系统管理员停用" in response.content.decode()
    assert User.objects.get() == user


def test_deleted_number_can_sign_up_afresh(client, reader, codes):
    client.post("/me/privacy/delete/", {"sure": "on"})
    visitor = Client()
    visitor.post("/accounts/login/", {"contact": "reader@example.com"})
    visitor.post("/accounts/code/", {"code": codes.code})
    visitor.post("/accounts/welcome/", {"agree": "on"})

    assert User.objects.get().display_name == ""
    assert ContactPoint.objects.get().channel == Channel.EMAIL

"""Signing in and up by a code, through the real views."""

import base64
import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions.accounts import create_account
from accounts.actions.demo import create_demo_accounts
from accounts.enums import ConsentKind
from accounts.models import ConsentEntry, ContactPoint, User
from accounts.queries import has_consented
from core.limits import Limit
from tests.factories.accounts import ContactFactory, InvestorFactory

pytestmark = pytest.mark.django_db
LOGIN, CODE, WELCOME = "/accounts/login/", "/accounts/code/", "/accounts/welcome/"


@pytest.fixture(autouse=True)
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


def known(address="reader@example.com"):
    contact = ContactFactory(value=address)
    user = InvestorFactory(display_name="林小满")
    contact.user, contact.verified_at = user, user.date_joined
    contact.save()
    return user


def ask(client, typed="reader@example.com", **extra):
    return client.post(LOGIN, {"contact": typed, **extra})


def test_known_reader_signs_in_with_the_code(client, codes):
    user = known()

    assert ask(client)["Location"] == CODE
    response = client.post(CODE, {"code": codes.code})

    assert response.status_code == 302
    assert response["Location"] == "/me/"
    assert client.get("/me/").context["user"] == user


@pytest.mark.parametrize(
    "typed", ["13800138000", "138 0013 8000", "+86 13800138000", "１３８００１３８０００", "New@Example.com"]
)
def test_unknown_reader_becomes_an_account_after_consent(client, codes, typed):
    ask(client, typed)
    assert client.post(CODE, {"code": codes.code})["Location"] == WELCOME
    assert User.objects.count() == 0
    page = client.get(WELCOME).content.decode()
    assert 'name="agree"' in page
    assert "checked" not in page
    assert 'href="/privacy/"' in page

    response = client.post(WELCOME, {"agree": "on", "display_name": "小满🌾"})

    user = User.objects.get()
    assert response["Location"] == "/me/"
    assert client.get("/me/").context["user"] == user
    assert user.display_name == "小满🌾"
    assert user.email == ""
    assert not user.has_usable_password()
    assert has_consented(contact_or_user=user, kind=ConsentKind.PRIVACY)
    assert ContactPoint.objects.get().user == user


def test_no_account_without_consent_and_the_name_is_kept(client, codes):
    ask(client)
    client.post(CODE, {"code": codes.code})

    response = client.post(WELCOME, {"display_name": "留着"})

    assert response.status_code == 422
    page = response.content.decode()
    assert "需要您同意才能建立账号" in page
    assert 'value="留着"' in page
    assert User.objects.count() == 0
    assert ConsentEntry.objects.count() == 0


@pytest.mark.parametrize(("length", "status", "users"), [(200, 302, 1), (201, 422, 0)])
def test_name_may_have_200_characters(client, codes, length, status, users):
    ask(client)
    client.post(CODE, {"code": codes.code})

    assert client.post(WELCOME, {"agree": "on", "display_name": "名" * length}).status_code == status
    assert User.objects.count() == users


def test_known_and_unknown_readers_see_the_same(codes):
    known("known@example.com")
    pages = []
    for typed in ("known@example.com", "kn0wn@example.com"):
        visitor = Client()
        first = visitor.post(LOGIN, {"contact": typed})
        second = visitor.get(CODE)
        wrong = visitor.post(CODE, {"code": f"{(int(codes.code) + 1) % 10**6:06d}"})
        pages.append([(r.status_code, r.get("Location"), _without_token(r)) for r in (first, second, wrong)])

    assert pages[0] == pages[1]


def _without_token(response):
    # The token and the wrong code, which stays in its field, differ from one visit to the next.
    return re.sub(r'(name="csrfmiddlewaretoken" value="\w+"|value="\d{6}")', "", response.content.decode())


def test_queries_do_not_tell_known_from_unknown(codes):
    known("known@example.com")
    ContactFactory(value="unknown@example.com")
    Client().post(LOGIN, {"contact": "first@example.com"})
    counts = []
    for typed in ("known@example.com", "unknown@example.com"):
        with CaptureQueriesContext(connection) as queries:
            Client().post(LOGIN, {"contact": typed})
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "请填写手机号或邮箱。"),
        ("1380013800", "请输入 11 位手机号"),
        ("reader@", "这个邮箱地址不完整"),
        ("你好😀", "请输入 11 位手机号"),
        ("x" * 300, "太长了"),
        ("<script>alert(1)</script>", "请输入 11 位手机号"),
    ],
)
def test_bad_contact_is_named_beside_the_field_and_kept(client, codes, typed, message):
    response = ask(client, typed)

    assert response.status_code == 422
    page = response.content.decode()
    assert message in page
    assert 'role="alert"' in page
    assert "<script>alert" not in page
    assert response.context["form"]["contact"].value() == typed
    assert len(codes) == 0


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/events/salon/register/?session=3", "/events/salon/register/?session=3"),
        ("https://evil.example/", "/me/"),
        ("//evil.example/", "/me/"),
        ("/\\evil.example", "/me/"),
        ("javascript:alert(1)", "/me/"),
        ("", "/me/"),
    ],
)
def test_next_is_kept_when_it_is_ours(client, codes, target, lands):
    known()
    ask(client, next=target)

    assert client.post(CODE, {"code": codes.code})["Location"] == lands


def test_next_survives_signing_up(client, codes):
    ask(client, next="/quizzes/fees/")
    client.post(CODE, {"code": codes.code})

    assert client.post(WELCOME, {"agree": "on"})["Location"] == "/quizzes/fees/"


def test_wrong_code_says_how_many_tries_are_left(client, codes):
    ask(client)

    response = client.post(CODE, {"code": f"{(int(codes.code) + 1) % 10**6:06d}"})

    assert response.status_code == 422
    assert "还可以再试 4 次" in response.content.decode()
    assert client.post(CODE, {"code": codes.code})["Location"] == WELCOME


def test_five_wrong_tries_close_the_code(client, codes):
    ask(client)
    for _n in range(5):
        response = client.post(CODE, {"code": f"{(int(codes.code) + 1) % 10**6:06d}"})

    page = response.content.decode()
    assert "输错的次数太多，这个验证码已经作废" in page
    assert 'name="code"' not in page
    assert "重新获取验证码" in page
    assert client.post(CODE, {"code": codes.code}).status_code == 422


def test_expired_code_is_a_clear_page_and_a_new_one_works(client, codes, clock, now):
    ask(client)
    clock.move_to(now + timedelta(minutes=11))
    assert "这个验证码已经过期" in client.post(CODE, {"code": codes.code}).content.decode()

    assert client.post("/accounts/code/resend/")["Location"] == CODE
    assert "新的验证码已经发出" in client.get(CODE).content.decode()

    assert client.post(CODE, {"code": codes.code})["Location"] == WELCOME


def test_resend_within_a_minute_is_refused_in_words(client, codes, clock, now):
    ask(client)
    clock.move_to(now + timedelta(seconds=10))

    client.post("/accounts/code/resend/")

    assert "请等 50 秒再重新获取" in client.get(CODE).content.decode()
    assert len(codes) == 1


def test_asking_twice_leads_to_the_code_that_is_on_its_way(client, codes):
    ask(client)

    assert ask(client)["Location"] == CODE

    assert len(codes) == 1
    assert "验证码刚才已经发出" in client.get(CODE).content.decode()
    assert client.post(CODE, {"code": codes.code})["Location"] == WELCOME


def test_refused_request_leaves_no_contact_behind(client, codes, monkeypatch):
    monkeypatch.setattr("accounts.actions.codes.PER_CLIENT", (Limit(1, timedelta(hours=1)),))
    ask(client, "first@example.com")

    response = ask(Client(), "second@example.com")

    assert response.status_code == 422
    assert "获取验证码太频繁了，请60 分钟后再试。" in response.content.decode()
    assert ContactPoint.objects.count() == 1


def test_leaving_to_read_the_message_loses_nothing(client, codes, clock, now):
    ask(client, "13800138000", next="/courses/")
    for minutes in (1, 5, 9):
        clock.move_to(now + timedelta(minutes=minutes))
        assert "138****8000" in client.get(CODE).content.decode()
    assert "138****8000" in client.get(LOGIN).content.decode()

    assert client.post(CODE, {"code": codes.code})["Location"] == WELCOME


def test_same_code_posted_twice_signs_in_once(codes):
    known()
    one, two = Client(), Client()
    ask(one)
    two.cookies = one.cookies.copy()
    assert one.post(CODE, {"code": codes.code}).status_code == 302

    late = two.post(CODE, {"code": codes.code})

    assert late.status_code == 409
    assert "没有等待填写的" in late.content.decode()


def test_welcome_posted_twice_makes_one_account(client, codes):
    ask(client)
    client.post(CODE, {"code": codes.code})
    contact = ContactPoint.objects.get()
    client.post(WELCOME, {"agree": "on"})

    again = create_account(contact=contact, display_name="", wording="", now=contact.created_at)

    assert User.objects.get() == again
    assert ConsentEntry.objects.count() == 1
    assert client.post(WELCOME, {"agree": "on"})["Location"] == "/me/"


def test_code_page_without_a_pending_code_says_so(client):
    response = client.get(CODE)

    assert response.status_code == 200
    assert "没有等待填写的" in response.content.decode()


def test_welcome_cannot_be_reached_before_the_code(client, codes):
    ask(client)

    assert client.post(WELCOME, {"agree": "on"})["Location"] == CODE
    assert User.objects.count() == 0


def test_session_key_changes_at_sign_in(client, codes):
    known()
    ask(client)
    before = client.session.session_key

    client.post(CODE, {"code": codes.code})

    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_closed_account_gets_a_clear_page(client, codes):
    user = known()
    user.is_active = False
    user.save()
    ask(client)

    response = client.post(CODE, {"code": codes.code}, follow=True)

    assert response.status_code == 403
    assert "这个账号已经停用" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_no_address_stands_anywhere_in_the_clear(client, codes):
    """Scans every column of every table for what was typed, after signing up and in with mail and phone."""
    for typed in ("secret.reader@example.org", "13912345678"):
        visitor = Client()
        visitor.post(LOGIN, {"contact": typed})
        mid_flight = _dump()
        visitor.post(CODE, {"code": codes.code})
        visitor.post(WELCOME, {"agree": "on", "display_name": "密名某某"})
        for needle in ("secret.reader", "13912345678", "密名某某", f"'{codes.code}'"):
            assert needle not in mid_flight
            assert needle not in _dump()
    assert ContactPoint.objects.filter(user__isnull=False).count() == 2
    assert "accounts_contactpoint" in _dump()


def _dump():
    """Return every table as text; what may not be found must not be in it."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("sqlite_"):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            lines += [f"{table}: {row!r}" for row in cursor.fetchall()]
    return "\n".join(lines)


def test_session_rows_are_unreadable(client, codes):
    ask(client, "13912345678", next="/courses/decision/")

    stored = Session.objects.get().session_data

    assert client.session["accounts.pending"]["next_url"] == "/courses/decision/"
    assert "pending" not in stored
    assert b"pending" not in base64.b64decode(stored.split(":")[0] + "==", altchars=b"-_")


def test_post_needs_the_token(codes):
    visitor = Client(enforce_csrf_checks=True, raise_request_exception=False)

    assert visitor.post(LOGIN, {"contact": "reader@example.com"}).status_code != 302

    assert len(codes) == 0


def test_pages_are_never_cached(client, codes):
    ask(client)

    for address in (LOGIN, CODE):
        assert "no-store" in client.get(address)["Cache-Control"]


def test_code_field_suits_a_phone(client, codes):
    ask(client)

    page = client.get(CODE).content.decode()

    assert 'inputmode="numeric"' in page
    assert 'autocomplete="one-time-code"' in page


def test_demo_password_exists_in_the_demo_only(client, settings, now):
    assert client.get("/accounts/password/").status_code == 404
    assert "用密码登录" not in client.get(LOGIN).content.decode()
    settings.DEMO = True
    create_demo_accounts(now=now)

    assert "用密码登录（演示）" in client.get(LOGIN).content.decode()
    response = client.post(
        "/accounts/password/", {"contact": "investor3@example.com", "password": settings.DEMO_PASSWORD}
    )

    assert response["Location"] == "/me/"
    assert client.get("/me/").context["user"].display_name == "学员3"


def test_demo_password_form_refuses_staff_and_wrong_passwords(client, settings, now):
    settings.DEMO = True
    create_demo_accounts(now=now)

    for contact, password in (("editor@example.com", settings.DEMO_PASSWORD), ("investor3@example.com", "wrong")):
        response = client.post("/accounts/password/", {"contact": contact, "password": password})
        assert response.status_code == 422
        assert "密码不对" in response.content.decode()


def test_signed_in_reader_skips_the_form(client, codes):
    client.force_login(known(), backend="accounts.backends.ContactCodeBackend")

    assert client.get(LOGIN + "?next=/courses/")["Location"] == "/courses/"


def test_sign_out_asks_then_acts(client):
    client.force_login(known(), backend="accounts.backends.ContactCodeBackend")
    assert "要退出登录吗" in client.get("/accounts/logout/").content.decode()
    assert "_auth_user_id" in client.session

    assert client.post("/accounts/logout/")["Location"] == "/"

    assert "_auth_user_id" not in client.session


def test_export_command_prints_what_is_known(capsys, now):
    known("reader@example.com")

    call_command("export_personal_data", "reader@example.com")

    out = capsys.readouterr().out
    assert "林小满" in out
    assert "reader@example.com" in out

"""The staff's door and the gate of the admin."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions.roles import sync_roles
from accounts.models import User
from core.pagecache import STAFF_COOKIE
from tests.factories.accounts import ContactFactory, InvestorFactory, StaffFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/staff/login/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def roles(db):
    sync_roles()


def editor(**fields):
    return StaffFactory(role="editor", email="editor@example.com", **fields)


def sign_in(client, password="staff-password", address="editor@example.com", **extra):
    return client.post(LOGIN, {"contact": address, "password": password, **extra})


def enter(client, user):
    """Sign in with a session that has shown the second factor."""
    client.force_login(user, backend="accounts.backends.StaffPasswordBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def totp_now(offset=0):
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + offset))


def test_anonymous_is_sent_to_the_staff_door(client):
    assert client.get("/cms/pages/")["Location"] == LOGIN + "?next=%2Fcms%2Fpages%2F"


@pytest.mark.parametrize("door", ["/cms/login/", "/cms/password_reset/", "/cms/password_reset/confirm/x/y/"])
def test_wagtails_own_doors_are_closed(client, door):
    for method in (client.get, client.post):
        response = method(door)
        assert response.status_code == 302
        assert response["Location"].startswith(LOGIN)


def test_demo_staff_enter_with_the_password_alone(client, settings):
    settings.DEMO = True
    editor()

    assert sign_in(client)["Location"] == "/cms/"

    assert client.get("/cms/jsi18n/").status_code == 200
    assert client.cookies[STAFF_COOKIE].value == "1"


@pytest.mark.django_db(transaction=True)
def test_staff_without_a_second_factor_are_led_to_set_one_up_and_then_enter(client):
    user = editor()
    sign_in(client)
    assert client.get("/cms/")["Location"] == "/accounts/2fa/totp/activate/?next=%2Fcms%2F"
    assert STAFF_COOKIE not in client.cookies
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    assert "启用两步验证" in page.content.decode()
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))

    done = client.post("/accounts/2fa/totp/activate/", {"code": code}, follow=True)

    assert "恢复码" in done.content.decode()
    assert client.get("/cms/").status_code == 200
    assert secret not in str(Authenticator.objects.get(user=user, type="totp").data)


def test_session_of_a_password_alone_never_enters_once_a_factor_is_set_up(client):
    user = editor()
    sign_in(client)
    TOTP.activate(user, SECRET)

    assert client.get("/cms/")["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fcms%2F"
    response = client.post("/accounts/2fa/reauthenticate/?next=/cms/", {"code": totp_now()})

    assert response["Location"] == "/cms/"
    assert client.get("/cms/").status_code == 200


def test_second_factor_is_asked_for_at_sign_in_and_wrong_codes_are_limited(client):
    TOTP.activate(editor(), SECRET)

    assert sign_in(client, next="/cms/pages/")["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    for _n in range(5):
        page = client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
        assert "动态码不对" in page
    assert "操作太频繁了" in client.post("/accounts/2fa/authenticate/", {"code": totp_now()}).content.decode()
    assert "_auth_user_id" not in client.session


def test_right_second_factor_enters(client):
    TOTP.activate(editor(), SECRET)
    sign_in(client, next="/cms/pages/")

    response = client.post("/accounts/2fa/authenticate/", {"code": totp_now()})

    assert response["Location"] == "/cms/pages/"
    assert client.get("/cms/").status_code == 200


def test_code_of_the_app_is_accepted_once():
    TOTP.activate(editor(), SECRET)
    with time_machine.travel(1_800_000_000, tick=False):
        code = totp_now()
        one, two = Client(), Client()
        for client in (one, two):
            sign_in(client)
        assert one.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302

        response = two.post("/accounts/2fa/authenticate/", {"code": code})

    assert response.status_code == 200
    assert "_auth_user_id" not in two.session


def test_investors_get_a_clear_refusal(client):
    client.force_login(InvestorFactory(), backend="accounts.backends.ContactCodeBackend")

    for address in ("/cms/", "/accounts/2fa/"):
        response = client.get(address)
        assert response.status_code == 403
        assert "这里只对" in response.content.decode()
    assert STAFF_COOKIE not in client.cookies


@pytest.mark.parametrize(
    ("address", "password"),
    [
        ("editor@example.com", "wrong"),
        ("nobody@example.com", "staff-password"),
        ("reader@example.com", "staff-password"),
    ],
)
def test_wrong_address_and_wrong_password_read_the_same(client, address, password):
    editor()
    reader = InvestorFactory()
    reader.set_password("staff-password")
    reader.save()
    ContactFactory(value="reader@example.com", user=reader, verified_at=reader.date_joined)

    response = sign_in(client, password, address)

    assert response.status_code == 422
    assert "邮箱或密码不对，请再核对一下。" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_closed_staff_account_does_not_enter(client):
    editor(is_active=False)

    assert sign_in(client).status_code == 422


def test_passwords_are_throttled_and_a_right_one_too(client):
    editor()
    for _n in range(10):
        sign_in(client, "wrong")

    page = sign_in(client).content.decode()

    assert "尝试的次数太多，请15 分钟后再试。" in page
    assert "_auth_user_id" not in client.session


def test_signing_out_takes_the_mark_away(client):
    enter(client, editor())
    client.get("/cms/")

    response = client.post("/accounts/logout/")

    assert response.cookies[STAFF_COOKIE].value == ""


def test_signing_out_in_the_admin_takes_the_mark_away(client):
    enter(client, editor())
    client.get("/cms/")

    response = client.post("/cms/logout/")

    assert response.cookies[STAFF_COOKIE].value == ""
    assert client.get("/cms/")["Location"].startswith(LOGIN)


def test_staff_sessions_end_after_twelve_hours(client):
    editor()
    sign_in(client)

    assert client.session.get_expiry_age() == 12 * 3600


@pytest.fixture
def admin(client):
    user = StaffFactory(email="admin@example.com", is_superuser=True, display_name="管理员")
    enter(client, user)
    return user


def test_user_list_shows_staff_only(client, admin):
    editor(display_name="林编辑")
    reader = InvestorFactory(display_name="某学员")

    for query in ("", "?q=example", "?ordering=email", "?ordering=name", "?ordering=display_name", "?q=学员"):
        page = client.get(f"/cms/users/{query}")
        assert page.status_code == 200
        assert "某学员" not in page.content.decode()
    assert "林编辑" in client.get("/cms/users/").content.decode()
    assert client.get(f"/cms/users/edit/{reader.pk}/").status_code == 404
    assert client.get(f"/cms/users/delete/{reader.pk}/").status_code == 404
    assert client.get(f"/cms/users/history/{reader.pk}/").status_code == 404


@pytest.mark.parametrize("action", ["assign_role", "delete", "set_active_state"])
def test_bulk_actions_on_users_are_closed(client, admin, action):
    InvestorFactory()

    assert client.get(f"/cms/bulk/accounts/user/{action}/?id=all").status_code == 403


def test_admin_adds_a_colleague_who_can_sign_in(client, admin, django_user_model):
    group = Group.objects.get(name="内容审核")
    form = {
        "display_name": "周审核",
        "email": "Zhou@Example.com",
        "password": "an-unusual-phrase-7",
        "groups": [group.pk],
        "is_active": "on",
    }
    assert client.get("/cms/users/new/").status_code == 200

    response = client.post("/cms/users/new/", form)

    assert response.status_code == 302
    made = django_user_model.objects.get(email="zhou@example.com")
    assert (made.is_staff, made.display_name, list(made.groups.all())) == (True, "周审核", [group])
    assert sign_in(Client(), "an-unusual-phrase-7", "zhou@example.com")["Location"] == "/cms/"
    again = client.post("/cms/users/new/", form)
    assert "已经有同事用这个邮箱" in again.content.decode()


def test_editing_a_colleague_keeps_the_password(client, admin):
    user = editor()
    form = {"display_name": "新名字", "email": user.email, "password": "", "groups": [], "is_active": "on"}

    assert client.get(f"/cms/users/edit/{user.pk}/").status_code == 200
    assert client.post(f"/cms/users/edit/{user.pk}/", form).status_code == 302

    user.refresh_from_db()
    assert user.display_name == "新名字"
    assert user.check_password("staff-password")


def test_administrators_cannot_become_superusers(client):
    user, root = StaffFactory(role="admin"), StaffFactory(is_superuser=True)
    enter(client, user)
    form = {"display_name": "名", "email": "a@example.com", "password": "an-unusual-phrase-7", "is_superuser": "on"}

    assert "is_superuser" not in client.get("/cms/users/new/").content.decode()
    client.post("/cms/users/new/", form)

    assert not User.objects.get(email="a@example.com").is_superuser
    assert client.get(f"/cms/users/edit/{root.pk}/").status_code == 404


def test_user_list_costs_the_same_with_one_and_three_colleagues(client, admin):
    counts = []
    client.get("/cms/users/")
    for _n in (1, 3):
        StaffFactory.create_batch(_n, role="editor")
        with CaptureQueriesContext(connection) as queries:
            client.get("/cms/users/")
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", ["editor", "reviewer", "events", "marketing", "service", "analyst"])
def test_each_role_enters_and_cannot_see_the_user_list(client, role):
    enter(client, StaffFactory(role=role))

    assert client.get("/cms/").status_code == 200
    assert client.get("/cms/account/").status_code == 200
    assert client.get("/cms/users/").status_code == 302

"""The living style page is for staff, and every part on it renders."""

import pytest
from django.urls import reverse

from edu_site.stylesheet import read_tokens
from tests.factories.accounts import InvestorFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True


def test_address():
    assert reverse("style_page") == "/cms/style/"


def test_staff_see_every_part(client):
    client.force_login(StaffFactory(role="admin"), backend="accounts.backends.StaffPasswordBackend")

    page = client.get("/cms/style/").content.decode()

    assert page.count('class="field') >= 14
    assert 'aria-describedby="wrong_contact_error"' in page
    assert 'id="wrong_contact_error" role="alert"' in page
    assert "这个邮箱少了“@”，请看一眼。" in page
    assert page.count("<svg") > 20


def test_visitors_are_sent_to_sign_in(client):
    response = client.get("/cms/style/")

    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/accounts/staff/login/")


def test_investors_are_refused(client):
    client.force_login(InvestorFactory(), backend="accounts.backends.StaffPasswordBackend")

    assert client.get("/cms/style/").status_code == 403


def test_style_sheet_without_a_theme_is_refused():
    with pytest.raises(ValueError, match="dark"):
        read_tokens(":root { --ink: #000000; }")

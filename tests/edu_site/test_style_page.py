"""The living style page is for staff, and every part on it renders."""

import re

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
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))


def test_parts_of_lessons_paths_and_reviews_show_each_of_their_states(client):
    client.force_login(StaffFactory(role="admin"), backend="accounts.backends.StaffPasswordBackend")

    page = client.get("/cms/style/").content.decode()

    asked, right, wrong = (_check(page, name) for name in ("check", "check-right", "check-wrong"))
    assert (asked.count('name="check"'), asked.count("净值就是一份基金今天值多少钱。")) == (2, 0)
    assert [("再选一次" in part, "对的是" in part, "<form" in part) for part in (right, wrong)] == [
        (True, False, False),
        (True, True, False),
    ]
    assert 'class="term-link" href="/glossary/" data-term="净值"' in page
    assert 'id="term-words"' in page
    for words in (
        "读到第二节，共六节",
        "这一课说清楚了吗？",
        "读完 2 课，共 6 课",
        "6 课都读完了",
        "90%",
        "还太少，不算比例",
    ):
        assert words in page, words


def _check(page, name):
    start = page.index(f'id="{name}"')
    return page[start : page.index("</section>", start)]


def test_visitors_are_sent_to_sign_in(client):
    response = client.get("/cms/style/")

    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/accounts/staff/login/")


def test_investors_are_refused(client):
    client.force_login(InvestorFactory(), backend="accounts.backends.StaffPasswordBackend")

    assert client.get("/cms/style/").status_code == 403


def test_style_sheet_without_a_theme_is_refused():
    with pytest.raises(ValueError, match="dark"):
        read_tokens(":root { --ink: #000000; }")

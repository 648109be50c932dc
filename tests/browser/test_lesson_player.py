"""A lesson on a phone: a term is looked at where it stands, a check is answered where it stands."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import OpenPhone

pytestmark = pytest.mark.browser

LESSON = "/courses/decision/beginner/fund-summary/"


@pytest.mark.parametrize("wechat", [False, True], ids=["plain", "WeChat"])
def test_a_term_is_explained_in_its_place_and_the_reader_goes_on_from_there(phone: OpenPhone, wechat: bool) -> None:
    page = phone(wechat=wechat)
    page.goto(LESSON + "?guess=b")
    card = page.get_by_role("dialog", name="申购费")
    term = page.get_by_role("link", name="申购费", exact=True)
    term.click()
    expect(card).to_be_focused()
    expect(card).to_contain_text("您买入时付的费用")
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(term).to_be_focused()
    page.keyboard.press("Enter")
    expect(card).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(card).to_have_count(0)
    term.click()
    card.get_by_role("link", name="看例子").click()
    page.wait_for_url("**/glossary/subscription-fee/")


@pytest.mark.parametrize("javascript", [True, False], ids=["plain", "without JavaScript"])
def test_the_check_is_answered_in_its_place_and_the_guess_stays(phone: OpenPhone, javascript: bool) -> None:
    page = phone(javascript=javascript)
    page.goto(LESSON + "?guess=b")
    check = page.get_by_role("region", name="哪只花得少？")
    check.get_by_role("radio", name=re.compile("乙，少花100")).check()
    check.get_by_role("button", name="看看对不对").click()
    expect(check).to_contain_text("买时看得见的，不一定是大头")
    assert page.url.endswith(LESSON + "?guess=b&check=c#check")
    expect(page.get_by_text("重新猜一次")).to_be_visible()
    check.get_by_role("link", name="再选一次").click()
    expect(check.get_by_role("button", name="看看对不对")).to_be_visible()
    expect(page.get_by_text("重新猜一次")).to_be_visible()

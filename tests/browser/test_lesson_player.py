"""A lesson on a phone: a term is looked at where it stands, a check is answered where it stands."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPhone
from tests.browser.looking import Findings

pytestmark = pytest.mark.browser

LESSON = "/courses/decision/beginner/fund-summary/"


@pytest.mark.parametrize("wechat", [False, True], ids=["plain", "WeChat"])
def test_a_term_is_explained_in_its_place_and_the_reader_goes_on_from_there(phone: OpenPhone, wechat: bool) -> None:
    page, findings = phone(wechat=wechat), Findings()
    page.goto(LESSON + "?guess=b")
    card = page.get_by_role("dialog", name="申购费")
    term = page.get_by_role("link", name="申购费", exact=True)
    term.click()
    expect(card).to_be_focused()
    expect(card).to_contain_text("您买入时付的费用")
    if not wechat:
        findings.look(page, "a term that is explained")
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
    assert findings.faults == []


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


def test_paper_answers_the_prediction_and_the_screen_waits_for_the_guess(phone: OpenPhone) -> None:
    page = phone()
    page.goto(LESSON)
    guess = page.locator("#guess")
    expect(guess.get_by_text("这一课算出来")).to_be_hidden()
    page.emulate_media(media="print")
    expect(guess.get_by_text("这一课算出来")).to_be_visible()
    expect(guess.get_by_text(re.compile("150.元左右")).last).to_be_visible()
    expect(guess.get_by_role("button")).to_be_hidden()

"""A learner answers today's review on a phone, without script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, OpenPhone
from tests.browser.looking import Visit, sign_in_as

pytestmark = pytest.mark.browser


def test_todays_question_is_answered_on_a_phone_without_script(phone: OpenPhone, visit: Visit) -> None:
    # axe is a script itself.
    sign_in_as(visit.page, "investor1@example.com", PASSWORD)
    visit.page.goto("/me/review/today/")
    expect(visit.page.locator("h1")).to_contain_text("今天的复习题")
    visit.look("a question of today")
    page = phone(javascript=False)
    sign_in_as(page, "investor1@example.com", PASSWORD)
    page.goto("/me/")

    page.get_by_role("link", name="答今天这道题").click()
    expect(page.locator("h1")).to_contain_text("今天的复习题")
    page.locator("label.choice").first.click()
    page.get_by_role("button", name="看答案").click()

    expect(page.locator("main")).to_contain_text(re.compile("为什么|完整的想法"))
    expect(page.locator("main")).to_contain_text(re.compile(r"这道题下次在 .*月.*日 再问。"))
    expect(page.get_by_role("link", name="重读这一节")).to_have_attribute("href", re.compile("#s"))
    answered = page.url
    page.goto("/me/review/today/")
    assert page.url == answered.partition("#")[0]

    page.get_by_role("link", name="看看记住了多少").click()
    expect(page.locator("main")).to_contain_text("今天这道题答过了")
    expect(page.locator("main")).to_contain_text("次答对")
    page.get_by_role("button", name="暂停复习").click()
    expect(page.locator("main")).to_contain_text("复习已经暂停，不会再问您。")
    page.get_by_role("button", name="继续复习").click()
    expect(page.locator("main")).to_contain_text("又开始复习了。")

    for address in ("/me/review/", answered):
        visit.page.goto(address)
        visit.look(address)
    visit.look_in_english("/me/review/", answered)

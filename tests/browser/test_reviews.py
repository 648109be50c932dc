"""A learner answers today's review on a phone, without script."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, PHONE, OpenPhone

pytestmark = pytest.mark.browser


def _sign_in(page: Page, address: str) -> None:
    page.goto("/accounts/password/?next=/me/")
    page.get_by_label("手机号或邮箱").fill(address)
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()


def test_todays_question_is_answered_on_a_phone_without_script(phone: OpenPhone) -> None:
    page = phone(javascript=False)
    _sign_in(page, "investor1@example.com")

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

    page = phone()
    _sign_in(page, "investor1@example.com")
    for address in ("/me/review/", answered):
        page.goto(address)
        found: Any = Axe().run(page)
        assert [(item["id"], item["nodes"][0]["html"]) for item in found.response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

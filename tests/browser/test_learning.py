"""What a guest read on a phone is theirs on every device once they sign in."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, code_in

pytestmark = pytest.mark.browser

LESSON = "/courses/decision/beginner/fund-summary/"
FIRST_LESSON = "/courses/decision/beginner/"


def _read_to(page: Page, anchor: str) -> None:
    page.goto(LESSON)
    page.evaluate("anchor => document.getElementById(anchor).scrollIntoView()", anchor)


def _sign_up(page: Page, site: Site) -> None:
    address = f"reader-{uuid.uuid4().hex[:8]}@example.com"
    page.goto("/me/")
    page.get_by_label("手机号或邮箱").fill(address)
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_label("验证码").fill(code_in(site.wait_for("mail", address)))
    page.locator("main").get_by_role("button", name="登录").click()
    page.get_by_label(re.compile("我已阅读并同意")).check()
    page.get_by_role("button", name="建立账号").click()
    page.wait_for_url("**/me/")


def test_a_guest_reads_signs_in_and_goes_on_with_another_device(phone, site):
    page = phone()
    _read_to(page, "s3")
    page.wait_for_function("() => (localStorage.getItem('learning') || '').includes('last')")
    page.reload()
    expect(page.locator(".learning-top")).to_contain_text("读到第三节，共五节")
    page.goto(FIRST_LESSON)
    page.locator("ol.lessons a").first.click()
    page.get_by_role("button", name="标记为学完").click()
    expect(page.locator("[data-guest-finished]")).to_be_visible()

    _sign_up(page, site)
    desk = page.locator(".desk-lessons")
    expect(desk).to_contain_text("读到第三节，共五节")
    expect(desk).to_contain_text(re.compile("学过的.*学完", re.DOTALL))
    assert page.evaluate("localStorage.getItem('learning')") is None

    other = phone()
    # Signed in there too: a second code within the minute is refused. What the first browser stored is not there.
    other.context.add_cookies(page.context.cookies())
    other.goto(LESSON)
    resume = other.locator(".learning-top").get_by_role("link", name="接着读")
    resume.click()
    expect(other).to_have_url(re.compile("#s3$"))
    assert other.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    other.get_by_text("写一条笔记").click()
    other.get_by_label("笔记").fill("先看费用 🙂")
    other.get_by_role("button", name="存笔记").click()
    expect(other.locator("[data-part=note]")).to_contain_text("存好了")
    other.get_by_role("link", name="有一处没懂").click()
    other.get_by_label("哪一节没懂").select_option(index=3)
    other.get_by_role("button", name="就这样").click()
    expect(other.locator("[data-clarity]")).to_contain_text("记下了")

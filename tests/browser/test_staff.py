"""The staff's journeys in the editor: a letter from draft to every subscriber, a quiz and a session as staff meet them."""

import re
import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD

pytestmark = pytest.mark.browser


def _settle(page: Page) -> None:
    page.wait_for_timeout(250)
    page.wait_for_load_state("networkidle")


def _staff(phone, who, width=1280):
    page = phone(width=width)
    page.goto("/cms/")
    page.get_by_label(re.compile("邮箱")).fill(f"{who}@example.com")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    _settle(page)
    return page


def _press(page: Page, label: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=label).locator("visible=true").first.click()
    _settle(page)


def _open(page: Page, label: str) -> None:
    """Follow an entry of the menu."""
    page.locator("#wagtail-sidebar").get_by_role("link", name=label).click()
    _settle(page)


def _open_messages(page: Page, label: str) -> None:
    """Follow an entry below 消息."""
    sidebar = page.locator("#wagtail-sidebar")
    sidebar.get_by_role("button", name="消息", exact=True).click()
    sidebar.get_by_role("link", name=label, exact=True).click()
    _settle(page)


def _stays_here(page: Page) -> None:
    """No link on the page leads to another host."""
    outside = page.eval_on_selector_all(
        "a[href]", "links => links.map(a => a.href).filter(u => /^https?:/.test(u) && !u.startsWith(location.origin))"
    )
    assert outside == []


def test_a_letter_goes_from_draft_to_every_subscriber_once(phone, site):
    subject = f"先停一停{uuid.uuid4().int % 10**6:06d}"
    marketing = _staff(phone, "marketing")
    _open(marketing, "群发的信")
    marketing.get_by_role("link", name="十二月的信").first.click()
    _settle(marketing)
    _stays_here(marketing)
    letter = marketing.url
    expect(marketing.locator("main")).to_contain_text(re.compile(r"\d+ 个字，每人按 \d+ 条计费，预计 [\d.]+ 元"))
    reached = int(re.search(r"共 (\d+) 位", marketing.locator("main").inner_text()).group(1))
    assert reached > 0

    marketing.get_by_role("link", name="改内容").click()
    _settle(marketing)
    marketing.get_by_label("邮件主题").fill(subject)
    _press(marketing, "保存")
    expect(marketing.locator(".nl-subject")).to_contain_text(subject)

    _press(marketing, "发一份测试给我自己")
    test_letter = site.wait_for("mail", subject)
    assert "To: marketing@example.com" in test_letter
    assert "测试" in test_letter
    # A letter nobody approved can be sent by nobody.
    expect(marketing.get_by_role("button", name=re.compile("现在发给"))).to_have_count(0)
    _press(marketing, "提交审核")
    expect(marketing.locator("main")).to_contain_text("等待审核")

    reviewer = _staff(phone, "reviewer")
    reviewer.get_by_role("link", name="十二月的信").first.click()
    _settle(reviewer)
    expect(reviewer.locator(".nl-subject")).to_contain_text(subject)
    _press(reviewer, "审核通过")
    expect(reviewer.locator("main")).to_contain_text("由推送专员发送")
    expect(reviewer.get_by_role("button", name=re.compile("现在发给"))).to_have_count(0)

    marketing.goto(letter)
    by_mail = int(marketing.locator(".nl-counts dd").first.inner_text())
    _press(marketing, re.compile("现在发给"))
    expect(marketing.locator("#progress")).to_be_visible()
    site.wait_for("mail", subject, seconds=120, skip=by_mail)
    marketing.wait_for_timeout(2_000)
    letters = [text for text in site.sent_to("mail", subject) if "To: marketing@example.com" not in text]
    recipients = [re.search(r"^To: (.+)$", text, re.MULTILINE).group(1) for text in letters]
    assert len(recipients) == by_mail
    assert len(set(recipients)) == by_mail

    marketing.goto(letter)
    expect(marketing.locator("#progress dd").first).to_have_text(re.compile(rf"^({by_mail}|{reached})$"))
    _open_messages(marketing, "消息记录")
    expect(marketing.locator("main")).to_contain_text("已发出")


def test_a_reviewer_reads_a_quiz_with_its_answers_and_the_public_does_not(phone):
    intro = f"五道小题，慢慢想。{uuid.uuid4().int % 10**6:06d}"
    editor = _staff(phone, "editor")
    editor.goto("/cms/snippets/quizzes/quiz/")
    editor.get_by_role("link", name="数篮子，会数了吗").first.click()
    _settle(editor)
    editor.get_by_role("textbox", name="说明").fill(intro)
    _press(editor, "更多动作")
    _press(editor, re.compile("提交"))

    reviewer = _staff(phone, "reviewer")
    row = reviewer.get_by_role("row").filter(has_text="数篮子，会数了吗")
    row.get_by_role("button", name="动作").click()
    preview = reviewer.get_by_role("link", name="预览").locator("visible=true").first.get_attribute("href")
    difference = (
        reviewer.get_by_role("link", name="与发布版本进行比较").locator("visible=true").first.get_attribute("href")
    )
    reviewer.goto(difference)
    expect(reviewer.locator("main")).to_contain_text(intro[-6:])
    reviewer.goto(preview)
    expect(reviewer.locator("main")).to_contain_text(intro)
    expect(reviewer.locator("main")).to_contain_text("正确")
    expect(reviewer.locator("main")).to_contain_text("讲解：")

    reader = phone()
    reader.goto(preview)
    assert "/accounts/staff/login/" in reader.url
    reader.goto("/quizzes/")
    reader.get_by_role("link", name=re.compile("数篮子")).first.click()
    _settle(reader)
    assert intro not in reader.locator("main").inner_text()

    reviewer.goto("/cms/")
    reviewer.get_by_role("link", name="数篮子，会数了吗").first.click()
    _settle(reviewer)
    _press(reviewer, "更多动作")
    reviewer.get_by_role("button", name="批准", exact=True).locator("visible=true").first.click()
    _settle(reviewer)
    reader.reload()
    expect(reader.locator("main")).to_contain_text(intro)


def test_each_role_has_its_own_menu_and_no_link_leads_away(phone):
    of_messages = ["消息记录", "排队情况"]
    menus = {
        "editor": ({"图片", "词典", "情景演练", "学习路径", "文档", "事实", "音视频", "编辑日历", "搜索用词"}, []),
        "reviewer": ({"词典", "情景演练", "学习路径", "群发的信", "事实", "音视频", "编辑日历"}, []),
        "events": ({"活动场次", "图片", "文档"}, [*of_messages, "演示发件箱"]),
        "marketing": ({"群发的信", "订阅者"}, [*of_messages, "短信日历", "短信报备", "演示发件箱"]),
        "service": (
            {"活动场次", "订阅者"},
            ["消息记录", "结果不明", "待判断的回执", "发送通道", "排队情况", "拒收名单", "短信回复", "演示发件箱"],
        ),
        "analyst": ({"群发的信", "事实"}, []),
    }
    tops = {}
    for who, (_expected, below_messages) in menus.items():
        page = _staff(phone, who)
        shown = page.eval_on_selector_all(
            "#wagtail-sidebar .sidebar-main-menu > ul > li > a", "links => links.map(a => a.innerText.trim())"
        )
        tops[who] = {label for label in shown if label}
        below = page.eval_on_selector_all(
            "#wagtail-sidebar ul[aria-labelledby=wagtail-sidebar-submenu-messages-group-title] a",
            "links => links.map(a => a.textContent.trim())",
        )
        assert below == below_messages, who
        _stays_here(page)
        text = re.sub(r"[\w.+-]+@[\w.*-]+", "", page.locator("body").inner_text())
        assert re.findall(r"[A-Za-z]{4,}", text) == [], who
    assert tops == {who: expected for who, (expected, _below) in menus.items()}


def test_service_answers_why_a_message_did_not_arrive(phone):
    service = _staff(phone, "service")
    for label in ("消息记录", "结果不明", "待判断的回执", "发送通道", "排队情况", "拒收名单", "短信回复"):
        _open_messages(service, label)
        expect(service.locator("main h1")).to_have_text(label)
        _stays_here(service)
        text = re.sub(r"\S+@\S+|\w+:\S+", "", service.locator("main").inner_text())
        assert re.findall(r"[A-Za-z]{4,}", text) == [], label

    number = f"1390013{uuid.uuid4().int % 10**4:04d}"
    _open_messages(service, "拒收名单")
    service.get_by_role("link", name="登记拒收").click()
    _settle(service)
    service.get_by_label("邮箱或手机号").fill(number)
    service.get_by_label("依据").fill("来电，不想再收")
    _press(service, "列入拒收名单")
    expect(service.locator("main")).to_contain_text("已列入拒收名单")
    expect(service.locator("main")).to_contain_text("工作人员写明依据")
    assert number not in service.content()

    _open_messages(service, "拒收名单")
    service.get_by_role("textbox").first.fill(number)
    service.wait_for_timeout(800)
    _settle(service)
    rows = service.locator("#listing-results tbody tr")
    expect(rows).to_have_count(1)
    rows.get_by_role("link").click()
    _settle(service)
    service.get_by_label("依据").fill("本人要求恢复")
    _press(service, "移出拒收名单")
    expect(service.locator("main")).to_contain_text("已移出拒收名单")


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_of_messages_are_accessible_and_fit(phone, width):
    admin = _staff(phone, "admin", width=width)
    for name in (
        "", "unknown/", "receipts/", "backends/", "queue/", "suppression/", "suppression/add/", "replies/", "calendar/",
        "calendar/new/", "filings/",
    ):  # fmt: skip
        admin.goto(f"/cms/messages/{name}")
        _settle(admin)
        found = Axe().run(admin, context="main").response["violations"]
        assert [(entry["id"], entry["nodes"][0]["html"]) for entry in found] == [], name
        assert admin.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), name

"""The main journeys, walked on a phone by following only what can be read there, with and without JavaScript."""

import re
import time
import uuid

import pytest
from playwright.sync_api import Page, expect

from accounts.actions.codes import COOL_DOWN
from tests.browser.conftest import PASSWORD, code_in

pytestmark = pytest.mark.browser

JAVASCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["with javascript", "without javascript"])


def _words(label: str) -> re.Pattern[str]:
    """Match ``label`` with or without the spaces that phrases in blocks of their own bring."""
    return re.compile(r"\s*".join(map(re.escape, label)))


def _settle(page: Page) -> None:
    """Wait until what a tap set off (a page or a fragment) has arrived."""
    page.wait_for_timeout(250)
    page.wait_for_load_state("networkidle")


def _tap(page: Page, label: str) -> None:
    """Follow the first visible link or button whose words contain ``label``, in the text before the menus."""
    words = _words(label)
    for part in (page.locator("main"), page.locator("body")):
        found = part.get_by_role("link", name=words).or_(part.get_by_role("button", name=words)).locator("visible=true")
        if found.count():
            break
    found.first.click()
    _settle(page)


def _answer_every_question(page: Page) -> None:
    """Choose the first answer of each question (two where several may be right) until the result is offered."""
    for _question in range(5):
        page.locator("label.choice").first.click()
        if page.get_by_text("多选题").count():
            page.locator("label.choice").nth(1).click()
        _tap(page, "看答案")
        expect(page.locator("main")).to_contain_text(re.compile("想得对的地方|记一句"))
        page.get_by_role("link", name=re.compile("下一题|看结果")).or_(
            page.get_by_role("button", name=re.compile("下一题|看结果"))
        ).first.click()
        _settle(page)


def _no_english(page: Page) -> None:
    """The words of the page are Chinese, but for addresses, codes and the switch to English."""
    text = page.locator("body").inner_text().replace("English", "")
    text = re.sub(
        r"[\w.+-]+@[\w.*-]+|https?://\S+|\b(?:www\.)?[\w-]+\.(?:cn|com|net)\S*|/j\b|\b[A-Z0-9]{4}-[A-Z0-9]{4}\b",
        "",
        text,
    )
    words = set(re.findall(r"[A-Za-z]{4,}", text))
    assert words == set()


@JAVASCRIPT
@pytest.mark.parametrize("wechat", [False, True], ids=["browser", "wechat"])
def test_a_new_reader_comes_from_the_home_page_to_a_lesson_and_checks_an_idea(phone, javascript, wechat):
    page = phone(javascript=javascript, wechat=wechat)
    page.goto("/")
    _no_english(page)
    _tap(page, "我想弄懂")
    expect(page.locator("h1")).to_contain_text("一页产品资料概要")
    _no_english(page)
    page.locator("label.choice").first.click()
    page.locator("form button").locator("visible=true").first.click()
    _settle(page)
    expect(page.locator("main")).to_contain_text("148 元")
    _tap(page, "去做小测验")
    if page.get_by_role("link", name="开始答题").count():
        _tap(page, "开始答题")
    _answer_every_question(page)
    expect(page.locator("main")).to_contain_text("题答对")
    expect(page.locator("main")).to_contain_text("按风险维度看")
    _no_english(page)
    _tap(page, "看全部课程")


@JAVASCRIPT
def test_a_learner_signs_up_by_mail_and_finds_the_result_on_another_device(phone, site, javascript):
    address = f"learner-{uuid.uuid4().hex[:8]}@example.com"
    page = phone(javascript=javascript)
    page.goto("/")
    _tap(page, "登录" if javascript else "我的")
    page.get_by_label("手机号或邮箱").fill(address)
    _tap(page, "获取验证码")
    asked = time.monotonic()
    page.get_by_label("验证码").fill(code_in(site.wait_for("mail", address)))
    _tap(page, "登录")
    page.get_by_label(re.compile("我已阅读并同意")).check()
    _tap(page, "建立账号")
    page.goto("/quizzes/")
    _tap(page, "一页产品资料概要，会读了吗")
    _tap(page, "开始答题")
    _answer_every_question(page)
    expect(page.locator("main")).to_contain_text("题答对")
    if not javascript:
        return
    other = phone()
    # What is left of the time before the next code may be asked for.
    other.wait_for_timeout(max(0, COOL_DOWN.total_seconds() + 1 - (time.monotonic() - asked)) * 1000)
    other.goto("/me/")
    other.get_by_label("手机号或邮箱").fill(address)
    waiting = len(site.sent_to("mail", address))
    _tap(other, "获取验证码")
    other.get_by_label("验证码").fill(code_in(site.wait_for("mail", address, skip=waiting)))
    _tap(other, "登录")
    other.goto("/me/")
    expect(other.locator("main")).to_contain_text("会读了吗")
    _no_english(other)


@JAVASCRIPT
def test_a_guest_signs_up_for_the_salon_and_is_told_by_sms_and_mail(phone, site, javascript):
    number = f"139{uuid.uuid4().int % 10**8:08d}"
    address = f"guest-{uuid.uuid4().hex[:8]}@example.com"
    page = phone(javascript=javascript)
    page.goto("/")
    _tap(page, "费用沙龙")
    expect(page.locator("main")).to_contain_text("不会转给销售人员")
    _tap(page, "报名")
    if not javascript:
        _tap(page, "去报名")
    page.get_by_label("怎么称呼您").fill("周姐🙂")
    page.get_by_label("手机号").fill(number)
    page.get_by_label("电子邮箱").fill(address)
    page.get_by_label(re.compile("以上信息只用于")).check()
    page.locator("main form").get_by_role("button", name="报名").first.click()
    _settle(page)
    page.get_by_label(re.compile("验证码|数字码")).fill(code_in(site.wait_for("sms", number)))
    page.locator("main form").get_by_role("button").first.click()
    _settle(page)
    expect(page.locator("main")).to_contain_text("12月")
    _no_english(page)
    confirmation = site.wait_for("sms", number, skip=1)
    assert "已报名12月" in confirmation
    assert "http" not in confirmation
    assert "费用沙龙" in site.wait_for("mail", address)


@JAVASCRIPT
def test_a_subscriber_confirms_and_leaves_at_the_first_try(phone, site, javascript):
    address = f"reader-{uuid.uuid4().hex[:8]}@example.com"
    page = phone(javascript=javascript)
    page.goto("/")
    _tap(page, "去订阅")
    page.get_by_label("邮箱地址或手机号").fill(address)
    page.get_by_label("每月一封信").check()
    page.get_by_label(re.compile("我同意")).check()
    _tap(page, "发给我确认")
    mail = site.wait_for("mail", address)
    page.goto(re.search(r"https?://\S+/confirm/\S+", mail).group(0).rstrip("。）)"))
    _no_english(page)
    page.locator("main form").get_by_role("button").first.click()
    _settle(page)
    welcome = site.wait_for("mail", address, skip=1)
    page.goto(re.search(r"https?://\S+/(?:unsubscribe|manage)/\S+", welcome).group(0).rstrip("。）)"))
    expect(page.locator("main")).to_contain_text("不再接收")
    _tap(page, "不再接收")
    expect(page.locator("main")).to_contain_text(re.compile("已退订|不再|退订"))
    _no_english(page)


def _staff(phone, who):
    page = phone(width=1280)
    page.goto("/cms/")
    page.get_by_label(re.compile("邮箱")).fill(f"{who}@example.com")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    _settle(page)
    return page


def test_an_editor_submits_and_a_second_person_publishes(phone):
    editor = _staff(phone, "editor")
    title = f"慢一点也不迟{uuid.uuid4().int % 10**6:06d}"
    editor.goto("/cms/pages/")
    for section in ("文章", "专栏文章"):
        editor.get_by_role("link", name=f"查看'{section}'的子页面").first.click()
        _settle(editor)
    editor.get_by_role("link", name="添加子页面").first.click()
    _settle(editor)
    editor.get_by_role("textbox", name="标题*").first.fill(title)
    editor.get_by_role("textbox", name="摘要*").first.fill("遇到催您当天决定的话，先放一放。")
    editor.get_by_role("spinbutton", name="约几分钟*").first.fill("3")
    editor.get_by_role("button", name="更多动作").click()
    editor.get_by_role("button", name=re.compile("提交")).first.click()
    _settle(editor)
    expect(editor.locator("body")).to_contain_text("提交")
    reader = phone()
    reader.goto("/articles/")
    assert title not in reader.locator("main").inner_text()
    reviewer = _staff(phone, "reviewer")
    reviewer.get_by_role("link", name=title).first.click()
    _settle(reviewer)
    reviewer.get_by_role("button", name="更多动作").click()
    reviewer.get_by_role("button", name=re.compile("批准|通过")).first.click()
    _settle(reviewer)
    reader.goto("/articles/")
    expect(reader.locator("main")).to_contain_text(title)

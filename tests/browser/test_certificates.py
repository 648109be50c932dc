"""From the tier's test to a certificate that a stranger checks, on a phone and in WeChat."""

import re
import tomllib
import uuid
from functools import cache

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Site, code_in
from tests.browser.looking import Findings

pytestmark = pytest.mark.browser

NAME = "欧阳查验"


@cache
def _solutions() -> dict[str, set[str]]:
    """Return the right options of each question of the demo, by its words without spaces."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "edu_site" / "demo" / "content" / "quizzes").glob("*.toml"):
        for question in tomllib.loads(path.read_text(encoding="utf-8"))["questions"]:
            right = {_bare(option["text"]) for option in question["options"] if option["correct"]}
            found[_bare(question["stem"] + question["ask"])] = right
    return found


def _bare(text: str) -> str:
    """Return ``text`` without spaces, and without the facts that the site fills in."""
    return re.sub(r"\s+", "", re.sub(r"\{\{.*?\}\}", "", text))


def _right_options(asked: str) -> set[str]:
    # The numbers of facts stand on the page and not in the file: the nearest words decide.
    exact = _solutions().get(asked)
    if exact is not None:
        return exact
    return max(_solutions().items(), key=lambda item: len(set(_pairs(item[0])) & set(_pairs(asked))))[1]


def _pairs(text: str) -> list[str]:
    return [text[start : start + 2] for start in range(len(text) - 1)]


def _answer_rightly(page: Page) -> None:
    asked = _bare(page.locator(".quiz-stem").inner_text() + page.locator(".quiz-form legend").inner_text())
    right = _right_options(asked)
    choices = page.locator("label.choice")
    texts = [_bare(choice.locator("span").last.inner_text()) for choice in choices.all()]
    chosen = [place for place, text in enumerate(texts) if any(_same(text, option) for option in right)]
    for place in chosen or [0]:
        choices.nth(place).click()
    page.get_by_role("button", name="看答案").click()
    page.wait_for_load_state("load")


def _same(shown: str, written: str) -> bool:
    return shown == written or shown.endswith(written)


def _sign_up(page: Page, site: Site) -> None:
    """Go from where the page asks to sign in to a new account, and back."""
    address = f"certified-{uuid.uuid4().hex[:8]}@example.com"
    page.locator("main").get_by_role("link", name="登录").first.click()
    page.get_by_label("手机号或邮箱").fill(address)
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_label("验证码").fill(code_in(site.wait_for("mail", address)))
    page.locator("main").get_by_role("button", name="登录").click()
    page.get_by_label(re.compile("我已阅读并同意")).check()
    page.get_by_role("button", name="建立账号").click()
    page.wait_for_load_state("load")


def _never_wider(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("javascript", "wechat"),
    [(True, False), (True, True), (False, False)],
    ids=["browser", "wechat", "without javascript"],
)
def test_a_guest_passes_the_test_signs_up_and_a_stranger_checks_the_certificate(phone, site, javascript, wechat):
    page = phone(javascript=javascript, wechat=wechat)
    page.goto("/courses/rights/beginner/")
    page.get_by_role("link", name="入门测验").click()
    page.get_by_role("link", name="开始答题").click()
    for _question in range(20):
        _answer_rightly(page)
        page.get_by_role("link", name=re.compile("下一题|看结果")).or_(
            page.get_by_role("button", name=re.compile("下一题|看结果"))
        ).first.click()
        page.wait_for_load_state("load")
    findings = Findings()

    def look(shown: Page) -> None:
        # axe is a script itself.
        if javascript and not wechat:
            findings.look(shown, shown.url)
        _never_wider(shown)

    expect(page.locator("main")).to_contain_text("已通过")
    look(page)
    expect(page.locator("main")).to_contain_text("登录以后就能领")
    _sign_up(page, site)
    page.get_by_role("button", name="领学习证明").click()
    expect(page.locator("h1")).to_have_text("学习证明")
    expect(page.locator("main")).to_contain_text("它不是从业资格，不代表适当性结论，不推荐任何产品。")
    code = page.locator(".cert-code").inner_text()
    look(page)

    page.emulate_media(media="print")
    expect(page.locator("main")).to_contain_text(code)
    expect(page.locator(".cert").get_by_text("答对")).to_be_hidden()
    page.emulate_media(media="screen")

    stranger = phone(javascript=javascript, wechat=wechat)
    _check(stranger, code)
    expect(stranger.locator(".cert-found")).to_contain_text("有效")
    expect(stranger.locator(".cert-found")).to_contain_text("入门学习证明")
    expect(stranger.locator("main")).not_to_contain_text("答对")
    look(stranger)

    page.get_by_label("给别人看的姓名").fill(NAME)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("已保存")
    _check(stranger, code.lower().replace("-", " "))
    expect(stranger.locator(".cert-found")).to_contain_text(NAME)
    expect(stranger.locator(".cert-found")).to_contain_text("本人填写，网站没有核对")
    expect(stranger.locator("main")).not_to_contain_text("答对")

    # What the test asked comes back, one question a day from tomorrow on.
    page.goto("/me/review/")
    expect(page.locator("main")).to_contain_text("20 道")
    assert findings.faults == []


def test_a_mistyped_code_is_answered_in_words_without_javascript(phone):
    page = phone(javascript=False)

    _check(page, "ABCD-EFGH-JKMN")

    expect(page.locator("main")).to_contain_text("没有查到这个编号")
    expect(page.get_by_label("再查一个编号")).to_have_value("ABCD-EFGH-JKMN")


def _check(page: Page, code: str) -> None:
    page.goto("/verify/")
    page.get_by_label("证明上的编号").fill(code)
    page.get_by_role("button", name="查验").click()
    page.wait_for_load_state("load")

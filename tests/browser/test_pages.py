"""Every kind of public page in every state: nothing for axe, no sideways scroll, a quiet console, no other host.

A page is loaded once on a phone; widths, colours and print sizes are then changed in place, as the style sheet sees them.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.conftest import OpenPhone, Site, code_in

pytestmark = pytest.mark.browser

LESSON = "/courses/decision/beginner/fund-summary/"
EVENT = "/events/fee-salon-shanghai/"
FULL_EVENT = "/events/silver-class-codes-hangzhou/"
ADDRESSES = [
    "/", "/?guess=c",
    "/courses/", "/courses/decision/", "/courses/decision/beginner/", "/courses/decision/advanced/",
    LESSON, LESSON + "?guess=b", LESSON + "?value=0.7", "/courses/allocation/beginner/baskets/", "/courses/rights/beginner/bait/",
    "/articles/", "/articles/columns/", "/articles/cases/", "/articles/alerts/pay-first-recovery/", "/articles/archive/", "/articles/?tag=没有这个标签",
    "/glossary/", "/glossary/redemption-fee/", "/drills/", "/drills/mentor-group/", "/paths/", "/paths/elders/",
    "/search/", "/search/?q=赎回", "/search/?q=zzzz",
    "/quizzes/", "/quizzes/d-03/", "/quizzes/d-03/start/", "/quizzes/tier-beginner/", "/verify/",
    "/events/", "/events/past/", EVENT, EVENT + "register/", "/j",
    "/newsletters/", "/newsletters/subscribe/", "/newsletters/subscribe/sent/", "/newsletters/unsubscribe/no-such-token/",
    "/accounts/login/", "/accounts/password/", "/accounts/staff/login/",
    "/about/", "/about/messages/", "/rights/", "/help/", "/help/now/", "/help/complaints/", "/privacy/", "/accessibility/",
    "/no-such-page/",
]  # fmt: skip
# What is looked at in the dark, in the largest print, in high contrast and by axe on the desk too.
SAMPLED = {
    "/",
    "/courses/",
    LESSON,
    "/quizzes/d-03/start/",
    EVENT,
    EVENT + "register/",
    "/newsletters/subscribe/",
    "/help/now/",
}


@dataclass
class Findings:
    """What the browser had to complain about, page by page."""

    faults: list[str] = field(default_factory=list)

    def look(self, page: Page, state: str, *, sampled: bool = False) -> None:
        """Check the page as it stands; ``sampled`` adds dark, largest print, high contrast and the desk."""
        self._axe(page, state)
        for width in (360, 390, 1280):
            self._sideways(page, f"{state} at {width}", width)
        if sampled:
            self._axe(page, f"{state} on the desk")
            page.emulate_media(color_scheme="dark")
            self._axe(page, f"{state} in the dark", rules="color-contrast")
            page.emulate_media(color_scheme="dark", contrast="more")
            self._axe(page, f"{state} in the dark with high contrast", rules="color-contrast")
            page.emulate_media(color_scheme="light", contrast="no-preference")
        page.evaluate("document.documentElement.dataset.size = 'xl'")
        self._sideways(page, f"{state} in the largest print at 360", 360)
        if sampled:
            self._axe(page, f"{state} in the largest print")
        page.evaluate("delete document.documentElement.dataset.size")
        page.set_viewport_size({"width": 390, "height": 844})

    def listen(self, page: Page, own: str) -> None:
        """Write down console errors and requests that leave the site."""
        page.on("console", lambda message: self._console(page, message))
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: script failed: {error}"))
        page.context.on("request", lambda request: self._request(page, request.url, own))

    def _axe(self, page: Page, state: str, rules: str = "") -> None:
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = {"type": "rule", "values": [rules]}
        if not page.evaluate("'axe' in window"):
            page.evaluate(Axe().axe_script)
        for violation in page.evaluate("options => axe.run(options)", options)["violations"]:
            places = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
            self.faults.append(f"{state}: axe {violation['id']}: {places}")

    def _sideways(self, page: Page, state: str, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 844})
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if beyond > 0:
            self.faults.append(f"{state}: {beyond} px to scroll sideways")

    def _console(self, page: Page, message: ConsoleMessage) -> None:
        # A refusal (404, 403) is itself written on the console by the browser.
        own_status = message.text.startswith("Failed to load resource") and message.location["url"] == page.url
        if message.type == "error" and not own_status:
            self.faults.append(f"{page.url}: console: {message.text}")

    def _request(self, page: Page, url: str, own: str) -> None:
        if not url.startswith((own + "/", "data:", "blob:", "about:")):
            self.faults.append(f"{page.url}: asked {url}")


@dataclass
class Visit:
    """One reader with a phone and what the checks found on it."""

    page: Page
    findings: Findings
    site: Site

    def look(self, state: str, *, sampled: bool = False) -> None:
        """Check the page as it stands."""
        self.findings.look(self.page, state, sampled=sampled)

    def press(self, name: str) -> None:
        """Press the first visible button or link in the text with these words."""
        words = re.compile(name)
        main = self.page.locator("main")
        found = main.get_by_role("button", name=words).or_(main.get_by_role("link", name=words))
        with self.page.expect_navigation(wait_until="load"):
            found.locator("visible=true").first.click()


@pytest.fixture
def visit(phone: OpenPhone, site: Site) -> Iterator[Visit]:
    """A visit whose findings must be empty in the end."""
    findings = Findings()
    page = phone()
    findings.listen(page, site.url)
    yield Visit(page=page, findings=findings, site=site)
    assert findings.faults == []


def test_every_address(visit: Visit) -> None:
    for address in ADDRESSES:
        # The form of an event comes as a fragment.
        visit.page.goto(address, wait_until="networkidle" if address == EVENT else "load")
        visit.look(address, sampled=address in SAMPLED)


def test_a_quiz_from_the_first_question_to_the_result(visit: Visit) -> None:
    page = visit.page
    page.goto("/quizzes/d-03/start/")
    visit.press("看答案")
    expect(page.get_by_role("alert")).to_be_focused()
    visit.look("question without an answer")
    for place in range(5):
        answer = {0: "什么都不付", 1: "份数多了一倍"}.get(place, "")
        page.locator("label.choice").filter(has_text=answer).first.click()
        visit.press("看答案")
        heading = page.locator(".quiz-feedback h2")
        expect(heading).to_be_focused()
        if place < 2:
            expect(heading).to_contain_text(("断了一下", "答对了")[place])
            visit.look(("answered wrong", "answered right")[place])
        visit.press("下一题|看结果")
    visit.look("result", sampled=True)


def test_signing_up_for_a_seminar_and_leaving_it(visit: Visit) -> None:
    page, site = visit.page, visit.site
    number = f"137{uuid.uuid4().int % 10**8:08d}"
    page.goto(EVENT + "register/")
    visit.press("^报名$")
    expect(page.locator(".notice-error")).to_be_focused()
    visit.look("sign-up with errors", sampled=True)
    page.get_by_label("怎么称呼您").fill("周姐")
    page.get_by_label("手机号").fill(number)
    page.get_by_label(re.compile("以上信息只用于")).check()
    visit.press("^报名$")
    visit.look("sign-up code")
    page.get_by_label("验证码").fill("000000")
    visit.press("完成报名")
    visit.look("sign-up with a wrong code")
    page.get_by_label("验证码").fill(code_in(site.wait_for("sms", number)))
    visit.press("完成报名")
    visit.look("sign-up done")
    told = site.wait_for("sms", number, skip=1)
    found = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", told)
    assert found, told
    page.goto("/j")
    page.get_by_label(re.compile("码")).first.fill("AAAA-AAAA")
    visit.press("打开")
    visit.look("short code unknown")
    page.get_by_label(re.compile("码")).first.fill(found.group(0))
    visit.press("打开")
    visit.look("behind the short code")


def test_waiting_for_a_seat(visit: Visit) -> None:
    page = visit.page
    number = f"136{uuid.uuid4().int % 10**8:08d}"
    page.goto(FULL_EVENT)
    page.wait_for_load_state("networkidle")
    visit.look("a full event")
    page.goto(FULL_EVENT + "register/")
    page.get_by_label("怎么称呼您").fill("周姐")
    page.get_by_label("手机号").fill(number)
    page.get_by_label(re.compile("以上信息只用于")).check()
    visit.look("waitlist form")
    visit.press("^候补$")
    page.get_by_label("验证码").fill(code_in(visit.site.wait_for("sms", number)))
    visit.press("完成报名")
    expect(page.locator("h1")).to_contain_text("候补")
    visit.look("waitlisted")


def test_subscribing_and_leaving(visit: Visit) -> None:
    page, site = visit.page, visit.site
    address = f"pages-{uuid.uuid4().hex[:8]}@example.com"
    page.goto("/newsletters/subscribe/")
    visit.press("发给我确认")
    expect(page.locator(".notice-error")).to_be_focused()
    visit.look("subscribe with errors")
    page.get_by_label("邮箱地址或手机号").fill(address)
    page.get_by_label("每月一封信").check()
    page.get_by_label(re.compile("我同意")).check()
    visit.press("发给我确认")
    visit.look("subscribe: sent")
    page.goto(_link(site.wait_for("mail", address), "confirm"))
    visit.look("subscribe: confirm")
    visit.press("确认订阅")
    visit.look("subscribe: confirmed")
    welcome = site.wait_for("mail", address, skip=1)
    page.goto(_link(welcome, "manage"))
    visit.look("topics and frequency")
    visit.press("不再接收")
    visit.look("unsubscribe")
    visit.press("不再接收")
    expect(page.locator("main")).to_contain_text("已退订")
    visit.look("unsubscribed")


def test_signing_in_and_the_desk(visit: Visit) -> None:
    page, site = visit.page, visit.site
    address = f"desk-{uuid.uuid4().hex[:8]}@example.com"
    page.goto("/accounts/login/")
    visit.press("获取验证码")
    visit.look("sign-in with an error")
    page.get_by_label("手机号或邮箱").fill(address)
    visit.press("获取验证码")
    visit.look("sign-in code")
    page.get_by_label("验证码").fill("000000")
    visit.press("^登录$")
    visit.look("sign-in with a wrong code")
    page.get_by_label("验证码").fill(code_in(site.wait_for("mail", address)))
    visit.press("^登录$")
    visit.look("welcome")
    visit.press("建立账号")
    visit.look("welcome with an error")
    page.get_by_label(re.compile("我已阅读并同意")).check()
    visit.press("建立账号")
    for own in ("/me/", "/me/privacy/", "/me/name/", "/me/newsletters/", "/me/privacy/delete/"):
        answer = page.goto(own)
        assert answer, own
        assert answer.status == 200, own
        visit.look(own, sampled=own == "/me/")
    page.goto("/accounts/logout/")
    visit.look("sign out")


def test_a_form_without_its_token_is_refused_in_words(visit: Visit) -> None:
    visit.page.goto("/accounts/login/")
    visit.page.context.clear_cookies()
    visit.press("获取验证码")
    expect(visit.page.locator("h1")).to_be_visible()
    visit.look("403_csrf")


def test_the_keyboard_alone_answers_reads_and_comes_back(visit: Visit) -> None:
    page = visit.page
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    _tab_to(page, "input[type=radio]")
    page.keyboard.press("Space")
    _tab_to(page, "main button")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator(".think-result")).to_be_focused()
    _tab_to(page, "#think a.btn")
    page.keyboard.press("Enter")
    page.wait_for_url("**/courses/**")
    _tab_to(page, "main input[type=radio]")
    page.keyboard.press("ArrowDown")
    _tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("您猜的")


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on ``selector``, seeing on the way that it never hides."""
    for _step in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getClientRects().length > 0"), "the focus is on something hidden"
    raise AssertionError(f"Tab never comes to {selector}")


FAULTS: list[tuple[str, Callable[[Page], Any]]] = [
    ("axe image-alt", lambda page: page.evaluate("document.querySelector('main').append(new Image())")),
    (
        "to scroll sideways",
        lambda page: page.evaluate(
            "{const wide = document.createElement('p'); wide.style.width = '2000px'; wide.textContent = '宽';"
            " document.querySelector('main').append(wide)}"
        ),
    ),
    ("console: ", lambda page: page.evaluate("console.error('a fault')")),
    ("Content Security Policy", lambda page: page.evaluate("document.body.setAttribute('onclick', '1')")),
    ("asked http://elsewhere.invalid/", lambda page: page.evaluate("void open('http://elsewhere.invalid/')")),
]


def test_the_checks_see_a_fault(chromium: Browser, site: Site) -> None:
    context, findings = chromium.new_context(base_url=site.url), Findings()
    page = context.new_page()
    findings.listen(page, site.url)
    page.goto("/newsletters/subscribe/sent/")
    for _words, spoil in FAULTS:
        spoil(page)
    findings.look(page, "spoiled")
    context.close()
    seen = {words for words, _spoil in FAULTS if any(words in fault for fault in findings.faults)}
    assert seen == {words for words, _spoil in FAULTS}


def _link(mail: str, kinds: str) -> str:
    found = re.search(rf"https?://\S+/(?:{kinds})/[^\s。）)]+", mail)
    assert found, mail
    return found.group(0)

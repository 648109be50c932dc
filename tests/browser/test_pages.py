"""Every kind of public page in every state: nothing for axe, no sideways scroll, a quiet console, no other host.

Which addresses there are, and which of them other tests look at, is in ``addresses``.
"""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route, expect

from core.context_processors import site as site_context
from core.preferences import read_preferences
from edu_site.views import server_error
from newsletters.enums import Topic
from newsletters.letters import LetterPart
from newsletters.models import Campaign
from tests.browser.addresses import ADDRESSES, EVENT, FULL_EVENT, LESSON, SAMPLED
from tests.browser.conftest import PASSWORD, Site, code_in
from tests.browser.looking import LONG, Findings, Visit, sign_in_as

pytestmark = pytest.mark.browser


def test_every_address(visit: Visit) -> None:
    for address in ADDRESSES:
        # The form of an event comes as a fragment.
        visit.page.goto(address, wait_until="networkidle" if address == EVENT else "load")
        visit.look(address, sampled=address in SAMPLED)


def test_every_address_in_english(visit: Visit) -> None:
    for address in ADDRESSES if LONG else sorted(SAMPLED):
        visit.look_in_english(address)


def _posted(route: Route, form: str) -> None:
    headers = {**route.request.all_headers(), "content-type": "application/x-www-form-urlencoded"}
    route.fulfill(response=route.fetch(method="POST", headers=headers, post_data=form))


def _oversized(route: Route) -> None:
    _posted(route, "a=" + "x" * 3_000_000)


def _overfilled(route: Route) -> None:
    _posted(route, "a=1&" * 11_000)


def _misaddressed(route: Route) -> None:
    route.fulfill(response=route.fetch(headers={"Host": "elsewhere.invalid"}))


def _broken(route: Route) -> None:
    answer = server_error(RequestFactory().get("/"))
    route.fulfill(status=answer.status_code, content_type="text/html", body=answer.content)


@pytest.mark.parametrize(
    ("status", "answer"), [(413, _oversized), (413, _overfilled), (400, _misaddressed), (500, _broken)]
)
def test_what_no_link_leads_to(visit: Visit, status: int, answer: Callable[[Route], None]) -> None:
    # For the token's cookie: a form without it is refused before anybody looks at its size.
    visit.page.goto("/accounts/login/")
    visit.page.route("**/accounts/login/", answer)
    answered = visit.page.goto("/accounts/login/")
    assert answered
    assert answered.status == status
    visit.look(str(status))


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
        if place == 1:
            here = page.url
            page.goto(re.sub(r"\d+/(#.*)?$", "finish/", here))
            expect(page.locator("h1")).to_contain_text("现在看结果吗")
            visit.look("finish before the last question")
            page.goto(here)
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
    visit.press("只看签到码")
    visit.look("ticket")


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


def test_subscribing_by_phone(visit: Visit) -> None:
    page = visit.page
    number = f"135{uuid.uuid4().int % 10**8:08d}"
    page.goto("/newsletters/subscribe/")
    page.get_by_label("邮箱地址或手机号").fill(number)
    page.get_by_label("每月一封信").check()
    page.get_by_label(re.compile("我同意")).check()
    visit.press("发给我确认")
    expect(page.locator("h1")).to_contain_text("六位数字")
    visit.press("确认订阅")
    visit.look("subscribe: code by phone with an error")
    page.locator("input[name=code]").fill(code_in(visit.site.wait_for("sms", number)))
    visit.press("确认订阅")
    visit.look("subscribe: confirmed by phone")


def test_saying_whether_a_lesson_was_clear(visit: Visit) -> None:
    page = visit.page
    page.goto(LESSON)
    asked = page.get_by_role("link", name="有一处没懂").get_attribute("href")
    assert asked
    page.goto(asked)
    visit.look("what was not clear")
    visit.look_in_english(asked)
    page.goto(asked)
    visit.press("就这样")
    visit.look("what was not clear: answered")


def test_a_desk_that_is_used(visit: Visit) -> None:
    page = visit.page
    sign_in_as(page, "investor1@example.com", PASSWORD)
    expect(page.locator(".desk-panel")).to_have_count(7)
    visit.look("/me/ in use", sampled=True)
    page.goto(LESSON)
    expect(page.locator(".own-parts")).to_be_visible()
    for part in page.locator(".own-part summary").all():
        part.click()
    visit.look("a lesson with what is one's own")
    own = page.locator("[data-learning]").first.get_attribute("data-learning")
    # The script puts what it fetched in the place of the address that it fetched from.
    course = page.request.get("/courses/decision/beginner/").text()
    marks = re.findall(r"/courses/progress/marks/\d+/", course)
    page.goto("/me/notes/")
    note = page.get_by_role("link", name="改，或删除").get_attribute("href")
    addresses = [f"/courses/progress/{own}/", marks[0], "/me/notes/", str(note), "/paths/first-lessons/progress/"]
    for address in addresses:
        answer = page.goto(address)
        assert answer
        assert (answer.status, answer.url) == (200, visit.site.url + address)
        visit.look(address)
    visit.look_in_english("/me/", LESSON, "/me/review/", *addresses)


def test_a_letter_that_was_sent(visit: Visit) -> None:
    """The demo has sent none: the page is written here and read with the site's style sheets."""
    request = RequestFactory().get("/")
    context = {
        **site_context(request),
        "preferences": read_preferences(request),
        "campaign": Campaign(headline="先看费用，|再看收益", preheader="这一期说费用。", topic=Topic.MONTHLY),
        "period": "2026 年 11 月",
        "parts": [
            LetterPart("keep", text="买时看得见的，|不一定是大头"),
            LetterPart("paragraph", text="<p>这一期说费用。</p>"),
            LetterPart(
                "item",
                label="新的课",
                title="一页产品资料概要|怎么读",
                text="八分钟。",
                url=LESSON,
                link_text="读这一课",
            ),
            LetterPart("note", text="不想收了，一键退订。"),
        ],
    }
    letter = render_to_string("newsletters/letter.html", context)
    visit.page.route(
        "**/newsletters/archive/written-here/", lambda route: route.fulfill(content_type="text/html", body=letter)
    )
    visit.page.goto("/newsletters/archive/written-here/")
    expect(visit.page.locator("h1")).to_contain_text("先看费用")
    visit.look("a letter")


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
    pages = (
        "/me/", "/me/privacy/", "/me/name/", "/me/privacy/contacts/add/", "/me/newsletters/", "/me/certificates/",
        "/me/review/", "/me/notes/", "/me/privacy/delete/",
    )  # fmt: skip
    for own in pages:
        answer = page.goto(own)
        assert answer, own
        assert answer.status == 200, own
        visit.look(own)
    visit.look_in_english(*pages)
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


# What shows a picture without words in one mode only.
ONE_MODE = {
    "dark": "@media (prefers-color-scheme: dark) { .only-dark { display: block; } }",
    "desk": "@media (min-width: 1000px) { .only-desk { display: block; } }",
    "large": "[data-size=l] .only-large { display: block; }",
    "largest": "[data-size=xl] .only-largest { display: block; }",
}


def test_the_checks_see_a_fault_of_one_mode(chromium: Browser, site: Site) -> None:
    context, findings = chromium.new_context(base_url=site.url), Findings()
    page = context.new_page()
    page.goto("/newsletters/subscribe/sent/")
    page.evaluate(
        """modes => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync("img { display: none; } " + Object.values(modes).join(" "));
          document.adoptedStyleSheets = [sheet];
          for (const name of Object.keys(modes)) {
            const picture = new Image(20, 20);
            picture.className = "only-" + name;
            document.querySelector("main").append(picture);
          }
        }""",
        ONE_MODE,
    )
    findings.look(page, "spoiled", sampled=True)
    context.close()
    assert {name for name in ONE_MODE if any(f"only-{name}'" in fault for fault in findings.faults)} == set(ONE_MODE)


def _link(mail: str, kinds: str) -> str:
    found = re.search(rf"https?://\S+/(?:{kinds})/[^\s。）)]+", mail)
    assert found, mail
    return found.group(0)

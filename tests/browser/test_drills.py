"""A drill on a phone: walked by its visible words, with and without JavaScript, and the server hears nothing of it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPhone, Site
from tests.browser.looking import Visit

pytestmark = pytest.mark.browser

GROUP = "“导师”群里，先让您取回一点"


def _said(words: str) -> re.Pattern[str]:
    """Match ``words`` as a reader hears them: headings break between phrases, which is a space to the browser."""
    return re.compile(r"\s*".join(map(re.escape, words)))


def _reads(page: Page, words: str) -> None:
    """Expect ``words`` to be there for the eye, once."""
    expect(page.get_by_text(_said(words)).locator("visible=true")).to_have_count(1)


def _choose(page: Page, words: str) -> None:
    page.get_by_role("link", name=_said(words)).click()


def _written(site: Site) -> int:
    """Return how many requests the server's log names."""
    return (site.var / "site.log").read_text(encoding="utf-8").count('"logger": "access"')


def _open(page: Page) -> list[str]:
    """Go from the home page to the drill; return the list in which every request from then on is written down."""
    page.goto("/")
    page.get_by_role("link", name="碰上之前，先演练一遍").click()
    page.get_by_role("link", name=_said(GROUP)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(_said(GROUP))
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    # Chromium looks at the icon again after each step, in its own cache: the server's log shows that it does not ask.
    icon = re.compile(r"/static/img/mark\.[0-9a-f]+\.svg$")
    page.context.on("request", lambda request: None if icon.search(request.url) else asked.append(request.url))
    return asked


def _walk_to_the_report(page: Page) -> None:
    page.get_by_role("link", name="开始演练").click()
    expect(page.get_by_role("heading", name=_said("您在群里，还没有花钱"))).to_be_visible()
    _choose(page, "拿三百元跟一回，试试真假")
    _reads(page, "先小试再信，是做生意的好习惯。")
    expect(page.get_by_role("heading", name=_said("第二天，342 元到账了"))).to_be_visible()
    expect(page.get_by_role("heading", name=_said("您在群里，还没有花钱"))).to_be_hidden()
    _choose(page, "取得出来，平台就是真的，再多放些")
    _choose(page, "转三万，明天取出来就补上货款")
    _choose(page, "一分不交，马上打 110")
    expect(page.get_by_role("heading", name=_said("钱转走了，您马上报了警"))).to_be_visible()
    _reads(page, "这次没守住")
    expect(page.get_by_role("heading", name=_said("认出这个套路"))).to_be_visible()
    _reads(page, "取我自己的钱要我先交钱，")


@pytest.mark.parametrize("kind", ["plain", "without JavaScript", "WeChat"])
def test_a_drill_is_walked_to_its_end_and_nothing_is_sent(phone: OpenPhone, site: Site, kind: str) -> None:
    page = phone(javascript=kind != "without JavaScript", wechat=kind == "WeChat")
    asked = _open(page)
    before = _written(site)
    _walk_to_the_report(page)
    for _step in range(2):
        page.go_back()
    expect(page.get_by_role("heading", name=_said("今晚八点，三万元起"))).to_be_visible()
    expect(page.get_by_role("heading", name=_said("钱转走了，您马上报了警"))).to_be_hidden()
    page.go_forward()
    expect(page.get_by_role("heading", name=_said("屏幕上 38,600 元，取不出来"))).to_be_visible()
    _choose(page, "先上网找人帮忙追回来")
    _choose(page, "交 2,000 元，总比没有强")
    page.get_by_role("link", name="换个选法，再走一遍").click()
    expect(page.get_by_role("heading", name=_said("您在群里，还没有花钱"))).to_be_visible()
    _choose(page, "截图留着，退群")
    _reads(page, "守住了")
    page.get_by_role("link", name="所有走法一次看完").click()
    expect(page.get_by_role("heading", name=_said("第二个人，也是来骗钱的"))).to_be_visible()
    assert (asked, _written(site) - before) == ([], 0)
    assert page.context.cookies() == []
    # The control: asking for anything shows in both.
    page.goto("/drills/")
    assert f"{site.url}/drills/" in asked
    page.wait_for_timeout(500)
    assert _written(site) > before


def test_the_browser_keeps_nothing_but_the_address(phone: OpenPhone) -> None:
    page = phone()
    _open(page)
    _walk_to_the_report(page)
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    # htmx notes the path of any page; what is behind the hash is not in it.
    assert page.evaluate("Object.entries(sessionStorage)") == [
        ["htmx-current-path-for-history", "/drills/mentor-group/"]
    ]
    assert page.url.endswith("/drills/mentor-group/#k7b")


def test_the_keyboard_alone_walks_it_and_the_reading_place_moves_along(phone: OpenPhone) -> None:
    page = phone()
    _open(page)
    page.get_by_role("link", name="开始演练").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#k1")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_contain_text("截图留着，退群")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#k1c")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_contain_text("取得出来")
    page.go_back()
    expect(page.locator("#k1")).to_be_focused()


@pytest.mark.parametrize("address", ["/drills/mentor-group/", "/drills/down-twenty/"])
def test_axe_finds_nothing_in_any_part(visit: Visit, address: str) -> None:
    page = visit.page
    # The beginning is among the addresses that are looked at anyway.
    for part in ("#k1", "#k1a", "#all"):
        page.goto(address + part)
        page.reload()
        visit.look(address + part)


def test_axe_finds_nothing_in_an_ending_and_its_numbers_can_be_tapped(visit: Visit) -> None:
    page = visit.page
    _open(page)
    _walk_to_the_report(page)
    visit.look("the end of a drill")
    _choose(page, "换个选法，再走一遍")
    _choose(page, "截图留着，退群")
    ending = page.locator(".ending:visible")
    for number in ("12386", "96110"):
        dial = ending.get_by_role("link", name=number, exact=True)
        expect(dial).to_have_attribute("href", f"tel:{number}")
        box = dial.bounding_box()
        assert box
        assert box["height"] >= 44
    visit.look("the end of a drill with numbers")


@pytest.mark.parametrize("address", ["/drills/mentor-group/#all", "/paths/elders/"])
def test_on_the_desk_the_introduction_stays_in_view_and_covers_nothing(phone: OpenPhone, address: str) -> None:
    page = phone(width=1280)
    page.goto(address)
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    overlap = page.evaluate(
        """() => {
          const [intro, foot] = [".drill-head, .path-intro", ".drill-foot, .path-foot"].map(
            part => document.querySelector(part).getBoundingClientRect());
          return intro.bottom > 0 && intro.right > foot.left && intro.bottom > foot.top;
        }"""
    )
    assert overlap is False


def test_paper_shows_every_step(phone: OpenPhone) -> None:
    page = phone()
    page.goto("/drills/down-twenty/")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name=_said("下了夜班，打开手机"))).to_be_visible()
    expect(page.get_by_role("heading", name=_said("多了一个要还的日子"))).to_be_visible()
    expect(page.get_by_text("（接第 7 步）").first).to_be_visible()

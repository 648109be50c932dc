"""Home, help and preferences on a phone: with scripts, without them, and inside WeChat."""

import pytest

pytestmark = pytest.mark.browser

WAYS = [
    pytest.param({}, id="scripts"),
    pytest.param({"javascript": False}, id="no scripts"),
    pytest.param({"wechat": True}, id="wechat"),
]


def sideways(page):
    """How far the page can be scrolled sideways, in px."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("way", WAYS)
def test_question_is_answered_in_place(phone, way):
    page = phone(**way)
    page.goto("/")
    page.get_by_text("8 元左右", exact=True).click()
    page.get_by_role("button", name="看答案").click()

    page.get_by_role("heading", name="再看一眼").wait_for()

    assert page.url.endswith("/?guess=a#think")
    assert page.get_by_role("link", name="读这一课").get_attribute("href").endswith("/")


def test_first_screen_holds_promise_question_and_the_first_door(phone):
    page = phone()
    page.goto("/")

    bottoms = [
        box["y"] + box["height"]
        for box in (
            page.get_by_role("heading", name="看懂再决定").bounding_box(),
            page.get_by_role("button", name="看答案").bounding_box(),
            page.get_by_role("link", name="我想弄懂").bounding_box(),
        )
    ]

    assert [bottom <= 844 for bottom in bottoms] == [True, True, True]


@pytest.mark.parametrize("way", WAYS)
def test_large_print_in_two_taps_and_back(phone, way):
    page = phone(width=360, **way)
    page.goto("/help/now/")
    sizes = []
    for name in ("大字版", "更大字", "标准字"):
        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_role("link", name={"大字版": "更大字", "更大字": "标准字", "标准字": "大字版"}[name]).wait_for()
        sizes.append((page.evaluate("getComputedStyle(document.body).fontSize"), sideways(page)))

    assert sizes == [("23.8px", 0), ("30.6px", 0), ("17px", 0)]


@pytest.mark.parametrize("address", ["/", "/about/", "/about/messages/", "/rights/", "/privacy/", "/help/complaints/"])
def test_nothing_scrolls_sideways_in_the_largest_print(phone, address):
    page = phone(width=360)
    page.goto("/mode/?size=xl&next=" + address)

    assert sideways(page) == 0


def test_dark_by_hand(phone):
    page = phone()
    page.goto("/")
    page.get_by_role("link", name="深色", exact=True).click()
    page.locator("html[data-theme=dark]").wait_for()

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 28)"


def test_alert_stays_away_once_put_away(phone):
    page = phone()
    page.goto("/")
    page.get_by_role("button", name="收起").click()
    page.reload()

    assert page.get_by_text("有人说能追回损失").count() == 1
    assert not page.get_by_text("有人说能追回损失").is_visible()


def test_telephone_is_on_the_first_screen_in_the_largest_print(phone):
    page = phone(width=390)
    page.goto("/mode/?size=xl&next=/help/now/")

    dial = page.get_by_role("navigation", name="现在就打").get_by_role("link", name="110").first.bounding_box()

    assert (dial["y"] + dial["height"] <= 844, dial["height"] >= 60) == (True, True)

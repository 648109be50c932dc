"""The tools in a browser: nothing for axe, no sideways scroll, and a number that is changed moves the answer."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from courses.tools.catalog import TOOLS
from tests.browser.conftest import OpenPhone
from tests.browser.looking import Visit

pytestmark = pytest.mark.browser

HEADLINE = "#answer"


@pytest.mark.parametrize("slug", ["", *(f"{tool.slug}/" for tool in TOOLS)])
def test_every_tool(visit: Visit, slug: str) -> None:
    visit.page.goto(f"/tools/{slug}")
    visit.look(f"/tools/{slug}", sampled=slug == "allocation/")
    if slug:
        for toggle in visit.page.locator("main summary").all():
            toggle.click()
        visit.look(f"/tools/{slug} with its tables")
        visit.look_in_english(f"/tools/{slug}")


def test_every_tool_with_an_error(visit: Visit) -> None:
    page = visit.page
    for tool in TOOLS:
        page.goto(f"/tools/{tool.slug}/")
        first = page.locator("#tool form input:not([type=hidden]), #tool form textarea").first
        first.fill("很多")
        page.get_by_role("button", name="算一算").click()
        expect(page.locator("#tool .notice-error")).to_be_focused()
        expect(page.locator("#tool form [aria-invalid=true]")).to_have_value("很多")
        visit.look(f"/tools/{tool.slug}/ with an error", sampled=tool.slug == "allocation")


def _press(page: Page) -> None:
    page.get_by_role("button", name="算一算").click()


def test_a_changed_number_moves_the_answer_in_place(visit: Visit) -> None:
    page = visit.page
    page.goto("/tools/")
    page.get_by_role("link", name="回撤与回本").first.click()
    expect(page.locator(HEADLINE)).to_contain_text("要涨 25% 才回到原处")
    page.evaluate("window.stayed = true")
    page.get_by_label("跌了（%）").fill("５０％")
    _press(page)
    expect(page.locator(HEADLINE)).to_contain_text("要涨 100% 才回到原处")
    expect(page.locator(HEADLINE)).to_be_focused()
    expect(page.locator(HEADLINE)).to_be_in_viewport()
    assert page.evaluate("window.stayed") is True
    assert parse_qs(urlsplit(page.url).query) == {"fall": ["50"], "rate": ["5"]}
    # The address is the result: it can be sent, and the browser's own button leads back to the list.
    page.reload()
    expect(page.locator(HEADLINE)).to_contain_text("要涨 100% 才回到原处")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("自己动手算一算")


def test_the_lab_says_what_is_wrong_and_then_compares(visit: Visit) -> None:
    page = visit.page
    page.goto("/tools/allocation/")
    cash = page.get_by_label("现金类　组合甲的比例")
    cash.fill("20")
    _press(page)
    expect(page.get_by_role("alert").filter(has_text="组合甲的三个数加起来是 90，要正好是 100").first).to_be_visible()
    expect(cash).to_have_value("20")
    cash.fill("30")
    page.get_by_label("看多少年").fill("5")
    page.get_by_label("买了以后不动").check()
    _press(page)
    expect(page.locator(HEADLINE)).to_contain_text("10,000 元放 5 年")
    expect(page.locator(".bench-figures svg[role=img]")).to_have_count(3)
    assert parse_qs(urlsplit(page.url).query)["rebalancing"] == ["no"]
    visit.look("the lab after a change")


def test_a_planner_answers_without_telling_its_address(visit: Visit) -> None:
    page = visit.page
    page.goto("/tools/emergency-fund/")
    for label, number in (("每月必要支出", "5000"), ("每月还贷和房租", "0"), ("随时取得出来的钱", "1万5")):
        page.get_by_label(re.compile(label)).fill(number)
    _press(page)
    expect(page.get_by_role("alert").filter(has_text="“1万5”不是一个数").first).to_be_visible()
    page.get_by_label(re.compile("随时取得出来的钱")).fill("1.5万")
    _press(page)
    expect(page.locator(HEADLINE)).to_contain_text("大约够用 3 个月")
    assert urlsplit(page.url).query == ""


def test_without_javascript_every_tool_answers(phone: OpenPhone) -> None:
    page = phone(javascript=False)
    page.goto("/tools/compound/")
    page.get_by_role("textbox", name="本金（元）").fill("1 万元")
    page.get_by_role("textbox", name=re.compile("每年收益率")).fill("−10%")
    page.get_by_label("多少年").fill("1")
    _press(page)
    expect(page.locator(HEADLINE)).to_contain_text("1 年后，账面约 9,000 元")
    assert parse_qs(urlsplit(page.url).query)["rate"] == ["-10"]
    page.get_by_label("多少年").fill("0")
    _press(page)
    expect(page.locator("#id_years_error")).to_contain_text("这里可以填 1 到 60。")
    expect(page.get_by_label("多少年")).to_have_value("0")

    page.goto("/tools/regular-investing/")
    page.get_by_label("每月涨跌（%）").fill("月份\t涨跌\n2024-01\t−20%\n2024-02\t５０％\n2024-03\t0")
    _press(page)
    expect(page.locator("main")).to_contain_text("0.9730")
    assert parse_qs(urlsplit(page.url).query)["returns"] == ["-20 50 0"]

    page.goto("/tools/goal/")
    page.get_by_role("textbox", name=re.compile("要多少钱")).fill("120000")
    page.get_by_label(re.compile("已经存了")).fill("0")
    page.get_by_role("textbox", name=re.compile("每年收益率")).fill("0")
    _press(page)
    expect(page.locator(HEADLINE)).to_contain_text("每月约要存 1,000 元")
    assert urlsplit(page.url).query == ""


def test_in_wechat_a_shared_result_opens(phone: OpenPhone) -> None:
    page = phone(wechat=True)
    page.goto("/tools/fees/?months=12&running=0&from=timeline&isappinstalled=0")
    expect(page.locator(HEADLINE)).to_contain_text("A 类费用约 8 元")

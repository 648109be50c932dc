"""The search on a phone: results, none, filters, suggestions by keyboard and by tap, and without JavaScript."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LESSON = "/courses/decision/beginner/fund-summary/"


def test_results_filters_and_none_have_nothing_for_axe(visit):
    page = visit.page
    for query in ("怎么取钱", "dingtou", "老师拉我进群", "区块链挖矿"):
        page.goto(f"/search/?q={query}")
        visit.look(f"results for {query}")
    page.goto("/search/?q=风险")
    page.get_by_text("筛选", exact=False).first.click()
    page.get_by_label("方向").select_option("rights")
    page.get_by_role("button", name="筛一下").click()
    expect(page.get_by_label("方向")).to_have_value("rights")
    expect(page.get_by_role("status").last).to_contain_text("找到")
    assert "track=rights" in page.url
    visit.look("results narrowed")
    page.get_by_role("link", name="不筛了，看全部").click()
    assert "track" not in page.url


def test_a_correction_is_said_and_the_lesson_is_one_tap_away(phone):
    page = phone()
    page.goto("/search/")
    page.get_by_label("用平常的话问就行").fill("dingtou")
    page.get_by_role("button", name="搜索").click()
    expect(page.locator("main")).to_contain_text("没有找到“dingtou”，以下是“定投”的结果")
    page.get_by_role("link", name="每月扣一千").click()
    expect(page.locator("h1")).to_contain_text("每月扣一千")


def test_suggestions_are_walked_and_taken_by_keyboard(visit):
    page = visit.page
    page.goto("/search/")
    field = page.get_by_role("combobox")
    field.press_sequentially("ding", delay=20)
    first = page.get_by_role("option").first
    expect(first).to_have_text("定投")
    expect(field).to_have_attribute("aria-expanded", "true")
    visit.look("suggestions")
    expect(first).to_be_visible()
    field.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("ding")
    field.press("ArrowDown")
    field.press("Enter")
    expect(page.get_by_label("用平常的话问就行")).to_have_value("定投")
    assert page.url.endswith("q=%E5%AE%9A%E6%8A%95")


def test_a_suggestion_is_taken_by_tap(phone):
    page = phone()
    page.goto("/search/")
    page.get_by_role("combobox").press_sequentially("验证", delay=20)
    page.get_by_role("option", name="验证码", exact=True).click()
    expect(page.locator("main")).to_contain_text("找到")


def test_it_works_without_javascript(phone):
    page = phone(javascript=False)
    page.goto("/search/")
    page.get_by_label("用平常的话问就行").fill("赎回")
    page.get_by_role("button", name="搜索").click()
    expect(page.locator("main")).to_contain_text("找到")
    assert page.locator("[role=listbox]").count() == 0


def test_a_link_into_a_folded_question_opens_it(phone):
    page = phone()
    page.goto("/search/?q=字太小怎么放大")
    page.get_by_role("link", name="字太小，怎么放大？").click()
    expect(page.locator("details.faq[open]")).to_contain_text("大字版")


@pytest.mark.parametrize("path", ["/", LESSON, "/events/fee-salon-shanghai/", "/glossary/redemption-fee/"])
def test_data_for_machines_is_no_script_to_the_policy(phone, path):
    page = phone()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.add_init_script(
        "window.refused = []; document.addEventListener('securitypolicyviolation', e => window.refused.push(e.violatedDirective))"
    )
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.refused") == []
    assert complaints == []
    assert (
        page.evaluate(
            "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)['@graph'].length"
        )
        > 0
    )

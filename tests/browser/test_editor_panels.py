"""The desk's own panels and pages: accessible, in reach beside Wagtail's, and absent where there is nothing to check."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.test_staff import _press, _settle, _staff

pytestmark = pytest.mark.browser
DESK, PHONE = 1280, 390
PAGES = (
    "", "guide/", "guide/reviewer/", "calendar/", "calendar/month/", "compliance/overrides/", "compliance/versions/",
    "compliance/versions/find/", "snippets/compliance/fact/", "snippets/compliance/fact/add/",
)  # fmt: skip


def _is_accessible(page: Page, where: str, scope: str = "main") -> None:
    found = Axe().run(page, context=scope).response["violations"]
    assert [(entry["id"], entry["nodes"][0]["html"]) for entry in found] == [], where
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), where


def _lesson(page: Page) -> None:
    """Open the form of the first lesson that there is."""
    page.goto("/courses/decision/beginner/what-is-a-fund/")
    title = page.get_by_role("main").get_by_role("heading", level=1).inner_text().replace("\n", "")[:6]
    page.goto("/cms/")
    search = page.get_by_role("main").get_by_role("search").get_by_placeholder("搜索")
    search.fill(title)
    search.press("Enter")
    page.get_by_role("main").get_by_role("link", name=re.compile(title)).first.click()
    _settle(page)
    expect(_shelf(page).get_by_role("button", name=re.compile("^写作清单"))).to_be_visible(timeout=20_000)


def _shelf(page: Page):
    return page.get_by_role("region", name="写作时的检查")


def _follow(page: Page, name: str) -> None:
    """Go where a link leads that another part of the page may cover on a phone."""
    page.goto(page.get_by_role("link", name=name).first.get_attribute("href"))
    _settle(page)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_own_pages_are_accessible_and_fit(phone, width):
    admin = _staff(phone, "admin", width=width)
    for name in PAGES:
        admin.goto(f"/cms/{name}")
        _settle(admin)
        _is_accessible(admin, name)
    admin.goto("/cms/calendar/")
    admin.get_by_role("main").get_by_role("link", name=re.compile("^排期")).first.click()
    _settle(admin)
    _is_accessible(admin, "plan")
    admin.goto("/cms/compliance/versions/")
    _follow(admin, "按日期查")
    admin.get_by_label("哪一天").fill(timezone.localdate().isoformat())
    _press(admin, "看那一天")
    _is_accessible(admin, "按日期查")
    admin.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
    _settle(admin)
    _is_accessible(admin, "version")
    _lesson(admin)
    number = re.search(r"/pages/(\d+)/", admin.url)[1]
    admin.goto(f"/cms/compliance/review/courses/lessonpage/{number}/")
    _is_accessible(admin, "review")
    admin.goto(f"/cms/pages/{number}/edit/")
    above = (
        admin.get_by_label("面包屑导航")
        .locator("a[href^='/cms/pages/']")
        .evaluate_all("links => links.map(a => a.pathname.split('/')[3]).filter(Boolean)")
    )
    admin.goto(f"/cms/courses/import/{[one for one in above if one != number][-1]}/")
    expect(admin.get_by_role("button", name="导入成草稿")).to_be_visible()
    _is_accessible(admin, "import")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_panels_beside_a_form_are_accessible(phone, width):
    admin = _staff(phone, "admin", width=width)
    _lesson(admin)
    admin.get_by_role("textbox", name=re.compile("学习目标")).fill("本产品保证收益，近三个月涨幅23%。")
    expect(_shelf(admin)).to_contain_text("要改 1")
    expect(_shelf(admin)).to_contain_text("还差")
    _is_accessible(admin, "buttons", ".cp-shelf")
    _is_accessible(admin, "marks", ".cp-mark")
    for name in ("合规检查", "写作清单"):
        _shelf(admin).get_by_role("button", name=re.compile(f"^{name}")).click()
        panel = admin.get_by_role("complementary", name=name)
        expect(panel).to_be_visible()
        _is_accessible(admin, name, f"#{panel.get_attribute('id')}")
        admin.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(_shelf(admin).get_by_role("button", name=re.compile(f"^{name}"))).to_be_focused()


def _is_uncovered(page: Page, target) -> bool:
    """Tell whether a click in the middle of the element would meet it."""
    return target.evaluate(
        "e => { const box = e.getBoundingClientRect();"
        " const met = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);"
        " return e === met || e.contains(met); }"
    )


def test_the_buttons_are_in_reach_beside_an_open_panel_and_one_is_open_at_a_time(phone):
    editor = _staff(phone, "editor", width=DESK)
    _lesson(editor)
    check, checklist = (
        _shelf(editor).get_by_role("button", name=re.compile(name)) for name in ("^合规检查", "^写作清单")
    )
    status = editor.get_by_role("button", name="状态开关")
    own = editor.get_by_role("complementary", name="合规检查")
    status.click()
    expect(status).to_have_attribute("aria-expanded", "true")
    editor.wait_for_timeout(500)
    assert _is_uncovered(editor, check)
    assert _is_uncovered(editor, checklist)

    # By keyboard: ours opens and Wagtail's closes; the other button and the head of the page stay in reach.
    check.focus()
    editor.keyboard.press("Enter")
    expect(own).to_be_visible()
    expect(status).to_have_attribute("aria-expanded", "false")
    editor.wait_for_timeout(500)
    assert _is_uncovered(editor, checklist)
    assert _is_uncovered(editor, status)
    checklist.focus()
    editor.keyboard.press("Enter")
    expect(own).to_be_hidden()
    expect(editor.get_by_role("complementary", name="写作清单")).to_be_visible()
    status.click()
    expect(editor.get_by_role("complementary", name="写作清单")).to_be_hidden()
    expect(status).to_have_attribute("aria-expanded", "true")


def test_on_a_phone_nothing_lies_below_another_thing(phone):
    editor = _staff(phone, "editor", width=PHONE)
    _lesson(editor)
    shelf = _shelf(editor).get_by_role("button")
    expect(shelf).to_have_count(2)
    assert [_is_uncovered(editor, button) for button in shelf.all()] == [True, True]
    status = editor.get_by_role("button", name="状态开关")
    status.click()
    editor.wait_for_timeout(500)
    # Wagtail's panel takes the whole width: no button lies below it, for no finger and no key.
    expect(editor.locator(".cp-toggle").first).to_be_hidden()
    status.click()
    expect(editor.locator(".cp-toggle").first).to_be_visible()
    shelf.first.click()
    expect(editor.get_by_role("complementary", name="合规检查")).to_be_visible()
    editor.get_by_role("complementary", name="合规检查").get_by_role("button", name="收起").click()
    # At the end of the form its own buttons are free.
    save = editor.get_by_role("button", name="保存草稿")
    save.scroll_into_view_if_needed()
    editor.mouse.wheel(0, 5000)
    editor.wait_for_timeout(500)
    assert _is_uncovered(editor, save)
    assert _is_uncovered(editor, editor.get_by_role("button", name="更多动作"))


def test_the_chooser_of_facts_is_accessible(phone):
    editor = _staff(phone, "editor", width=DESK)
    _lesson(editor)
    running = editor.locator("[contenteditable=true]").first
    running.click()
    editor.keyboard.press("Shift+Home")
    editor.get_by_role("button", name="事实").locator("visible=true").first.click()
    modal = editor.get_by_role("dialog")
    expect(modal.get_by_role("row").nth(1)).to_be_visible()
    _is_accessible(editor, "chooser", ".modal-body")


def test_a_form_without_words_for_readers_has_no_check(phone):
    admin = _staff(phone, "admin", width=DESK)
    with admin.expect_response(lambda response: response.url.endswith("/compliance/check/")) as answered:
        admin.goto("/cms/media_files/new/")
        admin.get_by_role("textbox", name=re.compile("名字")).fill("本产品保本")
    assert answered.value.status == 204
    expect(admin.locator(".cp-toggle")).to_be_hidden()
    assert "没有可以检查" not in admin.locator("body").inner_text()
    # Nothing more is asked of it.
    asked = []
    admin.on("request", lambda request: asked.append(request.url))
    admin.get_by_role("textbox", name=re.compile("名字")).fill("一段录音")
    admin.wait_for_timeout(1200)
    assert [url for url in asked if "compliance" in url] == []

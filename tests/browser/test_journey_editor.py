"""Journey 5: a lesson from its draft to the reader, back to the desk when its day comes, and what an edit undoes."""

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_staff import _press, _settle, _staff

pytestmark = pytest.mark.browser
LESSON = "三个月后要用的钱"
ADDRESS = "/courses/decision/beginner/know-yourself/"
WORDING = "不承诺收益，收益会波动，也可能亏损"
REASON = "这里逐字引用违规海报，下一句就说明它错在哪里。"


def _open_lesson(editor: Page) -> None:
    """Find the lesson by the search on the first page, and wait until its form is whole."""
    editor.goto("/cms/")
    search = editor.get_by_role("main").get_by_role("search").get_by_placeholder("搜索")
    search.fill(LESSON)
    search.press("Enter")
    editor.get_by_role("main").get_by_role("link", name=re.compile(LESSON)).first.click()
    _settle(editor)
    expect(_button(editor, "合规检查")).to_be_visible(timeout=20_000)
    expect(_button(editor, "写作清单")).to_be_visible(timeout=20_000)


def _button(editor: Page, name: str) -> Locator:
    return editor.get_by_role("region", name="写作时的检查").get_by_role("button", name=re.compile(f"^{name}"))


def _panel(editor: Page, name: str) -> Locator:
    if not editor.get_by_role("complementary", name=name).is_visible():
        _button(editor, name).click()
    return editor.get_by_role("complementary", name=name)


def _submit(editor: Page) -> None:
    _press(editor, "更多动作")
    _press(editor, re.compile("提交"))


def _review(reviewer: Page) -> None:
    """Open the page of the review from the list of what waits."""
    reviewer.goto("/cms/")
    reviewer.get_by_role("row").filter(has_text=LESSON).get_by_role("link", name="审核这一版").click()
    _settle(reviewer)


def _read_by_anybody(phone) -> str:
    reader = phone()
    reader.goto(ADDRESS)
    text = reader.get_by_role("main").inner_text()
    reader.close()
    return text


def _running_text(editor: Page, words: str) -> Locator:
    return editor.locator("[contenteditable=true]").filter(has_text=words)


def test_a_lesson_goes_from_a_stopped_draft_to_its_reader_and_comes_back_on_its_day(phone):
    mark = f"先写下哪天用{uuid.uuid4().int % 10**6:06d}"
    editor = _staff(phone, "editor")
    _open_lesson(editor)
    expect(_button(editor, "合规检查")).to_contain_text("没有发现要改的地方")

    # Written into running text: told beside the form and at the place.
    paragraph = _running_text(editor, "先不问")
    paragraph.click()
    editor.keyboard.press("Control+End")
    editor.keyboard.insert_text(f"{mark}。本产品保证收益。")
    expect(_button(editor, "合规检查")).to_contain_text("要改 1")
    expect(editor.locator("p").filter(has_text="“保证收益”").first).to_be_visible()

    # What the list names as missing is filled where it leads to.
    objective = editor.get_by_role("textbox", name=re.compile("学习目标"))
    before = objective.input_value()
    objective.fill("")
    missing = _panel(editor, "写作清单").get_by_role("listitem").filter(has_text="还差 · 学习目标")
    expect(missing).to_contain_text("写一句：学完以后能做什么。")
    missing.get_by_role("button", name=re.compile("跳到这里")).click()
    expect(objective).to_be_focused()
    editor.keyboard.insert_text(before)
    expect(_panel(editor, "写作清单").get_by_role("listitem").filter(has_text="好了 · 学习目标")).to_be_visible()

    # Submitted in spite of the finding: stopped in words, nothing lost.
    _panel(editor, "写作清单").get_by_role("button", name="收起").click()
    _submit(editor)
    expect(editor.get_by_role("main")).to_contain_text("有 1 处要先改")
    expect(editor.get_by_role("main")).to_contain_text("GUAR-return")
    expect(_running_text(editor, mark)).to_contain_text("本产品保证收益")
    assert mark not in _read_by_anybody(phone)

    # The wording offered takes the place of the phrase.
    panel = _panel(editor, "合规检查")
    panel.get_by_role("button", name="跳到这里").first.click()
    expect(_running_text(editor, mark)).to_be_focused()
    panel.get_by_role("button", name=f"改成“{WORDING}”").click()
    expect(_running_text(editor, mark)).to_contain_text(f"{mark}。本产品{WORDING}。")
    expect(_button(editor, "合规检查")).to_contain_text("没有发现要改的地方")
    due = timezone.localdate() + timedelta(days=10)
    editor.get_by_role("textbox", name="下次复审").fill(due.isoformat())
    panel.get_by_role("button", name="收起").click()
    _submit(editor)
    assert mark not in _read_by_anybody(phone)

    # The other person sees what differs from what is public, and approves.
    reviewer = _staff(phone, "reviewer")
    _review(reviewer)
    main = reviewer.get_by_role("main")
    expect(main.get_by_role("heading", name="和公开的那一版相比")).to_be_visible()
    expect(main.locator(".addition", has_text=mark[:6]).first).to_be_visible()
    expect(main).to_contain_text("没有拦下来的地方")
    _press(reviewer, "通过并发布")
    assert f"{mark}。本产品{WORDING}。" in _read_by_anybody(phone)

    # Its day of review lies ahead by less than a month: it waits on the editor's first page.
    editor.goto("/cms/")
    waiting = editor.get_by_role("region", name="该复审的内容").get_by_role("listitem").filter(has_text=LESSON)
    expect(waiting).to_contain_text(f"{due.isoformat()} 到期")
    waiting.get_by_role("link").click()
    _settle(editor)
    expect(editor.get_by_role("textbox", name="下次复审")).to_have_value(due.isoformat())


def test_an_edit_during_the_review_needs_a_new_approval(phone):
    first, second = (f"{words}{uuid.uuid4().int % 10**6:06d}" for words in ("审核前写的", "审核中写的"))
    editor = _staff(phone, "editor")
    _open_lesson(editor)
    subtitle = editor.get_by_role("textbox", name="副标题")
    subtitle.fill(first)
    _submit(editor)
    reviewer = _staff(phone, "reviewer")
    _review(reviewer)
    expect(reviewer.get_by_role("main")).to_contain_text(first)

    admin = _staff(phone, "admin")
    _open_lesson(admin)
    admin.get_by_role("textbox", name="副标题").fill(second)
    _press(admin, "保存草稿")

    # The page of the review is still open as it was: its answer is not for what was written since.
    _press(reviewer, "通过并发布")
    text = _read_by_anybody(phone)
    assert first not in text
    assert second not in text
    _review(reviewer)
    expect(reviewer.get_by_role("main")).to_contain_text(second)
    _press(reviewer, "通过并发布")
    assert second in _read_by_anybody(phone)


def test_a_reviewer_answers_for_a_finding_and_the_report_keeps_it(phone):
    editor = _staff(phone, "editor")
    _open_lesson(editor)
    mark = f"海报{uuid.uuid4().int % 10**6:06d}"
    paragraph = _running_text(editor, "能不能往后推")
    paragraph.click()
    editor.keyboard.press("Control+End")
    editor.keyboard.insert_text(f"{mark}写着：本金无忧。")
    expect(_button(editor, "合规检查")).to_contain_text("要改 1")
    _press(editor, "保存草稿")
    review = editor.url.replace("/cms/pages/", "/cms/compliance/review/courses/lessonpage/").replace("/edit/", "/")

    reviewer = _staff(phone, "reviewer")
    reviewer.goto(review)
    main = reviewer.get_by_role("main")
    expect(main).to_contain_text("有 1 处不放行就不能公开")
    main.get_by_text("写明理由放行").click()
    main.get_by_label(re.compile("理由（至少")).fill(REASON)
    _press(reviewer, "放行这一处")
    expect(main).to_contain_text("没有拦下来的地方")

    _open_lesson(editor)
    expect(_panel(editor, "合规检查")).to_contain_text("已放行")
    editor.keyboard.press("Escape")
    _submit(editor)
    _review(reviewer)
    _press(reviewer, "通过并发布")
    assert f"{mark}写着：本金无忧。" in _read_by_anybody(phone)

    sidebar = reviewer.locator("#wagtail-sidebar")
    sidebar.get_by_role("button", name="报告").click()
    sidebar.get_by_role("link", name="放行记录").click()
    row = reviewer.get_by_role("row").filter(has_text=mark)
    expect(row).to_contain_text(REASON)
    expect(row).to_contain_text("GUAR-return")

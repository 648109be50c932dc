"""Findings beside the form, a release by a reviewer, and the approval on the page of the review."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.test_staff import _press, _settle, _staff

pytestmark = pytest.mark.browser
WORDS = "海报上印着保本二字，本产品保证收益。"


def _term(page):
    """Open the form of one term of the demo."""
    page.goto("/cms/snippets/courses/glossaryterm/?q=再平衡")
    page.get_by_role("link", name="再平衡").first.click()
    _settle(page)


def test_an_editor_sees_findings_while_writing_and_a_reviewer_answers_for_one(phone, site):
    editor = _staff(phone, "editor")
    _term(editor)
    toggle = editor.get_by_role("button", name=re.compile("合规检查"))
    expect(toggle).to_contain_text("没有发现要改的地方")
    plain = editor.get_by_role("textbox", name="例子")
    before = plain.input_value()
    plain.fill(f"{before}\n{WORDS}")
    expect(toggle).to_contain_text("要改")
    expect(editor.locator(".cp-mark").first).to_contain_text("保本")
    toggle.click()
    panel = editor.get_by_role("complementary", name="合规检查")
    expect(panel).to_contain_text("GUAR-")
    editor.get_by_role("textbox", name="平时怎么叫").focus()
    panel.get_by_role("button", name="跳到这里").first.click()
    expect(plain).to_be_focused()
    panel.get_by_role("button", name="收起").click()

    _press(editor, "更多动作")
    _press(editor, re.compile("提交"))
    expect(editor.locator("body")).to_contain_text("规则 GUAR-")
    expect(editor.get_by_role("textbox", name="例子")).to_have_value(re.compile("保证收益"))
    review = editor.url.replace(
        "/cms/snippets/courses/glossaryterm/edit/", "/cms/compliance/review/courses/glossaryterm/"
    )

    reviewer = _staff(phone, "reviewer")
    reviewer.goto(review)
    expect(reviewer.locator("main")).to_contain_text("不放行就不能公开")
    while reviewer.locator("summary", has_text="写明理由放行").count():
        reviewer.locator("summary", has_text="写明理由放行").first.click()
        reviewer.get_by_label(re.compile("理由")).locator("visible=true").fill("词条逐字引用违规海报，后文会拆穿它。")
        _press(reviewer, "放行这一处")
    expect(reviewer.locator("main")).to_contain_text("没有拦下来的地方")
    result = Axe().run(reviewer, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert [(found["id"], found["nodes"][0]["html"][:120]) for found in result.response["violations"]] == []

    _press(editor, "更多动作")
    _press(editor, re.compile("提交"))
    reviewer.goto("/cms/")
    reviewer.get_by_role("row").filter(has_text="再平衡").get_by_role("link", name="审核这一版").click()
    _settle(reviewer)
    expect(reviewer.locator("main")).to_contain_text("保证收益")
    reviewer.get_by_label("要改什么").fill("请把引用的海报换成更新的一张。")
    _press(reviewer, "请求修改")
    _term(editor)
    expect(editor.locator("body")).to_contain_text("再平衡")

    reviewer.goto("/cms/compliance/overrides/")
    expect(reviewer.locator("main")).to_contain_text("词条逐字引用违规海报")


def test_findings_are_read_on_a_phone_without_a_sideways_scroll(phone):
    editor = _staff(phone, "editor", width=390)
    _term(editor)
    editor.get_by_role("textbox", name="例子").fill("本产品保证收益。")
    toggle = editor.get_by_role("button", name=re.compile("合规检查"))
    expect(toggle).to_contain_text("要改")
    toggle.click()
    panel = editor.get_by_role("complementary", name="合规检查")
    expect(panel).to_be_visible()
    panel.get_by_role("button", name="跳到这里").first.click()
    expect(panel).to_be_hidden()
    assert editor.evaluate("document.documentElement.scrollWidth") <= 390

"""What Word, WPS and WeChat put on the clipboard loses its styling on the server too, and a paste gone wrong is told."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from core.blocks import LONGEST_TEXT, TEXT_FEATURES
from courses.markdown import stored_html
from courses.pages import LessonPage

FIXTURES = Path(__file__).parent.parent / "fixtures" / "paste"
KEPT = {"p", "b", "i", "ul", "ol", "li", "a", "br"}


def through_the_editor(html):
    """Return what is stored of ``html``: what may stay, the editor's own form of it, and back."""
    converter = ContentstateConverter(features=TEXT_FEATURES)
    return re.sub(
        r' data-block-key="\w+"', "", converter.to_database_format(converter.from_database_format(stored_html(html)))
    )


def pasted(name):
    return (FIXTURES / f"{name}.html").read_text(encoding="utf-8").split("<!--StartFragment-->")[-1]


@pytest.mark.parametrize("name", ["word", "wps", "wechat"])
def test_no_styling_gets_through(name):
    stored = through_the_editor(pasted(name))
    assert set(re.findall(r"<(\w+)", stored)) <= KEPT
    assert re.findall(r"<\w+ (?!href=)[^>]+>", stored) == []
    for trace in ("mso", "style", "class", "o:p", "supportLists", "data-src", "mmbiz", "section", "font"):
        assert trace not in stored.lower()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (
            "word",
            ["先看<b>费用</b>，再看收益。", '见<a href="https://example.com/rules">规则</a>。', "申购费", "一次收"],
        ),
        ("wps", ["<b>第一步</b>：停下来。", "看清是谁", "打官方电话"]),
        ("wechat", ["<b>别急着转账</b>", "<i>越要停</i>", "<li>截图</li>", "<li>报警</li>"]),
    ],
)
def test_structure_gets_through(name, kept):
    stored = through_the_editor(pasted(name))
    for words in kept:
        assert words in stored


@pytest.fixture
def desk(client, course_site, monkeypatch):
    monkeypatch.setattr("accounts.middleware.used_second_factor", lambda _request, _user: True)
    client.force_login(course_site.author, backend="accounts.backends.StaffPasswordBackend")
    return client


def typed(text):
    """Return text as the editor posts it: one paragraph."""
    block = {
        "key": "aaaaa", "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": [],
    }  # fmt: skip
    return json.dumps({"blocks": [block], "entityMap": {}}, ensure_ascii=False)


def form_with(page, text, **changes):
    return {
        "title": page.title, "slug": page.slug, "subtitle": "一行没存过的话", "code": page.code,
        "objective": page.objective, "mastery": page.mastery, "minutes": "8", "purposes": ["knowledge"],
        "stages": ["before"], "tags": "", "author_name": "", "reviewer_name": "", "checked_on": "", "review_by": "",
        "body-count": "2", "body-0-deleted": "", "body-0-order": "0", "body-0-type": "text", "body-0-id": "",
        "body-0-value-html": typed(text), "body-0-value-link_terms": "on", "body-1-deleted": "", "body-1-order": "1", "body-1-type": "keep",
        "body-1-id": "", "body-1-value": "先停一停", "sources-count": "0", "seo_title": "", "search_description": "",
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "", **changes,
    }  # fmt: skip


@pytest.fixture
def draft(course_site):
    page = course_site.draft()
    return LessonPage.objects.get(pk=page.pk)


def test_two_megabytes_in_one_block_are_refused_beside_it_and_nothing_else_is_lost(desk, draft):
    before = draft.get_latest_revision()
    answer = desk.post(f"/cms/pages/{draft.pk}/edit/", form_with(draft, "字" * 660_000))
    assert answer.status_code == 200
    (error,) = answer.context["form"].errors.as_data()["body"]
    assert list(error.block_errors) == [0]
    assert error.block_errors[0].non_block_errors.as_data()[0].messages == [
        f"这一块有 660000 字，最多 {LONGEST_TEXT} 字。请分成几块。其余的内容都还在。"
    ]
    page = answer.content.decode()
    assert "一行没存过的话" in page
    assert "先停一停" in answer.context["form"]["body"].value()[1].value
    assert draft.get_latest_revision() == before


def test_the_longest_text_is_stored(desk, draft):
    answer = desk.post(f"/cms/pages/{draft.pk}/edit/", form_with(draft, "字" * LONGEST_TEXT))
    assert answer.status_code == 302
    stored = LessonPage.objects.get(pk=draft.pk).get_latest_revision_as_object()
    assert [block.block_type for block in stored.body] == ["text", "keep"]
    assert stored.body[0].value.source.count("字") == LONGEST_TEXT


def test_text_deep_in_a_block_is_counted_too(desk, draft):
    scene = {
        "body-0-type": "scene", "body-0-value-html": typed("字" * (LONGEST_TEXT + 1)), "body-0-value-say": "",
        "body-0-value-after": typed("问"),
    }  # fmt: skip
    answer = desk.post(f"/cms/pages/{draft.pk}/edit/", form_with(draft, "", **scene))
    (error,) = answer.context["form"].errors.as_data()["body"]
    assert f"最多 {LONGEST_TEXT} 字" in str(error.block_errors[0].non_block_errors)


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"seo_title": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}, "一次最多收 2.5 MB 文字"),
        (
            {f"body-{number}-x": "" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)},
            "表单里的格子超过 10000 个",
        ),
    ],
)
def test_a_form_that_cannot_be_read_at_all_explains_itself(desk, draft, extra, words):
    before = draft.get_latest_revision()
    answer = desk.post(f"/cms/pages/{draft.pk}/edit/", form_with(draft, "甲", **extra))
    assert answer.status_code == 413
    assert words in answer.content.decode()
    assert "没有保存任何改动" in answer.content.decode()
    assert draft.get_latest_revision() == before

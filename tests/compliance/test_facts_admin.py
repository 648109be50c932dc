"""Facts in the admin: written, chosen, seen with their uses, approved by a second person, kept while in use."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from compliance.models import Fact
from core.blocks import TEXT_FEATURES
from core.models import PublishedVersion
from courses.pages import LessonPage
from tests.factories.accounts import StaffFactory
from tests.factories.compliance import change_fact, draft_fact, make_fact

pytestmark = pytest.mark.django_db

BACKEND = "accounts.backends.StaffPasswordBackend"


@pytest.fixture
def cms(course_site, settings):
    """Return a function that signs somebody in to the admin."""
    settings.DEMO = True

    def sign_in(user) -> Client:
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client

    return sign_in


def _url(name: str, *args: Any) -> str:
    return reverse(Fact.snippet_viewset.get_url_name(name), args=args)


def _form(**changes: str) -> dict[str, str]:
    return {
        "key": "fee_cap",
        "statement": "申购费率最高0.8%。",
        "value": "0.8",
        "unit": "percent",
        "display": "",
        "source": "《销售费用管理规定》",
        "as_of": "2026-01-31",
        "checked_on": "2026-11-22",
        "review_months": "6",
        "review_by": "",
        "confidence": "high",
        "caution": "",
        "note": "",
        **changes,
    }


def test_an_editor_writes_a_fact_and_a_reviewer_publishes_it(course_site, cms):
    editor, reviewer = cms(course_site.author), cms(course_site.reviewer)
    created = editor.post(_url("add"), {**_form(), "action-submit": "1"})
    fact = Fact.objects.get()
    assert (created.status_code, fact.live, str(fact.review_by)) == (302, False, "2027-05-22")
    assert "还没有地方用到它" in reviewer.get(_url("edit", fact.pk)).content.decode()
    approval = {
        **_form(review_by="2027-05-22"),
        "action-workflow-action": "true",
        "workflow-action-name": "approve",
    }
    reviewer.post(_url("edit", fact.pk), approval)
    assert Fact.objects.get().live is True
    assert PublishedVersion.objects.get().approved_by == str(course_site.reviewer.pk)


def test_a_fact_without_its_source_or_with_another_unit_is_refused(course_site, cms):
    answer = cms(course_site.author).post(_url("add"), {**_form(value="三成", source=""), "action-submit": "1"})
    page = answer.content.decode()
    assert Fact.objects.count() == 0
    assert "数值和单位对不上" in page
    assert answer.context["form"].errors["source"] == ["必需字段"]


def test_checking_again_moves_the_next_check_along(course_site, cms):
    fact = make_fact(course_site)
    cms(course_site.author).post(_url("edit", fact.pk), _form(checked_on="2027-05-01", review_by=str(fact.review_by)))
    draft = Fact.objects.get().get_latest_revision_as_object()
    assert str(draft.review_by) == "2027-11-01"


def test_the_reviewer_sees_what_a_changed_fact_touches(course_site, cms):
    fact = make_fact(course_site)
    lesson = course_site.lesson(subtitle="最高{fact:fee_cap}")
    change_fact(course_site, fact, publish=False, value="0.6")
    page = cms(course_site.reviewer).get(_url("edit", fact.pk)).content.decode()
    assert "改了这条事实，下面这些地方会跟着变" in page
    assert reverse("wagtailadmin_pages:edit", args=[lesson.pk]) in page
    assert "课 · 读者看得到" in page
    listed = cms(course_site.author).get(_url("usage", fact.pk)).content.decode()
    assert "用在哪里" in listed
    assert "一课样子" in listed


def test_a_fact_in_use_is_kept_and_the_message_says_where(course_site, cms):
    fact, unused = make_fact(course_site), make_fact(course_site, "unused")
    course_site.lesson(subtitle="最高{fact:fee_cap}")
    admin = cms(StaffFactory(is_superuser=True))
    for name in ("delete", "unpublish"):
        for ask in (admin.get, admin.post):
            answer = ask(_url(name, fact.pk), follow=True)
            assert "“fee_cap”还有 1 处在用：课“一课样子”" in answer.content.decode()
            assert Fact.objects.get(pk=fact.pk).live is True
    admin.post(_url("delete", unused.pk))
    assert list(Fact.objects.values_list("key", flat=True)) == ["fee_cap"]


def test_bulk_deletion_keeps_what_is_in_use(course_site, cms):
    fact = make_fact(course_site)
    course_site.lesson(subtitle="最高{fact:fee_cap}")
    url = reverse("wagtail_bulk_action", args=["compliance", "fact", "delete"]) + f"?id={fact.pk}"
    answer = cms(StaffFactory(is_superuser=True)).post(url, follow=True)
    assert "还有 1 处在用" in answer.content.decode()
    assert Fact.objects.count() == 1


def test_roles_see_and_do_their_part(course_site, cms):
    fact = make_fact(course_site)
    assert cms(StaffFactory(role="marketing")).get(_url("list")).status_code == 302
    assert cms(course_site.author).get(_url("add")).status_code == 200
    reviewer = cms(course_site.reviewer)
    assert reviewer.get(_url("list")).status_code == 200
    assert reviewer.get(_url("add")).status_code == 302
    reviewer.post(_url("delete", fact.pk))
    assert Fact.objects.count() == 1


# --- In the page editor ------------------------------------------------------------------------------------


def _converter() -> ContentstateConverter:
    return ContentstateConverter(features=TEXT_FEATURES)


def test_a_chip_shows_what_the_fact_says_and_stores_its_key_alone(course_site):
    make_fact(course_site)
    html = '<p data-block-key="abc12">最高<embed embedtype="fact" key="fee_cap"/>，<b>上限</b>。</p>'
    state = json.loads(_converter().from_database_format(html))
    block, entity = state["blocks"][0], state["entityMap"]["0"]
    assert block["text"] == "最高0.8%，上限。"
    assert block["entityRanges"] == [{"key": 0, "offset": 2, "length": 4}]
    assert entity == {"type": "FACT", "mutability": "IMMUTABLE", "data": {"key": "fee_cap", "display": "0.8%"}}
    stored = _converter().to_database_format(json.dumps(state))
    assert '最高<embed embedtype="fact" key="fee_cap"/>，<b>上限</b>。' in stored
    assert "0.8%" not in stored


def test_a_chip_of_a_lost_fact_keeps_its_key(course_site):
    state = _converter().from_database_format('<p><embed embedtype="fact" key="gone"/></p>')
    assert json.loads(state)["blocks"][0]["text"] == "{fact:gone}"
    assert '<embed embedtype="fact" key="gone"/>' in _converter().to_database_format(state)


def test_the_chooser_offers_live_facts_found_by_their_words(course_site, cms):
    fact = make_fact(course_site)
    make_fact(course_site, "redeem", statement="赎回费不低于1.5%。", value="1.5")
    draft_fact(course_site, "draft_only", statement="还没有审核。")
    viewset = Fact.snippet_viewset.chooser_viewset
    editor = cms(course_site.author)
    offered = editor.get(reverse(viewset.get_url_name("choose"))).json()["html"]
    assert ("fee_cap" in offered, "redeem" in offered, "draft_only" in offered) == (True, True, False)
    found = editor.get(reverse(viewset.get_url_name("choose_results")), {"q": "赎回"}).content.decode()
    assert ("fee_cap" in found, "redeem" in found) == (False, True)
    chosen = editor.get(reverse(viewset.get_url_name("chosen"), args=[fact.pk])).json()["result"]
    assert (chosen["key"], chosen["display"]) == ("fee_cap", "0.8%")


def _lesson_form(lesson: LessonPage, **changes: Any) -> dict[str, Any]:
    return nested_form_data(
        {
            "title": lesson.title,
            "subtitle": "",
            "code": lesson.code,
            "objective": lesson.objective,
            "mastery": lesson.mastery,
            "minutes": "8",
            "purposes": lesson.purposes,
            "stages": lesson.stages,
            "dimensions": [],
            "tags": "",
            "body": streamfield([]),
            "sources": streamfield([]),
            "author_name": "林言",
            "reviewer_name": "周正",
            "checked_on": "",
            "review_by": "",
            "slug": lesson.slug,
            "seo_title": "",
            "search_description": "",
            "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0",
            "comments-MIN_NUM_FORMS": "0",
            "comments-MAX_NUM_FORMS": "",
            **changes,
        }
    )


def _text(html):
    return {"html": rich_text(html, features=TEXT_FEATURES), "link_terms": "on"}


def test_an_unknown_key_is_refused_beside_the_field_that_names_it(course_site, cms):
    lesson = course_site.lesson()
    table = {
        "table": {
            "column-count": "2",
            "row-count": "1",
            "column-0-type": "text",
            "column-0-order": "0",
            "column-0-deleted": "",
            "column-0-heading": "甲",
            "column-1-type": "text",
            "column-1-order": "1",
            "column-1-deleted": "",
            "column-1-heading": "乙",
            "row-0-order": "0",
            "row-0-deleted": "",
            "cell-0-0": "行",
            "cell-0-1": "{fact:lost_cell}",
            "caption": "",
        },
        "note": "{fact:lost_note}",
    }
    form = _lesson_form(
        lesson,
        subtitle="{fact:lost_subtitle}",
        body=streamfield(
            [
                ("text", _text('<p><embed embedtype="fact" key="lost_chip"/></p>')),
                ("table", table),
                ("if_then", {"if_text": "有人说{fact:lost_if}", "then_text": "先查。"}),
            ]
        ),
    )
    answer = cms(course_site.author).post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), form)
    errors = answer.context["form"].errors
    assert set(errors) == {"subtitle", "body"}
    assert errors["subtitle"] == ["没有已发布的事实叫“lost_subtitle”。请从“事实”里选，或检查编号的拼写。"]
    by_block = errors.as_data()["body"][0].block_errors
    assert set(by_block) == {0, 1, 2}
    assert "lost_chip" in by_block[0].block_errors["html"].message
    assert "lost_cell" in by_block[1].block_errors["table"].cell_errors[0][1].message
    assert "lost_note" in by_block[1].block_errors["note"].message
    assert set(by_block[2].block_errors) == {"if_text"}
    page = answer.content.decode()
    for key in ("lost_chip", "lost_cell", "lost_note", "lost_if"):
        assert f"没有已发布的事实叫“{key}”" in page or f"\\u201c{key}\\u201d" in page
    assert LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object().subtitle == ""


def test_a_page_with_facts_is_saved_as_it_was_written(course_site, cms):
    make_fact(course_site)
    lesson = course_site.lesson()
    html = '<p>最高<embed embedtype="fact" key="fee_cap"/>。</p>'
    form = _lesson_form(
        lesson,
        subtitle="最高{fact:fee_cap}",
        body=streamfield([("text", _text(html))]),
    )
    answer = cms(course_site.author).post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), form)
    assert answer.status_code == 302
    draft = LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    assert draft.subtitle == "最高{fact:fee_cap}"
    assert '<embed embedtype="fact" key="fee_cap"/>' in draft.body[0].value.source


def test_the_editor_loads_the_chip_and_the_preview_shows_the_live_value(course_site, cms):
    make_fact(course_site)
    lesson = course_site.lesson(body=[{"type": "text", "html": "<p>最高{fact:fee_cap}。</p>"}])
    editor = cms(course_site.author)
    page = editor.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).content.decode()
    assert "js/facts_editor.js" in page
    seen = editor.get(reverse("wagtailadmin_pages:view_draft", args=[lesson.pk])).content.decode()
    assert '<span class="fact" data-fact="fee_cap">0.8%</span>' in seen


def test_the_preview_of_a_fact_shows_what_readers_would_get(course_site, cms):
    fact = draft_fact(course_site, confidence="low")
    editor = cms(course_site.author)
    url = _url("preview_on_edit", fact.pk)
    assert editor.post(url, _form(value="0.7", confidence="low")).json()["is_valid"] is True
    seen = editor.get(url).content.decode()
    assert "0.7%（以基金合同和产品资料概要为准）" in seen
    assert "还没有核到原文" in seen

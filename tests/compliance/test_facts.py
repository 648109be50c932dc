"""A fact from its draft to the pages that name it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from compliance.errors import FactInUseError, FactKeyError
from compliance.models import Fact, FactReference
from compliance.queries import as_shown, uses_of
from core.actions.publishing import publish_through_review
from core.errors import PublicationRefusedError
from core.models import PublishedVersion
from core.registries import invariants
from courses.errors import ContentInvalidError
from tests.factories.compliance import change_fact, draft_fact, make_fact
from tests.factories.courses import NOW

pytestmark = pytest.mark.django_db

URL = "/courses/decision/beginner/sample-lesson/"
BODY = [{"type": "text", "html": "<p>申购费率最高{fact:fee_cap}。</p>"}]


def _page(client, url=URL):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("value", "unit", "dial"),
    [
        ("12386", "phone", "12386"),
        (" 010-8806 0000", "phone", "01088060000"),
        ("+86 10 12345", "phone", "+861012345"),
        ("12386、12378", "phone", ""),
        ("96110", "text", ""),
    ],
)
def test_only_one_telephone_number_is_one_to_dial(value, unit, dial):
    assert as_shown(Fact(key="hotline", value=value, unit=unit)).dial == dial


# --- The gate --------------------------------------------------------------------------------------------


def test_a_fact_needs_a_second_person(course_site):
    fact = draft_fact(course_site)
    with pytest.raises(PublicationRefusedError, match="没有通过审核"):
        fact.get_latest_revision().publish(user=course_site.author)
    with pytest.raises(PublicationRefusedError, match="参与撰写"):
        publish_through_review(page=fact, author=course_site.reviewer, reviewer=course_site.reviewer, now=NOW)
    assert Fact.objects.get().live is False


def test_pages_show_the_live_value_and_never_the_draft(course_site, client):
    fact = make_fact(course_site)
    course_site.lesson(body=BODY)
    change_fact(course_site, fact, publish=False, value="0.6")
    page = _page(client)
    assert '<span class="fact" data-fact="fee_cap">0.8%</span>' in page
    assert "0.6%" not in page


def test_publishing_a_fact_changes_cached_pages(course_site, client, django_capture_on_commit_callbacks):
    fact = make_fact(course_site)
    course_site.lesson(body=BODY)
    client.get(URL)
    assert client.get(URL).headers["X-Page-Cache"] == "hit"
    with django_capture_on_commit_callbacks(execute=True):
        change_fact(course_site, fact, value="0.6", statement="申购费率最高0.6%。")
    response = client.get(URL)
    assert response.headers["X-Page-Cache"] == "miss"
    assert "0.6%</span>" in response.content.decode()
    assert "0.8%" not in response.content.decode()


def test_publishing_a_fact_keeps_a_version_of_itself_and_of_each_live_page(course_site):
    fact, other = make_fact(course_site), make_fact(course_site, "other", value="12", unit="months")
    lesson = course_site.lesson(body=[*BODY, {"type": "text", "html": "<p>调整期{fact:other}。</p>"}])
    article = course_site.article(summary="最高{fact:fee_cap}。")
    untouched = course_site.article(slug="another")
    course_site.draft(code="D-91", slug="draft-lesson", objective="说出{fact:fee_cap}。")
    before = PublishedVersion.objects.count()

    fact = change_fact(course_site, fact, value="0.6")

    versions = list(PublishedVersion.objects.order_by("pk")[before:])
    assert [(version.content_type.model, version.object_id) for version in versions][0] == ("fact", str(fact.pk))
    pages = {version.object_id: version for version in versions[1:]}
    assert set(pages) == {str(lesson.pk), str(article.pk)}
    assert str(untouched.pk) not in pages
    kept = pages[str(lesson.pk)]
    assert "申购费率最高0.6%。" in kept.text
    assert "调整期12个月。" in kept.text
    assert kept.facts == {"fee_cap": fact.live_revision_id, "other": other.live_revision_id}
    assert kept.revision_id == lesson.live_revision_id
    assert (kept.authors, kept.approved_by) == ([str(course_site.author.pk)], str(course_site.reviewer.pk))
    assert versions[0].facts == {"fee_cap": fact.live_revision_id}
    assert "0.6%" in versions[0].text


def test_publishing_a_page_keeps_the_facts_that_it_showed(course_site):
    fact = make_fact(course_site)
    lesson = course_site.lesson(body=BODY)
    kept = PublishedVersion.objects.get(object_id=str(lesson.pk), content_type__model="lessonpage")
    assert kept.facts == {"fee_cap": fact.live_revision_id}
    assert "申购费率最高0.8%。" in kept.text
    assert "{fact" not in kept.text


# --- On the page -----------------------------------------------------------------------------------------


def test_a_fact_is_filled_in_wherever_it_is_named(course_site, client):
    make_fact(course_site)
    course_site.lesson(
        title="最高{fact:fee_cap}|是多少",
        objective="能说出{fact:fee_cap}是上限。",
        search_description="上限是{fact:fee_cap}。",
        body=[
            {"type": "section", "title": "上限是|{fact:fee_cap}", "short": ""},
            {"type": "keep", "text": "记住{fact:fee_cap}。"},
            {
                "type": "table",
                "head": ["项目", "上限{fact:fee_cap}"],
                "rows": [["申购费", "{fact:fee_cap}"]],
                "caption": "费率{fact:fee_cap}",
                "note": "{fact:fee_cap}是上限。",
            },
            {"type": "misconception", "code": "D-90-1"},
        ],
        misconceptions=[{"code": "D-90-1", "belief": "就是{fact:fee_cap}。", "correction": "最高{fact:fee_cap}。"}],
        sources=[{"text": "规定写明{fact:fee_cap}。"}],
    )
    for url in (URL, "/courses/decision/beginner/", "/courses/", "/search/?q=上限", "/feeds/lessons.xml"):
        page = _page(client, url)
        assert (url, "{fact" in page, "{ fact" in page) == (url, False, False)
        assert (url, "0.8%" in page) == (url, True)
    page = _page(client)
    assert '<meta name="description" content="上限是0.8%。">' in page
    assert page.count("0.8%") >= 12


def test_a_reader_gets_source_and_dates_of_what_the_page_uses(course_site, client):
    make_fact(course_site)
    make_fact(course_site, "unused", statement="没有人用的事实。")
    course_site.lesson(body=BODY)
    page = _page(client)
    listed = page[page.index("本页用到的事实") :]
    assert "申购费率最高0.8%，这是上限。" in listed
    assert "《销售费用管理规定》，2026年1月1日施行" in listed
    assert "2026年11月22日" in listed
    assert "没有人用的事实" not in page
    course_site.article(slug="plain")
    assert "本页用到的事实" not in _page(client, "/articles/columns/plain/")


def test_markup_in_a_fact_is_shown_and_not_run(course_site, client):
    make_fact(
        course_site,
        value='<script>alert(1)</script>"',
        unit="text",
        statement="<img src=x onerror=alert(2)>",
        source="<b>出处</b>",
    )
    course_site.lesson(body=BODY, search_description="{fact:fee_cap}")
    page = _page(client)
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;</span>" in page
    assert 'content="&lt;script&gt;alert(1)&lt;/script&gt;&quot;"' in page


def test_a_fact_that_is_not_sure_says_what_decides(course_site, client):
    make_fact(course_site, confidence="low")
    course_site.lesson(body=BODY)
    page = _page(client)
    assert ">0.8%（以基金合同和产品资料概要为准）</span>" in page
    assert "还没有核到原文" in page


def _queries_of_facts(client, url=URL):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(url)
    return [query["sql"] for query in captured if "compliance_fact" in query["sql"]]


@pytest.mark.parametrize("count", [0, 1, 30])
def test_one_query_answers_for_all_facts_of_a_page(course_site, client, count):
    for number in range(count):
        make_fact(course_site, f"fact_{number}", value=str(number + 1))
    named = "".join(f"，{{fact:fact_{number}}}" for number in range(count))
    cells = [[f"第{number}行", f"{{fact:fact_{number}}}"] for number in range(count)] or [["一", "二"]]
    course_site.lesson(
        body=[
            {"type": "text", "html": f"<p>有{named}。</p>"},
            {"type": "table", "head": ["甲", "乙"], "rows": cells, "caption": "", "note": named},
        ]
    )
    assert len(_queries_of_facts(client)) == min(count, 1)


def test_a_fact_that_vanished_leaves_a_sentence_and_no_error(course_site, client, caplog):
    make_fact(course_site)
    course_site.lesson(body=BODY)
    Fact.objects.update(live=False)
    assert "申购费率最高<span" in _page(client)
    assert "（此处数字正在核对）" in _page(client)
    assert "facts missing" in [record.message for record in caplog.records]
    violations = [found for name, check in invariants if name == "compliance.facts" for found in check()]
    assert len(violations) == 1
    assert "fee_cap" in violations[0]


# --- Refusals --------------------------------------------------------------------------------------------


def test_an_unknown_key_is_refused_when_a_file_is_read(course_site):
    draft_fact(course_site, "draft_only")
    for body in (
        [{"type": "text", "html": "<p>{fact:nowhere}</p>"}],
        [{"type": "keep", "text": "{fact:draft_only}"}],
        [{"type": "table", "head": ["甲"], "rows": [["{fact: nowhere}"]], "caption": ""}],
    ):
        with pytest.raises(ContentInvalidError, match=r"D-90 里用到的事实“.*(nowhere|draft_only).*”没有发布"):
            course_site.lesson(body=body)


def test_a_page_cannot_go_live_with_a_fact_that_is_not_there_any_more(course_site):
    fact = make_fact(course_site)
    lesson = course_site.lesson()
    draft = lesson.get_latest_revision_as_object()
    draft.subtitle = "{fact:fee_cap}"
    revision = draft.save_revision(user=course_site.author)
    Fact.objects.filter(pk=fact.pk).update(live=False)
    state = draft.get_workflow().start(draft, user=course_site.author)
    with pytest.raises(PublicationRefusedError, match="fee_cap"):
        state.current_task_state.specific.approve(user=course_site.reviewer)
    lesson.refresh_from_db()
    assert lesson.live_revision_id != revision.pk


def test_a_fact_in_use_can_be_neither_deleted_nor_unpublished(course_site):
    fact = make_fact(course_site)
    lesson = course_site.lesson(body=BODY)
    for attempt in (fact.delete, fact.unpublish, Fact.objects.filter(pk=fact.pk).delete):
        with pytest.raises(FactInUseError, match=r"“fee_cap”还有 1 处在用：课“一课样子”"), transaction.atomic():
            attempt()
    assert Fact.objects.get().live is True
    lesson.delete()
    fact.unpublish()
    fact.delete()
    assert Fact.objects.count() == 0


def test_a_draft_that_names_a_fact_holds_it_too(course_site):
    fact = make_fact(course_site)
    lesson = course_site.lesson()
    draft = lesson.get_latest_revision_as_object()
    draft.subtitle = "{fact:fee_cap}"
    draft.save_revision(user=course_site.author)
    assert [(use.title, use.live) for use in uses_of(["fee_cap"])] == [("一课样子", False)]
    with pytest.raises(FactInUseError):
        fact.delete()


def test_the_key_of_a_public_fact_never_changes(course_site):
    fact = make_fact(course_site)
    fact.key = "another"
    with pytest.raises(ValidationError) as refused:
        fact.full_clean()
    assert refused.value.message_dict["key"] == ["发布过的编号不能改，别处在用它。"]
    with pytest.raises(FactKeyError):
        fact.save()
    draft = draft_fact(course_site, "draft")
    draft.key = "renamed"
    draft.save()
    assert set(Fact.objects.values_list("key", flat=True)) == {"fee_cap", "renamed"}


def test_a_value_that_does_not_fit_its_unit_is_refused_beside_it(course_site):
    fact = make_fact(course_site)
    fact.value, fact.unit, fact.statement = "三成", "percent", "见{fact:fee_cap}。"
    with pytest.raises(ValidationError) as refused:
        fact.full_clean()
    assert set(refused.value.message_dict) == {"value", "statement"}


# --- The index -------------------------------------------------------------------------------------------


def test_the_index_follows_what_is_live_and_what_is_drafted(course_site):
    fact, other = make_fact(course_site), make_fact(course_site, "other")
    lesson = course_site.lesson(body=BODY)

    def rows():
        return sorted(FactReference.objects.values_list("key", "in_live", "in_draft"))

    assert rows() == [("fee_cap", True, True)]
    draft = lesson.get_latest_revision_as_object()
    draft.body, draft.subtitle = [], "{fact:other}"
    draft.save_revision(user=course_site.author)
    assert rows() == [("fee_cap", True, False), ("other", False, True)]
    publish_through_review(page=draft, author=course_site.author, reviewer=course_site.reviewer, now=NOW)
    assert rows() == [("other", True, True)]
    lesson = type(lesson).objects.get(pk=lesson.pk)
    lesson.unpublish()
    assert rows() == [("other", False, True)]
    lesson.delete()
    assert rows() == []
    fact.delete()
    other.delete()


def test_terms_name_facts_too(course_site, client):
    fact = make_fact(course_site)
    term = course_site.term(plain="费率最高{fact:fee_cap}的那一笔。")
    assert "费率最高0.8%的那一笔。" in _page(client, "/glossary/")
    page = _page(client, term.get_absolute_url())
    assert "本页用到的事实" in page
    assert "费率最高0.8%的那一笔。" in page
    assert [(use.label, use.title, use.live) for use in uses_of(["fee_cap"])] == [("术语", "基金份额净值", True)]
    before = PublishedVersion.objects.filter(content_type__model="glossaryterm").count()
    change_fact(course_site, fact, value="0.6")
    kept = PublishedVersion.objects.filter(content_type__model="glossaryterm")
    assert kept.count() == before + 1
    assert "费率最高0.6%的那一笔。" in kept.first().text


def test_a_page_changes_with_the_misconception_that_it_shows(course_site):
    fact = make_fact(course_site)
    lesson = course_site.lesson(
        body=[{"type": "misconception", "code": "D-90-1"}],
        misconceptions=[{"code": "D-90-1", "belief": "想错。", "correction": "最高{fact:fee_cap}。"}],
    )
    assert {(use.label, use.title) for use in uses_of(["fee_cap"])} == {
        ("误区", "D-90-1 想错。"),
        ("课", "一课样子"),
    }
    change_fact(course_site, fact, value="0.6")
    kept = PublishedVersion.objects.filter(content_type__model="lessonpage", object_id=str(lesson.pk)).first()
    assert "最高0.6%。" in kept.text
    assert set(kept.facts) == {"fee_cap"}

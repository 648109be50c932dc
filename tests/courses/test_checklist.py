"""The checklist beside a lesson or article: what it counts, which numbers it lists, who may ask."""

import json
import time

import pytest

from compliance.text_of import source_of
from core.registries import TextPiece
from courses.blocks import LessonBody
from courses.checklist import changeable_numbers, checklist_of, readability
from courses.models import Drill
from courses.pages import ArticlePage, LessonPage
from tests.compliance.test_check_view import edit, rich, stream
from tests.compliance.test_publication_paths import page_form
from tests.factories.accounts import InvestorFactory, StaffFactory

# A page asks once for its content type.
pytestmark = pytest.mark.django_db
URL = "/cms/courses/checklist/"
KEY = "11111111-1111-4111-8111-111111111111"
ASSUMED = {"title": "费用", "summary": "八元。", "x_label": "持有", "y_unit": "元", "note": "假设数据，仅作演示。"}


@pytest.fixture(autouse=True)
def _second_factor(monkeypatch):
    monkeypatch.setattr("accounts.middleware.used_second_factor", lambda _request, _user: True)


@pytest.fixture
def editor(client, course_site):
    client.force_login(course_site.author, backend="accounts.backends.StaffPasswordBackend")
    return client


def lesson(body=(), sources=(), **values):
    page = LessonPage(**{"title": "一课", "objective": "说出一件事。", "minutes": 8, **values})
    page.body = LessonPage.body.field.to_python([{"id": f"b{n}", **block} for n, block in enumerate(body, start=1)])
    page.sources = LessonPage.sources.field.to_python(
        [{"type": "source", "id": f"s{n}", "value": {"text": text}} for n, text in enumerate(sources, start=1)]
    )
    page.__dict__["misconceptions_by_code"] = {}
    return page


def checks(page, codes=()):
    pieces = list(source_of(type(page)).pieces(page))
    return {check.key: check for check in checklist_of(page, pieces, known_codes=codes)}


def numbers(*paragraphs, kind=""):
    pieces = [TextPiece(f"body.b{n}", text, kind=kind) for n, text in enumerate(paragraphs, start=1)]
    return [(spot.kind, spot.text) for spot in changeable_numbers(lesson(), pieces)]


def test_an_empty_lesson_lacks_everything_but_pictures():
    found = checks(lesson(objective="", minutes=0))
    assert [key for key, check in found.items() if not check.done] == [
        "objective", "minutes", "sources", "misconceptions", "keep", "if_then",
    ]  # fmt: skip
    assert found["objective"].spots[0].place == "objective"


def test_a_whole_lesson_has_it_all():
    body = [{"type": "misconception", "value": {"code": f"D-03-{n}"}} for n in (1, 2, 3)]
    body += [
        {"type": "text", "value": "<p>先看费用。</p>"},
        {"type": "keep", "value": "先看费用。"},
        {"type": "if_then", "value": {"if_text": "有人催我，", "then_text": "我先停一停。"}},
    ]
    page = lesson(body, ["《某办法》，2026年1月1日施行。"])
    assert [key for key, check in checks(page, {"D-03-1", "D-03-2", "D-03-3"}).items() if not check.done] == []


def test_what_is_doubled_or_unknown_or_undated_is_named_at_its_place():
    body = [
        {"type": "keep", "value": "一。"},
        {"type": "keep", "value": "二。"},
        {"type": "misconception", "value": {"code": "D-09-9"}},
        {"type": "image", "value": {"image": None, "alt": "", "caption": ""}},
    ]
    found = checks(lesson(body, ["某办法", "某规定，2025-12"]))
    places = {key: [spot.place for spot in check.spots] for key, check in found.items() if check.spots}
    assert places == {
        "keep": ["body.b2"],
        "misconceptions": ["body.b3.code"],
        "alts": ["body.b4.alt"],
        "sources": ["sources.s1.text"],
    }


@pytest.mark.parametrize(("live", "done"), [(True, True), (False, False)])
def test_a_drill_that_readers_do_not_see_is_named(live, done):
    page = lesson([{"type": "keep", "value": "一。"}])
    block = LessonBody().child_blocks["drill"]
    page.body.append(("drill", block.normalize({"drill": Drill(title="演练", live=live), "text": ""})))
    assert "drills" not in checks(lesson([]))
    check = checks(page)["drills"]
    assert (check.done, [spot.text for spot in check.spots]) == (done, [] if done else ["演练"])


def test_an_article_is_asked_for_a_summary_and_for_no_misconceptions():
    page = ArticlePage(title="一篇", summary="", minutes=4)
    page.__dict__["misconceptions_by_code"] = {}
    found = checks(page)
    assert "misconceptions" not in found
    assert found["summary"].done is False


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>每年收1.2%。</p>", [("百分比", "1.2%")]),
        ("<p>每年收１．２％。</p>", [("百分比", "1.2%")]),
        ("<p>每年收百分之二。</p>", [("百分比", "百分之二")]),
        ("<p>打12386投诉。</p>", [("电话", "12386")]),
        ("<p>打400-123-4567问。</p>", [("电话", "400-123-4567")]),
        ("<p>2026年1月1日施行。</p>", [("日期", "2026年1月1日")]),
        ("<p>下午3点前和15:00后不一样。</p>", [("时间", "3点"), ("时间", "15:00")]),
        ("<p>申购费是50 元。</p>", [("费用", "50 元")]),
        ("<p>每天最多一万元，三个工作日内到账。</p>", [("限额或期限", "一万元"), ("限额或期限", "三个工作日")]),
        ("<p>她手里有一万元，三年没动。</p>", []),
        ("<p>假设费率是1.2%。</p>", []),
        ("<p>假设费率是1.2%。</p><p>另一只是1.5%。</p>", [("百分比", "1.5%")]),
        ('<p>每年收<embed embedtype="fact" key="fee"/>。</p>', []),
        ("每年收{fact:fee_cap_2026}。", []),
        ("<p>一共12000元。</p>", []),
        ("<p>买一万元，费用一共多少？</p>", []),
        ("<p>手续费最多1,200元。</p>", [("费用", "1,200元")]),
        ('<p>查<a href="https://example.com/?t=15:00">官网</a>。</p>', []),
    ],
)
def test_numbers_that_change_with_the_world_are_listed(text, found):
    assert numbers(text) == found


@pytest.mark.parametrize("kind", ["quotation", "distractor", "misconception"])
def test_what_others_say_is_no_claim_of_ours(kind):
    assert numbers("年化收益8%", kind=kind) == []


def test_charts_that_say_they_are_assumed_and_sums_are_left_out_others_are_not():
    figure = {
        "kind": "bar",
        "title": "费率1.2%",
        "x": [],
        "inputs": [],
        "series": [],
        "summary": "",
        "x_label": "",
        "y_unit": "",
    }
    page = lesson(
        [
            {"type": "figure", "value": {**figure, "note": "假设数据。"}},
            {"type": "figure", "value": {**figure, "note": "来自年报。"}},
            {"type": "worked_example", "value": {"caption": "费率1.2%", "assumptions": "", "inputs": [], "lines": [], "total": {"label": "费率1.2%", "formula": "1", "result": "1"}, "outcomes": []}},
        ]
    )  # fmt: skip
    pieces = list(source_of(LessonPage).pieces(page))
    assert [spot.place for spot in changeable_numbers(page, pieces)] == ["body.b2.title"]


def test_sentences_are_measured_in_characters_without_marks():
    pieces = [TextPiece("body.a", f"<p>一二三四五。{'长' * 50}！</p><p>六七，八九十</p>"), TextPiece("title", "不数")]
    read = readability(pieces)
    assert (read.sentences, read.characters, read.longest, read.long_share) == (3, 60, 50, 33)
    assert read.average == 20.0
    assert [spot.place for spot in read.long_ones] == ["body.a"]


def test_a_lesson_of_three_thousand_characters_is_counted_fast():
    words = "<p>" + "买基金以前先看费用，每年收1.2%，最多三个工作日内到账。" * 110 + "</p>"
    page = lesson([{"type": "text", "value": words}])
    pieces = list(source_of(LessonPage).pieces(page))
    started = time.perf_counter()
    checklist_of(page, pieces, known_codes=())
    assert time.perf_counter() - started < 0.3


def test_the_form_is_counted_as_it_is_typed_and_nothing_is_stored(editor, course_site, django_assert_max_num_queries):
    page = course_site.draft()
    before = page.revisions.count()
    form = page_form(page, minutes="9") | stream(("text", KEY, {"-html": rich("每年收1.2%的管理费。")}))
    with django_assert_max_num_queries(25):
        answer = editor.post(URL, {**form, "checklist-path": edit(page)}).json()
    by_key = {check["key"]: check for check in answer["checks"]}
    assert by_key["minutes"]["done"] is True
    assert by_key["numbers"]["spots"] == [
        {"text": "1.2%", "kind": "百分比", "place": f"body.{KEY}.html", "where": "内容 › 1 正文 › 文字"}
    ]
    assert answer["open"] == sum(not check["done"] for check in answer["checks"])
    assert page.revisions.count() == before


def test_a_new_article_is_counted_before_it_is_saved(editor, course_site):
    column = course_site.home.get_descendants().get(slug="columns")
    path = f"/cms/pages/add/courses/articlepage/{column.pk}/"
    form = {
        "checklist-path": path,
        "title": "一篇",
        "summary": "两句。",
        "minutes": "x",
        "body-count": "0",
        "sources-count": "0",
    }
    answer = editor.post(URL, form)
    assert answer.status_code == 200
    assert {row["key"]: row["done"] for row in json.loads(answer.content)["checks"]}["minutes"] is False


@pytest.mark.parametrize("path", ["", "/cms/", "/cms/snippets/courses/glossaryterm/add/", "/cms/pages/999999/edit/"])
def test_other_forms_are_refused_in_words(editor, path):
    answer = editor.post(URL, {"checklist-path": path})
    assert (answer.status_code, answer.json()["error"]) == (400, "这里没有可以检查的表单。")


def test_a_member_of_staff_who_may_not_edit_sees_no_draft(client, course_site):
    page = course_site.draft()
    client.force_login(StaffFactory(role="service"), backend="accounts.backends.StaffPasswordBackend")
    answer = client.post(URL, {"checklist-path": edit(page)})
    assert answer.status_code in {302, 403}
    assert page.title.encode() not in answer.content


def test_an_investor_is_sent_away(client, course_site):
    client.force_login(InvestorFactory(), backend="accounts.backends.StaffPasswordBackend")
    assert client.post(URL, {"checklist-path": "/cms/"}).status_code == 403

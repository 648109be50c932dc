"""The search page: filters, passages, corrections, a page that helps when nothing is found, and what garbage gets."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone, translation

from core.actions.search import import_synonyms
from core.models import VainSearch
from core.registries import SearchHit
from core.search.question import understand
from core.search.sources import listed_source
from tests.factories.accounts import StaffFactory
from tests.factories.edu_site import make_info

pytestmark = pytest.mark.django_db


def found(client, query, **filters):
    return client.get("/search/", {"q": query, "format": "json", **filters}).json()


def titles(client, query, **filters):
    return [result["title"] for result in found(client, query, **filters)["results"]]


@pytest.fixture
def shelf(course_site):
    course_site.lesson(title="申购费怎么算", code="D-91", slug="one", minutes=4, tags=["复利"])
    course_site.lesson(
        title="申购费|再看一遍", code="A-92", slug="two", track="allocation", tier="advanced", minutes=12
    )
    course_site.article(title="申购费的新规", minutes=4)
    course_site.term(slug="fee", term="申购费", pinyin="shen gou fei", aliases=["买入手续费"])
    course_site.draft(title="申购费的草稿", code="D-93", slug="three")
    return course_site


def test_the_contract_for_programs(shelf, client):
    answer = found(client, "申购费")
    assert set(answer) == {"query", "total", "results"}
    assert (answer["query"], answer["total"]) == ("申购费", 4)
    assert all(set(result) == {"title", "url", "type"} for result in answer["results"])
    assert "申购费的草稿" not in titles(client, "申购费")
    for result in answer["results"]:
        assert client.get(result["url"]).status_code == 200


def test_an_unpublished_lesson_is_not_found(shelf, client):
    shelf.lesson(title="申购费怎么算", code="D-91", slug="one").unpublish()
    assert "申购费怎么算" not in titles(client, "申购费")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"type": "lesson"}, {"申购费怎么算", "申购费再看一遍"}),
        ({"track": "allocation"}, {"申购费再看一遍"}),
        ({"tier": "beginner"}, {"申购费怎么算"}),
        ({"minutes": "short"}, {"申购费怎么算", "申购费的新规"}),
        ({"minutes": "long", "track": "allocation"}, {"申购费再看一遍"}),
        ({"minutes": "long", "track": "decision"}, set()),
        ({"tier": "nonsense"}, {"申购费", "申购费怎么算", "申购费再看一遍", "申购费的新规"}),
    ],
)
def test_filters_keep_what_has_everything_that_was_chosen(shelf, client, filters, expected):
    assert set(titles(client, "申购费", **filters)) == expected


def test_the_numbers_beside_the_choices_are_what_they_leave(shelf, client):
    page = client.get("/search/", {"q": "申购费", "minutes": "short"}).context
    kinds = {str(label): number for label, number, _address, _here in page["kinds"]}
    assert kinds == {"全部": 2, "课": 1, "文章": 1}
    minutes = next(one for one in page["filters"] if one.name == "minutes")
    assert (minutes.total, {choice.value: choice.count for choice in minutes.choices}) == (4, {"short": 2, "long": 1})


def test_a_filter_that_leaves_nothing_says_so_and_offers_all(shelf, client):
    page = client.get("/search/", {"q": "申购费", "minutes": "long", "track": "decision"}).content.decode()
    assert "一条也没有" in page
    assert "不筛了，看全部" in page
    assert VainSearch.objects.count() == 0


def test_words_are_marked_and_nothing_typed_is_markup(shelf, client):
    page = client.get("/search/", {"q": "申购费<script>alert(1)</script>"}).content.decode()
    assert "<mark>申购费</mark>" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_passage_shows_where_the_words_stand_when_the_summary_is_silent(course_site, client):
    body = [{"type": "text", "html": "<p>开头。</p><p>凡是<b>&lt;巨额赎回&gt;</b>都可能延期。</p>"}]
    course_site.article(title="别的题目", summary="说的是另一件事。", body=body)
    page = client.get("/search/", {"q": "巨额赎回"}).content.decode()
    assert '<p class="passage">' in page
    assert "<mark>巨额赎回</mark>" in page


@pytest.mark.parametrize(("typed", "meant"), [("fuli", "复利"), ("shengoufei", "申购费"), ("申勾费", "申购费")])
def test_a_correction_says_so(shelf, client, typed, meant):
    page = client.get("/search/", {"q": typed})
    assert page.context["corrected"] == meant
    assert f"没有找到“{typed}”，以下是“<b>{meant}</b>”的结果。" in page.content.decode()
    assert "申购费怎么算" in titles(client, typed)


def test_what_was_found_as_typed_is_not_corrected(shelf, client):
    assert client.get("/search/", {"q": "申購費"}).context["corrected"] == ""
    assert "以下是" not in client.get("/search/", {"q": "申購費"}).content.decode()


def test_the_questions_of_the_help_page_are_found_and_folded_out(client):
    make_info("help")
    hit = next(result for result in found(client, "字太小怎么放大")["results"] if result["type"] == "faq")
    assert hit["title"] == "字太小，怎么放大？"
    path, _mark, anchor = hit["url"].partition("#")
    assert f'<details class="faq" id="{anchor}">' in client.get(path).content.decode()


def test_one_line_adds_a_list_that_is_no_model():
    source = listed_source(
        label="工具",
        entries=lambda: [SearchHit(title="费用计算器", url="/tools/fees/", type="tool", summary="算一年的费用")],
    )
    assert [hit.url for hit in source.search(understand("费用"), False, [])] == ["/tools/fees/"]
    assert list(source.search(understand("定投"), False, [])) == []
    assert list(source.titles()) == ["费用计算器"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_tools_are_found_by_the_words_of_their_pages(client, language):
    with translation.override(language):
        answer = client.get("/search/", {"q": "定投", "format": "json"}).json()
    assert {"title": "定投与一次投入", "url": "/tools/regular-investing/", "type": "tool"} in answer["results"]


def test_nothing_found_helps_and_is_counted_without_a_trace_of_who_asked(shelf, client):
    page = client.get("/search/", {"q": "区块链挖矿"}).content.decode()
    for words in (
        "没有找到“区块链挖矿”",
        "可以这样试",
        "先看看这几课",
        "申购费怎么算",
        'href="/glossary/"',
        'href="/help/now/"',
    ):
        assert words in page
    assert "有人正让您转钱" not in page
    client.get("/search/", {"q": "zhang@example.com"})
    client.get("/search/", {"q": "区块链挖矿", "format": "json"})
    row = VainSearch.objects.get()
    assert (row.words, row.day, row.count) == ("区块链挖矿", timezone.localdate(), 1)
    assert {field.name for field in VainSearch._meta.fields} == {"id", "words", "day", "count"}


@pytest.mark.parametrize("typed", ["老师拉我进群", "钱转账了怎么办", "平台不让提现"])
def test_what_sounds_like_fraud_leads_to_help_at_once(client, typed):
    assert "先停，先看这一页" in client.get("/search/", {"q": typed}).content.decode()


def test_pages_of_results_cost_the_same_with_one_hit_and_with_three(course_site, client, django_assert_num_queries):
    course_site.lesson(title="巨额赎回一", code="D-91", slug="one")
    client.get("/search/", {"q": "巨额赎回"})
    with django_assert_num_queries(_QUERIES):
        assert client.get("/search/", {"q": "巨额赎回"}).context["total"] == 1
    for number in (2, 3):
        course_site.lesson(title=f"巨额赎回{number}", code=f"D-9{number}", slug=f"n{number}")
    client.get("/search/", {"q": "巨额赎回"})
    with django_assert_num_queries(_QUERIES):
        assert client.get("/search/", {"q": "巨额赎回"}).context["total"] == 3


# The count of the limit (two), index, restrictions, lessons and tags (strictly and broadly), and the texts of passages.
_QUERIES = 11


def test_results_are_paged_with_their_filters(course_site, client):
    for number in range(12):
        course_site.article(title=f"申购费{number}", slug=f"a{number}", minutes=4)
    page = client.get("/search/", {"q": "申购费", "minutes": "short", "page": 2})
    assert len(page.context["lines"]) == 2
    assert "minutes=short&amp;page=1" in page.content.decode()
    assert len(client.get("/search/", {"q": "申购费", "page": "999"}).context["lines"]) == 2


GARBAGE = [
    '"', '"未闭合', "((", ")(", "AND", "OR OR", "NOT", "NEAR(基金", "*", "基金*", "^基", "{title}:x", "🙂", "🙂基金🙂", "a" * 2000,
    "基" * 2000, "基金" * 1000, "'; DROP TABLE wagtailcore_page;--", "\x00", "基\x00金", "%", "%s %d {0}", "\\", "“”", "？！。", "-",
    "基", "1", " ", "\u202e基金", "\u200b", "é", "ﷺ" * 50, "１２３", "<b>", "&amp;", "基金 & | ! :*", "\ud83d"[:0], "¿", "ß" * 101,
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(GARBAGE)))
def test_garbage_gets_an_answer(shelf, client, number):
    for form in ("json", ""):
        response = client.get("/search/", {"q": GARBAGE[number], "format": form})
        assert response.status_code == 200
    assert client.get("/search/suggest/", {"q": GARBAGE[number]}).status_code == 200


def test_a_question_without_words_costs_no_query(client, django_assert_num_queries):
    for typed in ("", "?!", "🙂", '"'):
        with django_assert_num_queries(0):
            assert found(client, typed) == {"query": typed, "total": 0, "results": []}


def test_a_long_question_is_cut_and_says_so(shelf, client):
    page = client.get("/search/", {"q": "申购费" + "，" * 2000})
    assert "只看了前 100 个字" in page.content.decode()
    assert page.context["total"] == 4


def test_who_asks_too_often_waits_and_others_do_not(shelf, settings):
    settings.SEARCHES_PER_MINUTE = 3
    first, second = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    answers = [first.get("/search/", {"q": "申购费", "format": "json"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].json()["total"] == 0
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    page = first.get("/search/", {"q": "申购费"})
    assert (page.status_code, "操作太频繁了" in page.content.decode()) == (429, True)
    assert first.get("/search/suggest/", {"q": "申"}).status_code == 429
    assert second.get("/search/", {"q": "申购费"}).status_code == 200


def test_no_answer_is_kept_by_any_cache(shelf, client):
    for path in ("/search/?q=申购费", "/search/suggest/?q=申"):
        assert "no-store" in client.get(path).headers["Cache-Control"]


def test_suggestions_come_from_names_and_headings_that_are_public(shelf, client):
    assert client.get("/search/suggest/?q=申").json() == {
        "suggestions": ["申购费", "申购费怎么算", "申购费再看一遍", "申购费的新规"]
    }
    assert client.get("/search/suggest/?q=shengou").json() == {"suggestions": ["申购费"]}
    assert client.get("/search/suggest/").json() == {"suggestions": []}


def test_suggestions_know_what_was_published_since(shelf, client, django_capture_on_commit_callbacks):
    client.get("/search/suggest/?q=可转")
    with django_capture_on_commit_callbacks(execute=True):
        shelf.term(slug="convertible", term="可转债", pinyin="ke zhuan zhai")
    assert client.get("/search/suggest/?q=可转").json() == {"suggestions": ["可转债"]}


def test_words_are_read_anew_while_the_cache_keeps_no_generation(shelf, client, monkeypatch):
    def down():
        raise ConnectionError

    monkeypatch.setattr("core.pagecache._generation", down)
    assert "申购费" in titles(client, "申购费")
    shelf.term(slug="convertible", term="可转债", pinyin="ke zhuan zhai")
    assert client.get("/search/suggest/?q=可转").json() == {"suggestions": ["可转债"]}


# --- Staff ----------------------------------------------------------------------------------------------------


@pytest.fixture
def editor(settings):
    settings.DEMO = True
    client = Client()
    client.force_login(StaffFactory(role="editor"), backend="accounts.backends.StaffPasswordBackend")
    return client


def test_editors_see_what_was_looked_for_on_three_days_and_not_less(editor):
    today = timezone.localdate()
    for number in range(3):
        VainSearch.objects.create(words="区块链", day=today - timedelta(days=number), count=2)
        VainSearch.objects.create(words="私事", day=today, count=9) if not number else None
    VainSearch.objects.create(words="私事", day=today - timedelta(days=1), count=9)
    page = editor.get("/cms/reports/vain-searches/").content.decode()
    assert "区块链" in page
    assert "私事" not in page
    export = editor.get("/cms/reports/vain-searches/?export=csv")
    rows = b"".join(export.streaming_content).decode()
    assert f"区块链,3,6,{today}" in rows
    assert "私事" not in rows


def test_only_who_writes_texts_sees_them(settings):
    settings.DEMO = True
    for role in ("marketing", "service", "events", "analyst", "reviewer"):
        client = Client()
        client.force_login(StaffFactory(role=role), backend="accounts.backends.StaffPasswordBackend")
        response = client.get("/cms/reports/vain-searches/")
        assert (role, response.status_code, response.headers.get("Location")) in {
            (role, 302, "/cms/"),
            (role, 403, None),
        }


def test_an_editor_teaches_the_search_a_word(editor, shelf, django_capture_on_commit_callbacks):
    assert titles(Client(), "买路钱") == []
    with django_capture_on_commit_callbacks(execute=True):
        response = editor.post("/cms/snippets/core/synonym/add/", {"everyday": "买路钱", "terms": "申购费、赎回费"})
    assert response.status_code == 302
    assert "申购费怎么算" in titles(Client(), "买路钱")
    assert "买路钱" in editor.get("/cms/snippets/core/synonym/").content.decode()


def test_the_first_words_reach_the_lessons(shelf, client):
    import_synonyms()
    cache.clear()
    assert json.dumps(titles(client, "买入"), ensure_ascii=False) != "[]"

"""Pages: where they may stand, what they show, what the cache may keep, how many queries they take."""

import re
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from wagtail.models import Page

from core.errors import PublicationRefusedError
from courses.errors import ContentInvalidError
from courses.pages import (
    ArticleIndexPage,
    ArticlePage,
    ColumnPage,
    CourseIndexPage,
    CoursePage,
    LessonPage,
    TrackPage,
)
from tests.factories.courses import lesson_data

pytestmark = pytest.mark.django_db
LESSON = "/courses/decision/beginner/fund-summary/"


def _get(client, url):
    """Return the response and how many queries it took."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(url)
    return response, len(queries)


# --- The tree -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("model", "parents", "children"),
    [
        (TrackPage, [CourseIndexPage], [CoursePage]),
        (CoursePage, [TrackPage], [LessonPage]),
        (LessonPage, [CoursePage], []),
        (ColumnPage, [ArticleIndexPage], [ArticlePage]),
        (ArticlePage, [ColumnPage], []),
    ],
)
def test_the_tree_contract(model, parents, children):
    assert [parent.__name__ for parent in model.allowed_parent_page_models()] == [parent.__name__ for parent in parents]
    assert [child.__name__ for child in model.allowed_subpage_models()] == [child.__name__ for child in children]


def test_index_pages_stand_below_the_home_page_once(course_site):
    assert CourseIndexPage.can_create_at(course_site.home) is False
    CourseIndexPage.objects.all().delete()
    assert CourseIndexPage.can_create_at(course_site.home) is True
    assert CourseIndexPage.can_create_at(Page.get_first_root_node()) is False


@pytest.mark.parametrize(
    ("model", "slug", "message"),
    [
        (TrackPage, "funds", "decision、allocation、rights"),
        (CoursePage, "easy", "beginner、intermediate、advanced"),
        (ColumnPage, "news", "columns、alerts、policy、cases、recaps"),
    ],
)
def test_slugs_that_addresses_rely_on_are_fixed(course_site, model, slug, message):
    page = model.objects.first()
    page.slug = slug
    with pytest.raises(ValidationError, match=message):
        page.full_clean()


def test_track_and_tier_follow_from_the_place(course_site):
    lesson = course_site.lesson(track="rights", tier="advanced")
    assert (lesson.track, lesson.tier, lesson.url) == ("rights", "advanced", "/courses/rights/advanced/sample-lesson/")


def test_moving_a_lesson_changes_track_and_tier(course_site):
    lesson = course_site.lesson()
    lesson.move(CoursePage.objects.get(url_path__endswith="/rights/advanced/"), pos="last-child")
    lesson.refresh_from_db()
    assert (lesson.track, lesson.tier) == ("rights", "advanced")


def test_a_copied_lesson_is_a_draft_without_the_code(course_site):
    lesson = course_site.lesson()
    copy = lesson.copy(update_attrs={"slug": "copy"}, keep_live=True)
    assert (copy.live, copy.code) == (False, "")


def test_lessons_stand_in_the_order_of_their_codes(course_site):
    for code in ("D-93", "D-91", "D-92"):
        course_site.draft(code=code, slug=code.lower())
    assert list(LessonPage.objects.order_by("path").values_list("code", flat=True)) == ["D-91", "D-92", "D-93"]


# --- Importing ---------------------------------------------------------------------------------------------
def test_importing_again_changes_nothing(course_site):
    first = course_site.demo_lesson("d-03")
    second = course_site.demo_lesson("d-03")
    assert (first.pk, first.live_revision_id) == (second.pk, second.live_revision_id)
    assert LessonPage.objects.count() == 1


def test_importing_a_change_publishes_a_new_revision(course_site):
    first = course_site.lesson()
    second = course_site.lesson(objective="能算出一个数。")
    assert (second.pk, second.objective) == (first.pk, "能算出一个数。")
    assert second.live_revision_id > first.live_revision_id


def test_a_draft_outline_never_overwrites_a_published_lesson(course_site):
    lesson = course_site.lesson()
    course_site.draft(title="提纲")
    lesson.refresh_from_db()
    assert (lesson.live, lesson.title, len(lesson.body)) == (True, "一课|样子", 2)


def test_importing_a_wrong_result_is_refused_and_leaves_nothing(course_site):
    example = {
        "type": "worked_example",
        "caption": "题",
        "assumptions": "假设。",
        "inputs": [{"name": "a", "label": "甲", "value": "1", "unit": ""}],
        "lines": [
            {"name": "b", "label": "乙", "shown": "", "formula": "a+1", "decimals": 0, "result": "3", "unit": ""}
        ],
        "total": {"label": "合计", "formula": "b", "decimals": 0, "result": "2", "unit": ""},
    }
    with pytest.raises(ContentInvalidError, match="D-90 的内容不对：写的是 3，按算式得 2。"):
        course_site.lesson(body=[example])
    assert LessonPage.objects.count() == 0


def test_the_same_person_cannot_import_and_approve(course_site):
    course_site.reviewer = course_site.author
    with pytest.raises(PublicationRefusedError):
        course_site.lesson()
    assert LessonPage.objects.count() == 0


# --- What is shown -------------------------------------------------------------------------------------------
def test_a_lesson_shows_signature_objective_and_every_block(course_site, client):
    course_site.demo_lesson("d-03")
    page = client.get(LESSON).content.decode()
    for words in (
        "作者 林言",
        "审核 周正",
        "2026年11月22日",
        "本课不推荐任何产品。",
        "示例内容，未经机构合规审核。",
        "学完这一课",
        "入门第 1 课，共 1 课",
        "先猜一猜",
        "费用有两种收法",
        "看数据表",
        "贵贱不看净值",
        "只记一句",
        "给自己定一条规则",
        'href="/quizzes/d-03/',
        "出处与核对",
    ):
        assert words in page, words
    assert "style=" not in page
    assert "<script>" not in page
    assert re.findall(r'<h2 id="(s\d)"', page) == ["s1", "s2", "s3", "s4", "s5"]


def test_the_compliance_line_goes_when_the_officer_has_signed(course_site, client, settings):
    course_site.demo_lesson("d-03")
    settings.COMPLIANCE_SIGNED = True
    assert "未经机构合规审核" not in client.get(LESSON).content.decode()


def test_the_answer_to_the_prediction_appears_only_after_a_guess(course_site, client):
    course_site.demo_lesson("d-03")
    before, after, lost = (client.get(LESSON + query).content.decode() for query in ("", "?guess=a", "?guess=z"))
    on_screen = [re.sub(r'<div class="on-paper".*?</div>', "", page, flags=re.DOTALL) for page in (before, after, lost)]
    assert ["这一课算出来" in page for page in on_screen] == [False, True, False]
    assert ["重新猜一次" in page for page in on_screen] == [False, True, False]


def test_on_paper_the_prediction_has_its_answer_and_why_once(course_site, client):
    course_site.demo_lesson("d-03")
    before, after = client.get(LESSON).content.decode(), client.get(LESSON + "?guess=a").content.decode()
    printed = re.search(r'<div class="on-paper"[^>]*>\s*<p><b>这一课算出来</b> (.*?)</p>(.*?)</div>', before, re.DOTALL)
    assert printed
    answer, why = printed.groups()
    assert f"<dd><b>{answer}</b>" in after
    assert len(strip_tags(why).strip()) > 20
    assert after.count(why.strip()) == 1


def test_the_readers_number_redraws_the_figure_without_javascript(course_site, client):
    course_site.demo_lesson("d-03")
    page = client.get(LESSON + "?value=0.7").content.decode()
    assert "209.83" in page
    assert 'value="0.7"' in page


def test_a_number_out_of_bounds_is_kept_and_explained_beside_the_field(course_site, client):
    course_site.demo_lesson("d-03")
    page = client.get(LESSON + "?value=99").content.decode()
    assert "这里可以填 0 到 3。图上先按 3 画。" in page
    assert 'value="99"' in page
    assert 'aria-invalid="true"' in page


def test_typed_markup_is_escaped(course_site, client):
    course_site.demo_lesson("d-03")
    page = client.get(LESSON, {"value": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page


def test_unwritten_lessons_are_listed_without_a_link(course_site, client):
    course_site.lesson()
    course_site.draft(code="D-91", slug="not-yet", title="还没写的课", objective="能做一件事。")
    for url in ("/courses/decision/", "/courses/decision/beginner/"):
        page = client.get(url).content.decode()
        assert ("还没写的课" in page, "能做一件事。" in page, "正在编写" in page) == (True, True, True)
        assert "/not-yet/" not in page
    assert client.get("/courses/decision/beginner/not-yet/").status_code == 404


def test_withdrawn_lessons_are_not_listed(course_site, client):
    course_site.lesson(title="撤下的课").unpublish()
    assert "撤下的课" not in client.get("/courses/decision/beginner/").content.decode()


def test_the_next_lesson_is_the_next_public_one_of_the_track(course_site, client):
    course_site.lesson(code="D-90", slug="first")
    course_site.draft(code="D-91", slug="second")
    course_site.lesson(code="D-92", slug="third", tier="intermediate", title="第三课")
    page = client.get("/courses/decision/beginner/first/").content.decode()
    assert 'class="next" href="/courses/decision/intermediate/third/"' in page
    last = client.get("/courses/decision/intermediate/third/").content.decode()
    assert 'class="next" href="/courses/decision/"' in last


def test_a_lesson_below_a_withdrawn_page_is_not_found(course_site, client):
    course_site.lesson()
    assert client.get("/courses/decision/beginner/sample-lesson/").status_code == 200
    Page.objects.filter(url_path__endswith="/decision/").update(live=False)
    from core import pagecache

    pagecache.purge()
    assert client.get("/courses/decision/beginner/sample-lesson/").status_code == 404


def test_lists_paginate_and_refuse_unknown_pages(course_site, client):
    for place in range(13):
        course_site.draft(code=f"D-{place + 10}", slug=f"d-{place}")
    first = client.get("/courses/decision/beginner/").content.decode()
    assert first.count('class="coming"') == 12
    assert client.get("/courses/decision/beginner/?page=2").content.decode().count('class="coming"') == 1
    for page in ("3", "0", "x", "²", "-1"):
        assert client.get("/courses/decision/beginner/", {"page": page}).status_code == 404


def test_articles_are_listed_newest_first_and_by_column(course_site, client):
    course_site.article(slug="older", title="旧的文章")
    course_site.article(slug="newer", title="新的文章", column="alerts")
    page = client.get("/articles/").content.decode()
    assert page.index("新的文章") < page.index("旧的文章")
    assert "新的文章" not in client.get("/articles/columns/").content.decode()
    assert client.get("/articles/alerts/newer/").status_code == 200
    assert "这一栏还没有文章" in client.get("/articles/recaps/").content.decode()


# --- The cache -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "query", ["", "?guess=b", "?value=0.7", "?guess=b&value=0.7"], ids=["plain", "guess", "value", "both"]
)
def test_a_lesson_is_cached_whole_and_holds_nothing_of_a_person(course_site, client, query):
    course_site.demo_lesson("d-03")
    first = client.get(LESSON + query)
    second = client.get(LESSON + query)
    assert [answer.headers["X-Page-Cache"] for answer in (first, second)] == ["miss", "hit"]
    for answer in (first, second):
        assert "Set-Cookie" not in answer.headers
        assert not answer.cookies
        assert b"csrf" not in answer.content
    assert first.content == second.content
    for told in (first, second):
        told.headers.pop("X-Page-Cache")
    assert first.headers.items() == second.headers.items()
    assert "script-src 'self'" in second.headers["Content-Security-Policy"]


def test_new_style_sheets_mean_new_pages(course_site, client, monkeypatch):
    """A page names them by what they hold: an old page would ask for files that a new release does not have."""
    course_site.demo_lesson("d-03")
    monkeypatch.setattr("core.pagecache.staticfiles_storage", SimpleNamespace(manifest_hash="before"))
    assert [client.get(LESSON).headers["X-Page-Cache"] for _ in range(2)] == ["miss", "hit"]
    monkeypatch.setattr("core.pagecache.staticfiles_storage", SimpleNamespace(manifest_hash="after"))
    assert client.get(LESSON).headers["X-Page-Cache"] == "miss"


@pytest.mark.parametrize("query", ["?value=99", "?value=abc", "?value=0.70", "?guess=zz", "?guess=ab"])
def test_answers_that_no_control_asks_for_do_not_fill_the_cache(course_site, client, query):
    course_site.demo_lesson("d-03")
    answers = [client.get(LESSON + query) for _again in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("X-Page-Cache" not in answer.headers for answer in answers)
    assert answers[0].headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "url", ["/courses/", "/courses/decision/", "/articles/", "/glossary/", "/sitemap.xml", "/robots.txt"]
)
def test_lists_are_cached_for_everyone(course_site, client, url):
    course_site.lesson()
    assert [client.get(url).headers.get("X-Page-Cache") for _again in range(2)] == ["miss", "hit"]


# --- Queries ---------------------------------------------------------------------------------------------------
def test_a_lesson_takes_the_same_few_queries_whatever_its_length(course_site, client):
    course_site.lesson()
    course_site.demo_lesson("d-03")
    blocks = [
        {"type": "section", "title": f"第{place}节", "short": ""}
        if place % 3 == 0
        else {"type": "text", "html": "<p>字</p>"}
        for place in range(120)
    ]
    course_site.lesson(code="D-91", slug="long", body=blocks)
    client.get("/courses/decision/beginner/sample-lesson/?guess=a")  # warms what Wagtail keeps between requests
    short = _get(client, "/courses/decision/beginner/sample-lesson/")[1]
    long = _get(client, "/courses/decision/beginner/long/")[1]
    real = _get(client, LESSON)[1]
    assert short == long
    assert real == short + 3, "the misconceptions, the facts, the alert of its dimensions"
    assert real <= 15  # the terms of the glossary are kept until something is published


@pytest.mark.parametrize("url", ["/courses/", "/courses/decision/", "/courses/decision/beginner/"])
def test_lists_of_lessons_take_as_many_queries_for_three_as_for_one(course_site, client, url):
    course_site.lesson()
    client.get(url + "?tier=x")
    one = _get(client, url)[1]
    course_site.lesson(code="D-91", slug="two")
    course_site.draft(code="D-92", slug="three")
    from core import pagecache

    pagecache.purge()
    assert _get(client, url)[1] == one


def test_the_page_of_all_tracks_names_what_can_be_read_now_easier_first(course_site, client):
    course_site.lesson(code="D-91", slug="harder", tier="advanced")
    course_site.lesson()
    course_site.draft(code="D-92", slug="unwritten")
    context = client.get("/courses/").context
    assert [lesson.slug for lesson in context["lessons"]] == ["sample-lesson", "harder"]


def test_lists_of_articles_take_as_many_queries_for_three_as_for_one(course_site, client):
    course_site.article()
    client.get("/articles/?tier=x")
    one = _get(client, "/articles/")[1]
    course_site.article(slug="two")
    course_site.article(slug="three", column="alerts")
    from core import pagecache

    pagecache.purge()
    assert _get(client, "/articles/")[1] == one


# --- Record and search ----------------------------------------------------------------------------------------
def test_the_published_version_holds_the_words_a_reader_saw(course_site):
    from core.models import PublishedVersion

    lesson = course_site.demo_lesson("d-03")
    version = PublishedVersion.objects.get(object_id=str(lesson.pk))
    for words in ("贵贱不看净值", "147.87", "148", "林言", "一页产品资料概要怎么读"):
        if words != "147.87":
            assert words in version.text
    assert (version.authors, version.approved_by) == ([str(course_site.author.pk)], str(course_site.reviewer.pk))


def test_a_changed_misconception_empties_the_cache(course_site, client, django_capture_on_commit_callbacks):
    from quizzes.models import Misconception

    course_site.demo_lesson("d-03")
    client.get(LESSON)
    with django_capture_on_commit_callbacks(execute=True):
        misconception = Misconception.objects.get(code="D-03-1")
        misconception.correction = "改过的正解。"
        misconception.save()
    answer = client.get(LESSON)
    assert (answer.headers["X-Page-Cache"], "改过的正解" in answer.content.decode()) == ("miss", True)


def test_lesson_data_is_not_shared_between_calls():
    assert lesson_data()["body"] is not lesson_data()["body"]

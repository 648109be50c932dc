"""What else to read, and articles by tag."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import pagecache
from courses.related import related_pages

pytestmark = pytest.mark.django_db


def _titles(page):
    return [item.title for item in related_pages(page)]


def test_tags_count_more_than_dimensions_and_these_more_than_the_column(course_site):
    page = course_site.article(slug="here", tags=["费用", "定投"], dimensions=["fee", "behaviour"])
    course_site.article(slug="column", title="同栏目")
    course_site.lesson(title="一个维度的课", dimensions=["fee"])
    course_site.article(slug="tag", title="一个标签", column="cases", tags=["费用"])
    course_site.lesson(code="D-91", slug="both", title="标签和维度的课", tags=["定投"], dimensions=["behaviour"])
    course_site.article(slug="nothing", title="没关系的", column="policy", tags=["别的"], dimensions=["credit"])
    assert _titles(page) == ["标签和维度的课", "一个标签", "一个维度的课", "同栏目"]


def test_drafts_and_the_page_itself_are_not_offered(course_site):
    page = course_site.lesson(tags=["费用"])
    course_site.draft(code="D-91", slug="draft", tags=["费用"])
    course_site.article(slug="gone", tags=["费用"]).unpublish()
    assert _titles(page) == []


def test_a_dimension_inside_another_name_is_none(course_site):
    from courses.pages import LessonPage

    page = course_site.article(dimensions=["fee"])
    other = course_site.lesson()
    LessonPage.objects.filter(pk=other.pk).update(dimensions=["coffee", "fees"])
    assert _titles(page) == []


def test_what_is_offered_says_what_it_is(course_site):
    page = course_site.article(tags=["费用"])
    lesson = course_site.lesson(tags=["费用"])
    course_site.article(slug="case", column="cases", tags=["费用"])
    found = {item.kind: item for item in related_pages(page)}
    assert set(found) == {"课 · 投资决策 · 入门", "案例"}
    assert (found["课 · 投资决策 · 入门"].url, found["课 · 投资决策 · 入门"].minutes) == (lesson.url, 8)


@pytest.mark.parametrize("count", [1, 3])
def test_one_query_whatever_there_is(course_site, django_assert_num_queries, count):
    page = course_site.article(tags=["费用"], dimensions=["fee"])
    for number in range(count):
        course_site.article(slug=f"other-{number}", tags=["费用"])
    related_pages(page)  # Wagtail keeps where the site's root is
    with django_assert_num_queries(1):
        assert len(related_pages(page)) == count


def test_articles_and_lessons_lead_to_each_other(course_site, client):
    article = course_site.article(tags=["费用"])
    lesson = course_site.lesson(tags=["费用"])
    assert f'href="{lesson.url}"' in client.get(article.url).content.decode()
    assert f'href="{article.url}"' in client.get(lesson.url).content.decode()


# --- Tags -----------------------------------------------------------------------------------------------------
def test_a_tag_of_an_article_lists_the_articles_that_have_it(course_site, client):
    article = course_site.article(title="讲费用的", tags=["费用"])
    course_site.article(slug="other", title="讲别的", tags=["定投"])
    assert '<a href="/articles/?tag=%E8%B4%B9%E7%94%A8">费用</a>' in client.get(article.url).content.decode()
    page = client.get("/articles/?tag=费用").content.decode()
    assert ("讲费用的" in page, "讲别的" in page) == (True, False)


def test_pages_of_a_tag_keep_the_tag(course_site, client, monkeypatch):
    monkeypatch.setattr("courses.pages.articles.ARTICLES_A_PAGE", 1)
    for number in range(2):
        course_site.article(slug=f"a-{number}", tags=["费用"])
    course_site.article(slug="other")
    page = client.get("/articles/?tag=费用").content.decode()
    assert '<a rel="next" href="?tag=%E8%B4%B9%E7%94%A8&amp;page=2">' in page
    assert client.get("/articles/?tag=费用&page=2").status_code == 200
    assert client.get("/articles/?tag=费用&page=3").status_code == 404


def test_a_list_by_tag_is_cached_and_an_unknown_tag_is_not(course_site, client):
    course_site.article(tags=["费用"])
    known = [client.get("/articles/?tag=费用").headers.get("X-Page-Cache") for _again in range(2)]
    unknown = [client.get("/articles/?tag=没有") for _again in range(2)]
    assert known == ["miss", "hit"]
    assert [answer.headers["Cache-Control"] for answer in unknown] == ["private, no-store"] * 2
    page = unknown[0].content.decode()
    assert "没有带“没有”标签的文章" in page
    assert '<meta name="robots" content="noindex">' in page


def test_an_asked_tag_is_escaped(course_site, client):
    page = client.get("/articles/", {"tag": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page


def test_tags_of_several_articles_are_offered_the_commonest_first(course_site, client):
    course_site.article(slug="one", tags=["费用", "定投", "单独"])
    course_site.article(slug="two", tags=["费用", "定投"])
    course_site.article(slug="three", tags=["费用"])
    course_site.article(slug="gone", tags=["单独"]).unpublish()
    context = client.get("/articles/").context
    assert [tag.name for tag in context["tags"]] == ["费用", "定投"]


@pytest.mark.parametrize("query", ["", "?tag=费用"], ids=["all", "tag"])
def test_lists_take_as_many_queries_for_three_as_for_one(course_site, client, query):
    def asked():
        pagecache.purge()
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/articles/" + query).status_code == 200
        return len(queries)

    course_site.article(slug="one", tags=["费用"])
    asked()
    one = asked()
    for slug in ("two", "three"):
        course_site.article(slug=slug, tags=["费用", "定投"], column="cases")
    assert asked() == one

"""Articles by month, and the feeds."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from courses.pages import ArticlePage

pytestmark = pytest.mark.django_db


def _article(course_site, slug, moment, **changes):
    article = course_site.article(slug=slug, title=slug, **changes)
    ArticlePage.objects.filter(pk=article.pk).update(first_published_at=moment)
    return article


@pytest.fixture
def articles(course_site):
    """Three in November in Shanghai, one of them still October in London; one in May."""
    _article(course_site, "may", datetime(2026, 5, 9, tzinfo=UTC))
    _article(course_site, "edge", datetime(2026, 10, 31, 16, 0, tzinfo=UTC))
    _article(course_site, "november", datetime(2026, 11, 20, tzinfo=UTC), column="alerts")
    _article(course_site, "last", datetime(2026, 11, 30, 15, 59, tzinfo=UTC))
    return course_site


def test_the_archive_counts_by_month_in_shanghai(articles, client, django_assert_num_queries):
    with django_assert_num_queries(1):
        context = client.get("/articles/archive/").context
    years = [(year, [(month.first.month, month.count) for month in months]) for year, months in context["years"]]
    assert years == [(2026, [(11, 3), (5, 1)])]


def test_a_month_lists_its_articles_newest_first_and_leads_to_its_neighbours(articles, client):
    answer = client.get("/articles/archive/2026/11/")
    assert [article.slug for article in answer.context["articles"]] == ["last", "november", "edge"]
    page = answer.content.decode()
    assert "2026年11月" in page
    assert 'rel="prev" href="/articles/archive/2026/5/"' in page
    assert 'rel="next"' not in page


@pytest.mark.parametrize("place", ["2026/10/", "2026/13/", "2026/0/", "1/1/", "99999999999999999999/1/"])
def test_a_month_without_articles_is_not_found(articles, client, place):
    assert client.get(f"/articles/archive/{place}").status_code == 404


def test_an_empty_archive_says_where_to_go(course_site, client):
    page = client.get("/articles/archive/").content.decode()
    assert "还没有文章" in page
    assert 'href="/courses/"' in page


def test_archive_and_feeds_are_cached_for_everyone(articles, client):
    for url in ("/articles/archive/", "/articles/archive/2026/11/", "/feeds/articles.xml"):
        assert [client.get(url).headers["X-Page-Cache"] for _again in range(2)] == ["miss", "hit"], url


def test_months_take_as_many_queries_for_three_as_for_one(articles, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for month in (5, 5, 11):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/articles/archive/2026/{month}/?page=1")
        counts.append(len(queries))
        from core import pagecache

        pagecache.purge()
    assert counts[1] == counts[2]


# --- Feeds ----------------------------------------------------------------------------------------------------
def _items(client, url):
    answer = client.get(url)
    assert answer.headers["Content-Type"].startswith("application/rss+xml")
    return ET.fromstring(answer.content)


def test_the_feed_names_the_articles_newest_first(articles, client):
    channel = _items(client, "/feeds/articles.xml").find("channel")
    assert [item.findtext("title") for item in channel.findall("item")] == ["last", "november", "edge", "may"]
    november = channel.findall("item")[1]
    assert november.findtext("link") == "http://testserver/articles/alerts/november/"
    assert november.findtext("category") == "风险提示"
    assert november.findtext("description") == "这一篇讲一件事。"


def test_each_column_has_a_feed_of_its_own(articles, client, settings):
    channel = _items(client, "/feeds/articles/alerts.xml").find("channel")
    assert channel.findtext("title") == f"{settings.SITE_TITLE} · 风险提示"
    assert [item.findtext("title") for item in channel.findall("item")] == ["november"]
    assert client.get("/feeds/articles/news.xml").status_code == 404


def test_lists_name_their_feed(articles, client):
    pages = {url: client.get(url).content.decode() for url in ("/articles/", "/articles/alerts/")}
    assert 'type="application/rss+xml"' in pages["/articles/"]
    assert 'href="/feeds/articles.xml"' in pages["/articles/"]
    assert 'href="/feeds/articles/alerts.xml"' in pages["/articles/alerts/"]

"""The alert of the day: where it stands, what it leaves out, and that it ends at its date whatever a cache holds."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core import pagecache
from courses.alerts import current_alert
from courses.pages import ArticlePage, ColumnPage

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
# The last day of the alert is the 27th: it ends at midnight in Shanghai, 16:00 UTC.
LAST_DAY = date(2026, 11, 27)
END = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def _alert(course_site, **changes):
    data = {
        "slug": "fake-apps",
        "title": "冒充的应用",
        "column": "alerts",
        "dimensions": ["fraud"],
        "alert_line": "有人冒充基金公司发下载链接，不要点",
        "alert_until": LAST_DAY,
    }
    return course_site.article(**{**data, **changes})


def _page(client, url):
    return client.get(url).content.decode()


def test_the_alert_stands_on_lessons_and_articles_that_share_a_dimension(course_site, client):
    alert = _alert(course_site)
    sharing = [
        course_site.lesson(dimensions=["fee", "fraud"]),
        course_site.article(slug="shares", dimensions=["fraud"]),
    ]
    others = [
        alert,
        course_site.lesson(code="D-91", slug="fees", dimensions=["fee"]),
        course_site.article(slug="none", dimensions=[]),
    ]
    assert [page.url for page in sharing if alert.alert_line in _page(client, page.url)] == [
        page.url for page in sharing
    ]
    assert [page.url for page in others if 'class="alert"' in _page(client, page.url)] == []


def test_the_line_leads_to_the_article_and_can_be_put_away_only_by_script(course_site, client):
    alert = _alert(course_site)
    page = _page(client, course_site.lesson(dimensions=["fraud"]).url)
    assert f'<a href="{alert.url}">{alert.alert_line}</a>' in page
    assert f'data-dismiss="{alert.pk}:{alert.alert_line}"' in page
    assert '<button class="close" type="button" hidden>' in page


def test_another_line_is_a_new_alert_and_another_date_is_not(course_site):
    first = current_alert(now=NOW) or (_alert(course_site) and current_alert(now=NOW))
    longer = _alert(course_site, alert_until=LAST_DAY + timedelta(days=9)) and current_alert(now=NOW)
    other = _alert(course_site, alert_line="又有新的说法，先别信") and current_alert(now=NOW)
    assert first.key == longer.key
    assert other.key != first.key


def test_of_several_the_one_published_last_is_shown(course_site, clock):
    _alert(course_site)
    clock.shift(60)
    _alert(course_site, slug="second", alert_line="第二条")
    assert current_alert(now=NOW).line == "第二条"
    clock.shift(60)
    _alert(course_site, alert_line="第一条改过")
    assert current_alert(now=NOW).line == "第一条改过"


@pytest.mark.parametrize(
    ("moment", "shown"),
    [(END - timedelta(seconds=1), True), (END, False), (END + timedelta(days=30), False)],
    ids=["last second", "midnight in Shanghai", "a month later"],
)
def test_it_ends_at_midnight_of_its_last_day(course_site, moment, shown):
    _alert(course_site)
    assert (current_alert(now=moment) is not None) == shown


def test_a_withdrawn_article_warns_of_nothing(course_site):
    _alert(course_site).unpublish()
    assert current_alert(now=NOW) is None


def test_one_query_and_none_for_a_page_without_dimensions(course_site, django_assert_num_queries):
    for number in range(3):
        _alert(course_site, slug=f"alert-{number}", dimensions=["fee"])
    assert current_alert(now=NOW).until == LAST_DAY
    with django_assert_num_queries(1):
        assert current_alert(now=NOW, dimensions=["fraud"]) is None
    with django_assert_num_queries(0):
        assert current_alert(now=NOW, dimensions=[]) is None


# --- The cache ------------------------------------------------------------------------------------------------
def test_a_cached_page_is_not_kept_beyond_the_last_day(course_site, client, clock, settings):
    settings.PAGE_CACHE_SECONDS = 300
    _alert(course_site)
    url = course_site.lesson(dimensions=["fraud"]).url
    clock.move_to(END - timedelta(seconds=40), tick=False)
    answers = [client.get(url), client.get(url)]
    clock.move_to(END, tick=False)
    after = client.get(url)
    assert [answer.headers["X-Page-Cache"] for answer in (*answers, after)] == ["miss", "hit", "miss"]
    assert ['class="alert"' in answer.content.decode() for answer in (*answers, after)] == [True, True, False]
    assert [answer.headers["Cache-Control"] for answer in (*answers, after)] == [
        "public, max-age=0, s-maxage=40",
        "public, max-age=0, s-maxage=40",
        "public, max-age=0, s-maxage=60",
    ]


def test_the_cache_is_left_out_in_the_last_second(course_site, client, clock):
    _alert(course_site)
    url = course_site.lesson(dimensions=["fraud"]).url
    clock.move_to(END - timedelta(milliseconds=500), tick=False)
    assert "X-Page-Cache" not in client.get(url).headers


def test_a_page_with_an_alert_holds_nothing_of_a_person(course_site, client):
    _alert(course_site)
    answer = client.get(course_site.lesson(dimensions=["fraud"]).url)
    assert (answer.headers["X-Page-Cache"], answer.cookies, b"csrf" in answer.content) == ("miss", {}, False)


def test_of_two_moments_the_first_bounds_the_page(rf):
    request = rf.get("/")
    pagecache.keep_until(request, END)
    pagecache.keep_until(request, END - timedelta(hours=1))
    pagecache.keep_until(request, END + timedelta(hours=1))
    assert request.page_cache_until == END - timedelta(hours=1)


# --- What an editor may write ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("column", "changes", "message"),
    [
        ("cases", {}, "只有“风险提示”栏目的文章可以放在这里提示读者。"),
        ("alerts", {"alert_until": None}, "要提示读者，句子和日期都要写"),
        ("alerts", {"alert_line": ""}, "要提示读者，句子和日期都要写"),
        ("alerts", {"alert_line": "长" * 41}, "40"),
    ],
    ids=["another column", "no date", "no line", "too long"],
)
def test_half_an_alert_is_refused(course_site, column, changes, message):
    article = course_site.article(column=column)
    for name, value in {"alert_line": "先停一停", "alert_until": LAST_DAY, **changes}.items():
        setattr(article, name, value)
    with pytest.raises(ValidationError, match=message):
        article.full_clean()


def test_the_database_refuses_a_line_without_an_end(course_site):
    alert = _alert(course_site)
    with pytest.raises(IntegrityError), transaction.atomic():
        ArticlePage.objects.filter(pk=alert.pk).update(alert_until=None)


def test_the_form_of_a_new_article_refuses_the_line_in_another_column(course_site, client):
    client.force_login(course_site.author)
    column = ColumnPage.objects.get(slug="cases")
    data = {"title": "甲", "summary": "乙", "minutes": 3, "alert_line": "一句", "alert_until": "2026-12-01"}
    streams = {f"{name}-count": 0 for name in ("body", "sources")}
    form = ArticlePage.get_edit_handler().get_form_class()(
        {**data, **streams}, instance=ArticlePage(), parent_page=column, for_user=course_site.author
    )
    assert form.is_valid() is False
    assert form.errors["alert_line"] == ["只有“风险提示”栏目的文章可以放在这里提示读者。"]

"""The home page: the question answered in place, the strip of dates, and nothing personal in it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import RequestFactory
from wagtail.models import Site

from edu_site.pages import guessed
from tests.factories.courses import CourseSite
from tests.factories.edu_site import NOW, make_home
from tests.factories.events import EventPageFactory, EventSessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(NOW, tick=False):
        yield


def body(client, address="/"):
    return client.get(address).content.decode()


def test_first_screen_holds_promise_question_and_three_doors(client):
    make_home()

    page = body(client)

    assert '<span class="nb">看懂再决定，</span><span class="nb">这里不卖产品</span>' in page
    assert page.count('type="radio" name="guess"') == 3
    assert [page.count(door) for door in ("我想弄懂", "有人让我转钱", "我要维权")] == [1, 1, 1]


def test_answer_is_not_sent_before_the_guess(client):
    make_home()

    page = body(client)

    assert "148" not in page
    assert 'class="is-answer"' not in page


@pytest.mark.parametrize(
    ("guess", "heading", "other"), [("a", "再看一眼：约", "想到了"), ("c", "想到了：约", "再看一眼")]
)
def test_guess_is_answered_in_place(client, guess, heading, other):
    make_home()

    page = body(client, f"/?guess={guess}")

    assert heading in page
    assert other not in page
    assert page.count('class="is-answer"') == 1
    assert 'type="radio"' not in page


def test_guess_that_is_not_offered_shows_the_question_and_is_not_cached(client):
    make_home()

    response = client.get("/?guess=zz")

    assert 'type="radio"' in response.content.decode()
    assert response.headers["Cache-Control"] == "private, no-store"


def test_answer_page_is_cached_for_everyone(client):
    make_home()

    first, second = client.get("/?guess=a"), client.get("/?guess=a")

    assert [first.headers["X-Page-Cache"], second.headers["X-Page-Cache"]] == ["miss", "hit"]


def test_guessed_without_a_question_is_none():
    assert guessed(None, "a") is None


def test_strip_shows_the_next_four_sessions_in_words(client):
    home = make_home()
    page = EventPageFactory()
    for days in range(1, 7):
        EventSessionFactory(page=page, starts_at=NOW + timedelta(days=days))
    EventSessionFactory(page=page, starts_at=NOW - timedelta(days=1))

    sessions = home.get_context(_request())["sessions"]

    assert [(line.starts_at.day, str(line.weekday), line.city) for line in sessions] == [
        (24, "周二", "上海"),
        (25, "周三", "上海"),
        (26, "周四", "上海"),
        (27, "周五", "上海"),
    ]
    assert [line.seats for line in sessions] == ["还有座位"] * 4


def test_sessions_of_unpublished_pages_stay_away(client):
    home = make_home()
    session = EventSessionFactory(starts_at=NOW + timedelta(days=3))
    type(session.page).objects.filter(pk=session.page.pk).update(live=False)

    assert home.get_context(_request())["sessions"] == []


def test_without_sessions_the_page_says_what_to_do(client):
    make_home()

    assert "眼下没有活动。订阅每月一封信，有了会写在信里。" in body(client)


def test_home_carries_no_token_cookie_or_session(client):
    make_home()

    response = client.get("/")

    assert response.cookies == {}
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert response.headers["X-Page-Cache"] == "miss"


def test_page_does_not_keep_the_query_of_the_visitor_for_whom_it_was_built(client):
    make_home()

    page = body(client, "/?utm_source=li-from-hangzhou")

    assert "li-from-hangzhou" not in page


@pytest.mark.parametrize(
    ("cookies", "attributes"),
    [
        ({}, '<html lang="zh-CN">'),
        ({"theme": "dark"}, '<html lang="zh-CN" data-theme="dark">'),
        ({"size": "xl", "theme": "light"}, '<html lang="zh-CN" data-size="xl" data-theme="light">'),
        ({"size": "9", "theme": "red"}, '<html lang="zh-CN">'),
    ],
)
def test_preferences_stand_on_the_root(client, cookies, attributes):
    make_home()
    client.cookies.load(cookies)

    assert attributes in body(client)


def test_the_alert_of_an_article_goes_before_the_line_written_by_hand_and_ends_by_itself(client):
    home = make_home()
    site = CourseSite()
    by_hand = home.alert_text
    article = site.article(column="alerts", alert_line="冒充的应用又来了", alert_until=date(2026, 11, 24))

    shown = [body(client)]
    with time_machine.travel(datetime(2026, 11, 24, 16, 0, tzinfo=UTC), tick=False):
        shown.append(body(client))

    assert [(by_hand in page, "冒充的应用又来了" in page) for page in shown] == [(False, True), (True, False)]
    assert f'<a href="{article.url}">冒充的应用又来了</a>' in shown[0]


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_sessions(client, count, django_assert_num_queries):
    home = make_home()
    for days in range(count):
        EventSessionFactory(starts_at=NOW + timedelta(days=days + 1))
    request = _request()
    home.get_context(request)

    with django_assert_num_queries(6):
        home.get_context(request)


def _request():
    request = RequestFactory().get("/")
    request._wagtail_site = Site.find_for_request(request)
    return request

"""The demo loads whole, holds its invariants, and keeps the page cache free of anyone's data."""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from accounts.models import ContactPoint, User
from core.models import PublishedVersion
from core.registries import invariants
from courses.enums import Tier
from courses.models import Certificate, Drill, TierTest
from courses.pages import LessonPage
from courses.paths.queries import shown_paths
from courses.references import reference_to
from edu_site.demo.loading import CONTENT, is_loaded, load_demo_content
from messaging.models import Delivery
from quizzes.exporting import exported_files
from quizzes.models import Quiz, QuizAttempt
from tests.edu_site.search_judging import SHARES, judge, queries_of
from tests.factories.courses import read_content
from tests.factories.edu_site import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _loaded(django_db_setup, django_db_blocker):
    """The demo, loaded once for all tests of this file: each of them runs in a savepoint within this transaction."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "DEMO", True)
        load_demo_content(now=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(_loaded, db, monkeypatch):
    monkeypatch.setattr(settings, "DEMO", True)


def _public_paths():
    pages = [page.url for page in Page.objects.live().filter(depth__gt=1).specific() if page.url]
    return [*pages, "/glossary/", "/drills/", "/drills/counter-pressure/", "/drills/down-twenty/", "/drills/hot-fund/", "/drills/mentor-group/", "/paths/", "/paths/elders/", "/paths/first-lessons/", "/quizzes/", "/quizzes/d-03/", "/newsletters/", "/events/past/", "/feeds/lessons.xml",
            "/sitemap.xml", "/robots.txt", "/events/calendar.ics"]  # fmt: skip


def test_the_demo_is_whole_and_loading_it_again_changes_nothing(demo, now):
    assert is_loaded() is True
    assert [violation for _name, check in invariants for violation in check()] == []
    assert LessonPage.objects.count() == 36
    written = sorted(path.stem.upper() for path in (CONTENT / "lessons").glob("?-??.toml"))
    assert sorted(LessonPage.objects.live().values_list("code", flat=True)) == written
    assert not LessonPage.objects.filter(track="").exists()
    drills = ["counter-pressure", "down-twenty", "hot-fund", "mentor-group", "pay-first", "screen-share"]
    assert sorted(Drill.objects.filter(live=True).values_list("slug", flat=True)) == drills
    paths = {path.slug: len(path.steps) for path in shown_paths()}
    assert paths == {"elders": 6, "first-lessons": 7, "regular-investing": 7, "rights-guide": 6}
    assert Delivery.objects.count() == 0
    of_lessons = Quiz.objects.filter(draw_count__isnull=True)
    assert {quiz.slug.upper(): quiz.questions.count() for quiz in of_lessons} == dict.fromkeys(written, 5)
    tests = {test.tier: test.quiz for test in TierTest.objects.select_related("quiz")}
    assert {tier: (quiz.live, quiz.draw_count, quiz.problem()) for tier, quiz in tests.items()} == dict.fromkeys(
        Tier.values, (True, 20, "")
    )
    certificate = Certificate.objects.get()
    assert (certificate.user.contact_points.get().value, certificate.attempt.score) == ("investor2@example.com", 17)
    assert {version.approved_by for version in PublishedVersion.objects.all()} == {
        str(User.objects.get(email="reviewer@example.com").pk)
    }
    counted = (Page, PublishedVersion, User, Certificate, QuizAttempt)
    before = [model.objects.count() for model in counted]
    load_demo_content(now=now)
    assert [model.objects.count() for model in counted] == before


def test_no_cached_page_carries_a_token_a_cookie_or_anyones_data(demo):
    """Every public page is visited by a signed-in investor first, so that whatever could leak would be stored."""
    investor = User.objects.filter(is_staff=False, contact_points__isnull=False).first()
    investor.display_name = "独一无二的称呼"
    investor.save()
    contact = ContactPoint.objects.filter(user=investor).first()
    signed_in, guest = Client(), Client()
    signed_in.force_login(investor, backend="django.contrib.auth.backends.ModelBackend")
    stored = 0
    for path in _public_paths():
        first = signed_in.get(path)
        second = guest.get(path)
        assert (path, first.status_code, second.status_code) == (path, 200, 200)
        if second.headers.get("X-Page-Cache") != "hit":
            continue
        stored += 1
        body = second.content.decode()
        assert second.content == first.content
        assert (path, second.cookies.output()) == (path, "")
        assert not re.search("csrfmiddlewaretoken|独一无二的称呼|sessionid", body), path
        assert contact.value not in body
        assert contact.masked not in body
    assert stored > 30


def test_every_public_page_has_a_strict_policy_and_nothing_that_breaks_it(demo):
    client = Client()
    for path in [*_public_paths(), "/search/?q=基金", "/newsletters/subscribe/", "/accounts/login/", "/j",
                 "/events/fee-salon-shanghai/register/", "/quizzes/d-03/start/", "/nowhere/"]:  # fmt: skip
        response = client.get(path)
        policy = response.headers["Content-Security-Policy"]
        assert (path, "unsafe" in policy, "default-src 'self'" in policy) == (path, False, True)
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        if not response.headers["Content-Type"].startswith("text/html"):
            continue
        body = response.content.decode()
        assert (
            re.findall(
                r"<script(?![^>]*\ssrc=)(?! type=\"application/ld\+json\")[^>]*>|\sstyle=\"|\son[a-z]+=\"|javascript:",
                body,
            )
            == []
        ), path
        elsewhere = re.findall(r"<(?:script|link|img|iframe|source)[^>]+(?:src|href)=\"(https?://[^\"]+)", body)
        assert [url for url in elsewhere if not url.startswith(settings.BASE_URL)] == [], path


def test_an_uncached_lesson_asks_twelve_queries_whatever_it_holds(demo):
    client = Client()
    counts = {}
    for lesson in LessonPage.objects.live():
        # What nobody knows steps aside of the cache; the first one learns what is asked once a publication.
        address = urlsplit(lesson.url).path + "?fresh=1"
        counts or client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts[lesson.code] = len(queries)
    assert len(counts) == 36
    assert {code: count for code, count in counts.items() if count > 12} == {}


DRILLS_IN_LESSONS = {"R-03": "mentor-group", "D-07": "down-twenty"}


def test_two_lessons_lead_to_a_drill_where_it_teaches_and_not_again_at_the_end(demo, client):
    """What was recorded as published shows it too: the drill was public before its lesson, on the first load."""
    for code, slug in DRILLS_IN_LESSONS.items():
        lesson, drill = LessonPage.objects.get(code=code), Drill.objects.get(slug=slug)
        page = client.get(lesson.url).content.decode()
        panel = page[page.index('<section class="panel drill-panel">') :]
        assert (code, page.count(f'href="/drills/{slug}/"')) == (code, 1)
        assert panel.index(f'href="/drills/{slug}/"') < panel.index("</section>")
        assert code in drill.lessons.values_list("code", flat=True)
        recorded = PublishedVersion.objects.filter(content_type__model="lessonpage", object_id=str(lesson.pk)).earliest(
            "pk"
        )
        assert str(drill) in recorded.text


def test_the_whole_bank_is_exported_as_it_was_written_twins_included(demo):
    exported = dict(exported_files(reference=reference_to))
    assert sorted(exported) == sorted(path.stem for path in (CONTENT / "quizzes").glob("*.toml"))
    twins = 0
    for name, data in exported.items():
        written = read_content(f"quizzes/{name}.toml")
        assert (data["lesson"], data["pass_mark"]) == (written["lesson"], written["pass_mark"])
        for part in ("questions", "twins"):
            said = [
                [(row["code"], row.get("twin_of"), row["ask"], row.get("section")) for row in file.get(part, [])]
                for file in (data, written)
            ]
            assert said[0] == said[1]
        twins += len(data["twins"])
    assert twins > 100


def test_staff_browsers_bypass_the_cache(demo):
    client = Client()
    client.get("/")
    assert client.get("/").headers["X-Page-Cache"] == "hit"
    client.cookies["staff"] = "1"
    assert "X-Page-Cache" not in client.get("/").headers


def test_each_mode_has_its_own_cached_page(demo):
    bodies = set()
    for cookies in ({}, {"size": "l"}, {"size": "xl"}, {"theme": "dark"}, {"lang": "en"}):
        client = Client()
        for name, value in cookies.items():
            client.cookies[name] = value
        client.get("/help/now/")
        again = client.get("/help/now/")
        assert again.headers["X-Page-Cache"] == "hit"
        bodies.add(again.content)
    assert len(bodies) == 5


ASKED = {
    "申购费": "一页产品资料概要怎么读",
    "分散投资": "买了八只，算分散了吗",
    "群里老师荐股能信吗": "小额能提现，为什么还是骗局",
    "為什麼還是騙局": "小额能提现，为什么还是骗局",
    "手续费怎么算": "一页产品资料概要怎么读",
    "费用沙龙": "费用沙龙：一页纸上的四个数",
    "最大回撤": "最大回撤",
    "我要投诉": "投诉",
    "季报持仓": "季报里的持仓，是哪一天的持仓",
    "验证码": "验证码",
    "导师讲投资的群": "“导师”群里，先让您取回一点",
    "一个月跌了两成": "一个月，跌了两成",
}
GARBAGE = ['"', "((", "AND", "*", "🙂", "a" * 3000, "'; DROP TABLE", "\x00", "NEAR(", "基金 OR", "“", "-", "^基"]


def test_search_finds_what_people_ask_for_and_answers_garbage(demo, client):
    missed = {}
    for query, expected in ASKED.items():
        found = client.get("/search/", {"q": query, "format": "json"}).json()
        titles = [result["title"] for result in found["results"][:5]]
        if not any(expected in title for title in titles):
            missed[query] = titles
        assert found["query"] == query
        assert found["total"] >= len(found["results"])
    assert missed == {}
    for query in GARBAGE:
        assert client.get("/search/", {"q": query}).status_code == 200
        assert client.get("/search/", {"q": query, "format": "json"}).json()["total"] >= 0


def test_load_demo_is_refused_where_demo_is_not_set(monkeypatch):
    monkeypatch.setattr(settings, "DEMO", False)
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demo")


@pytest.mark.parametrize("name", SHARES)
def test_the_right_lesson_is_among_the_first_five(demo, client, name):
    paths = {lesson.code: lesson.url for lesson in LessonPage.objects.live().defer("body", "sources")}
    judged, missed = judge(client, paths, queries_of(name))
    assert 1 - len(missed) / len(judged) >= SHARES[name], missed

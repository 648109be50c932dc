"""Kept fragments: for one session, until its reader changes something, signs out, or something is published."""

import time

import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.dummy import DummyCache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core import pagecache
from courses.actions.progress import record_progress
from courses.learning import views
from courses.models import LessonProgress
from tests.courses.learning.conftest import FETCH, three_sections
from tests.factories.accounts import InvestorFactory

pytestmark = pytest.mark.django_db
CODE = "accounts.backends.ContactCodeBackend"


@pytest.fixture
def lesson(course_site):
    return course_site.lesson(**three_sections())


@pytest.fixture
def address(lesson):
    return f"/courses/progress/{lesson.pk}/"


@pytest.fixture
def learner():
    return InvestorFactory()


def browser_of(user):
    """Return a browser in which ``user`` is signed in and that has its token, as after a first page."""
    browser = Client()
    browser.force_login(user, backend=CODE)
    browser.get("/courses/progress/merge/")
    return browser


def ask(browser, address, **headers):
    return browser.get(address, headers={**FETCH, **headers})


def kept_in(user, address):
    """Return a browser for which the fragment is kept."""
    browser = browser_of(user)
    # The first answer brings the cookie of the token; what is kept belongs to it.
    ask(browser, address)
    ask(browser, address)
    assert ask(browser, address).headers["X-Page-Cache"] == "own"
    return browser


def is_kept(browser, address):
    return ask(browser, address).headers.get("X-Page-Cache") == "own"


def test_a_kept_fragment_is_the_same_and_asks_no_database(learner, address):
    browser = browser_of(learner)
    ask(browser, address)
    built = ask(browser, address)
    with CaptureQueriesContext(connection) as queries:
        kept = ask(browser, address)
    assert len(queries) == 0
    assert kept.content == built.content
    headers = {name: value for name, value in kept.headers.items() if name != "X-Page-Cache"}
    assert headers == dict(built.headers)
    assert "no-store" in headers["Cache-Control"]
    assert "Content-Security-Policy" in headers


def test_its_forms_are_taken(learner, lesson, address):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(learner, backend=CODE)
    ask(browser, address)
    ask(browser, address)
    kept = ask(browser, address)
    assert kept.headers["X-Page-Cache"] == "own"
    token = kept.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    answer = browser.post(
        "/courses/progress/", {"lesson": lesson.pk, "finished": "1", "csrfmiddlewaretoken": token}, headers=FETCH
    )
    assert answer.status_code == 200
    assert LessonProgress.objects.get(user=learner).finished_at is not None


def test_what_the_reader_changes_on_another_device_is_seen(learner, lesson, address):
    phone, desk = kept_in(learner, address), browser_of(learner)
    assert "标记为学完" in ask(phone, address).content.decode()
    desk.post("/courses/progress/", {"lesson": lesson.pk, "finished": "1", "quiet": "1"})
    assert "标记为学完" not in ask(phone, address).content.decode()


def test_one_readers_change_leaves_what_is_kept_for_others(learner, lesson, address):
    other = InvestorFactory()
    browser = kept_in(learner, address)
    browser_of(other).post("/courses/progress/", {"lesson": lesson.pk, "finished": "1"})
    assert is_kept(browser, address)


def test_nobody_gets_what_is_kept_for_somebody_else(learner, lesson, address, now):
    record_progress(user=learner, lesson_id=lesson.pk, now=now, finished=True)
    kept_in(learner, address)
    other = browser_of(InvestorFactory())
    assert "标记为学完" in ask(other, address).content.decode()
    assert ask(Client(), address).status_code == 204
    forged = Client()
    forged.cookies["sessionid"] = "x" * 32
    assert ask(forged, address).status_code == 204


def test_signing_out_ends_it_for_the_old_cookie(learner, address, django_capture_on_commit_callbacks):
    browser = kept_in(learner, address)
    session = browser.cookies["sessionid"].value
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = session
    thief.cookies["csrftoken"] = browser.cookies["csrftoken"].value
    assert ask(thief, address).status_code == 204


@pytest.mark.parametrize("change", ["closed", "password", "deleted"])
def test_a_closed_or_changed_account_ends_it(learner, address, change, django_capture_on_commit_callbacks):
    browser = kept_in(learner, address)
    with django_capture_on_commit_callbacks(execute=True):
        if change == "deleted":
            User.objects.get(pk=learner.pk).delete()
        else:
            learner.is_active = change != "closed"
            learner.set_password("Ein-anderes-Wort-2026")
            learner.save()
    assert ask(browser, address).status_code == 204


def test_publishing_ends_it(learner, address):
    browser = kept_in(learner, address)
    pagecache.purge()
    assert not is_kept(browser, address)


def test_a_change_while_it_is_built_is_not_lost(learner, lesson, address, monkeypatch):
    """The other device writes after this one has read and before it keeps what it read."""
    phone, desk = browser_of(learner), browser_of(learner)
    ask(phone, address)
    original = views.lesson_state

    def slow(user, shown):
        state = original(user, shown)
        desk.post("/courses/progress/", {"lesson": lesson.pk, "finished": "1", "quiet": "1"})
        return state

    monkeypatch.setattr(views, "lesson_state", slow)
    assert "标记为学完" in ask(phone, address).content.decode()
    monkeypatch.undo()
    assert "标记为学完" not in ask(phone, address).content.decode()


@pytest.mark.parametrize(
    ("cookies", "headers"),
    [({"lang": "en"}, {}), ({"size": "xl"}, {}), ({"theme": "dark"}, {}), ({"staff": "1"}, {})],
    ids=["language", "size", "colours", "staff"],
)
def test_other_wishes_are_other_fragments_and_staff_have_none(learner, address, cookies, headers):
    browser = kept_in(learner, address)
    for name, value in cookies.items():
        browser.cookies[name] = value
    assert not is_kept(browser, address)
    if "staff" in cookies:
        assert not is_kept(browser, address)


def test_a_plain_link_and_an_unknown_parameter_are_built_each_time(learner, address):
    browser = kept_in(learner, address)
    assert "X-Page-Cache" not in browser.get(address).headers
    assert not is_kept(browser, address + "?x=1")
    assert not is_kept(browser, address + "?x=1")


def test_the_link_of_a_guest_with_a_session_is_not_kept(client):
    session = client.session
    session["pending"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    for path in ("/courses/", "/events/"):
        answer = ask(client, "/me/fragment/header/", Referer=f"http://testserver{path}")
        assert f"next=%2F{path.strip('/')}%2F" in answer.content.decode()
    assert not is_kept(client, "/me/fragment/header/")


def test_every_fragment_of_a_page_is_kept(learner, lesson, course_site):
    browser = browser_of(learner)
    parent = lesson.get_parent()
    for path in ("/me/fragment/header/", f"/courses/progress/marks/{parent.pk}/", f"/courses/progress/{lesson.pk}/"):
        ask(browser, path)
        ask(browser, path)
        assert is_kept(browser, path), path


def test_a_cache_that_forgets_or_is_down_means_a_fresh_fragment(learner, address, monkeypatch):
    browser = kept_in(learner, address)
    cache.delete(f"reader:{learner.pk}")
    assert not is_kept(browser, address)
    assert is_kept(browser, address)
    monkeypatch.setattr("core.fragments.cache", DummyCache("", {}))
    for _ in range(2):
        answer = ask(browser, address)
        assert answer.status_code == 200
        assert "X-Page-Cache" not in answer.headers


def test_ten_minutes_are_the_bound(learner, lesson, address, now, monkeypatch):
    browser = kept_in(learner, address)
    # Nothing of the site writes past ``forget_reader`` and the forms; a hand in the database does.
    LessonProgress.objects.create(
        user=learner, lesson=lesson, lesson_title="x", started_at=now, updated_at=now, finished_at=now
    )
    assert "标记为学完" in ask(browser, address).content.decode()
    clock = time.time
    monkeypatch.setattr("django.core.cache.backends.locmem.time.time", lambda: clock() + 601)
    assert "标记为学完" not in ask(browser, address).content.decode()


@pytest.fixture(autouse=True)
def _no_fragments():
    caches["fragments"].clear()
    yield
    caches["fragments"].clear()

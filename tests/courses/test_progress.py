"""Progress: one row a learner and lesson, a plain form and a fragment."""

from datetime import timedelta

import pytest

from courses.actions.progress import record_progress
from courses.errors import LessonUnavailableError
from courses.learning.queries import desk_context
from courses.models import LessonProgress
from tests.factories.accounts import InvestorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(course_site):
    return course_site.lesson()


@pytest.fixture
def learner(client):
    user = InvestorFactory()
    client.force_login(user, backend="accounts.backends.ContactCodeBackend")
    return user


def test_posting_twice_stores_one_row_and_keeps_the_first_finish(lesson, now):
    user = InvestorFactory()
    record_progress(user=user, lesson_id=lesson.pk, now=now, anchor="s1", finished=True)
    record_progress(user=user, lesson_id=lesson.pk, now=now + timedelta(hours=1), anchor="s2", finished=True)
    row = LessonProgress.objects.get()
    assert (row.last_anchor, row.finished_at, row.updated_at) == ("s2", now, now + timedelta(hours=1))


def test_an_unknown_anchor_is_not_stored(lesson, now):
    assert record_progress(user=InvestorFactory(), lesson_id=lesson.pk, now=now, anchor="x<script>").last_anchor == ""


def test_a_lesson_that_is_not_public_takes_no_progress(course_site, now):
    draft = course_site.draft()
    with pytest.raises(LessonUnavailableError, match="这一课现在没有公开。"):
        record_progress(user=InvestorFactory(), lesson_id=draft.pk, now=now)
    assert LessonProgress.objects.count() == 0


def test_the_plain_form_marks_a_lesson_as_finished(lesson, learner, client):
    page = client.get(f"/courses/progress/{lesson.pk}/").content.decode()
    assert "标记为学完" in page
    answer = client.post("/courses/progress/", {"lesson": lesson.pk, "finished": "1"}, follow=True)
    assert "学完</p>" in answer.content.decode()
    assert LessonProgress.objects.get(user=learner).finished_at is not None


def test_visitors_get_no_fragment_and_a_plain_link_leads_to_signing_in(lesson, client):
    address = f"/courses/progress/{lesson.pk}/"
    assert client.get(address, headers={"X-Requested-With": "fetch"}).status_code == 204
    assert client.get(address).headers["Location"] == f"/accounts/login/?next=%2Fcourses%2Fprogress%2F{lesson.pk}%2F"
    posted = client.post("/courses/progress/", {"lesson": lesson.pk})
    assert posted.headers["Location"] == f"/accounts/login/?next=%2Fcourses%2Fprogress%2F{lesson.pk}%2F"
    assert LessonProgress.objects.count() == 0


def test_personal_answers_are_never_cached(lesson, learner, client):
    answer = client.get(f"/courses/progress/{lesson.pk}/", headers={"X-Requested-With": "fetch"})
    assert "no-store" in answer.headers["Cache-Control"]
    assert "X-Page-Cache" not in answer.headers


def test_nonsense_is_refused_without_a_row(lesson, learner, client):
    assert client.post("/courses/progress/", {"lesson": "x"}).status_code == 400
    assert client.post("/courses/progress/", {"lesson": 999_999}).status_code == 404
    assert client.post("/courses/progress/", {"lesson": "9" * 30}).status_code == 400
    assert client.get(f"/courses/progress/{'9' * 30}/").status_code == 404
    assert client.get("/courses/progress/").status_code == 405
    assert LessonProgress.objects.count() == 0


def test_the_desk_shows_unfinished_lessons_first(course_site, lesson, now):
    user = InvestorFactory()
    other = course_site.lesson(code="D-91", slug="other")
    record_progress(user=user, lesson_id=lesson.pk, now=now, anchor="s1")
    record_progress(user=user, lesson_id=other.pk, now=now + timedelta(hours=1), finished=True)
    assert [row.lesson_id for row in desk_context(user, now)["progress"]] == [lesson.pk, other.pk]


def test_the_desk_links_to_the_place_where_the_reader_stopped(lesson, learner, client, now):
    record_progress(user=learner, lesson_id=lesson.pk, now=now, anchor="s1")
    assert f'href="{lesson.url}#s1"' in client.get("/me/").content.decode()

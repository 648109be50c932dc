"""说清楚了吗？ One answer a reader and lesson, without an account or script; staff see counts from five on."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.actions.clarity import answer_clarity, purge_guest_answers
from courses.learning import clarity_views
from courses.models import ClarityAnswer
from courses.tasks import purge_guest_answers_task
from tests.courses.learning.conftest import FETCH, three_sections
from tests.factories.accounts import InvestorFactory, StaffFactory

pytestmark = pytest.mark.django_db
REPORT = "/cms/reports/lesson-feedback/"


def _answers():
    return list(ClarityAnswer.objects.values_list("answer", "block", "user"))


@pytest.fixture
def cms(course_site, settings):
    settings.DEMO = True

    def sign_in(role):
        client = Client()
        client.force_login(StaffFactory(role=role), backend="accounts.backends.StaffPasswordBackend")
        return client

    return sign_in


def test_the_lesson_asks_without_a_session_and_the_page_stays_cached(lesson, client):
    page = client.get(lesson.url)
    assert "这一课说清楚了吗？" in page.content.decode()
    assert (page.headers["X-Page-Cache"], bool(page.cookies)) == ("miss", False)


def test_a_guest_answers_by_a_small_page_and_a_change_takes_its_place(lesson, blocks, client):
    address = f"/courses/clarity/{lesson.pk}/"
    asked = client.get(address + "?answer=partly").content.decode()
    assert ("csrfmiddlewaretoken" in asked, 'value="partly"' in asked, "第三节" in asked) == (True, True, True)
    for _time in range(2):
        client.post(address, {"answer": "clear", "block": blocks[0]})
    assert _answers() == [("clear", "", None)]
    done = client.post(address, {"answer": "partly", "block": blocks[2]}, follow=True)
    assert "记下了" in done.content.decode()
    assert _answers() == [("partly", blocks[2], None)]
    assert ClarityAnswer.objects.get().revision_id == lesson.live_revision_id
    Client().post(address, {"answer": "unclear"})
    assert ClarityAnswer.objects.count() == 2


def test_csrf_is_asked_for(lesson):
    assert (
        Client(enforce_csrf_checks=True).post(f"/courses/clarity/{lesson.pk}/", {"answer": "clear"}).status_code == 403
    )


@pytest.mark.parametrize("given", [{}, {"answer": "perhaps"}, {"answer": "partly"}, {"answer": "partly", "block": "x"}])
def test_no_answer_or_no_section_is_refused_in_words(lesson, client, given):
    answer = client.post(f"/courses/clarity/{lesson.pk}/", given)
    assert answer.status_code == 422
    assert "出错：" in answer.content.decode()
    assert _answers() == []


def test_too_many_answers_from_one_address_are_refused(lesson, client, monkeypatch):
    monkeypatch.setattr(clarity_views, "ANSWERS", clarity_views.limits.Limit(1, clarity_views.ANSWERS.window))
    client.post(f"/courses/clarity/{lesson.pk}/", {"answer": "clear"})
    late = client.post(f"/courses/clarity/{lesson.pk}/", {"answer": "unclear"}, headers=FETCH)
    assert (late.status_code, "操作太频繁了" in late.content.decode()) == (429, True)
    assert _answers() == [("clear", "", None)]


def test_unknown_lessons_are_not_found(course_site, client):
    for pk in (course_site.draft().pk, 999_999, "9" * 30):
        assert client.post(f"/courses/clarity/{pk}/", {"answer": "clear"}).status_code == 404


def test_who_signs_in_keeps_the_later_of_two_answers(course_site, lesson, client):
    other = course_site.lesson(**three_sections(code="D-91", slug="other"))
    user = InvestorFactory()
    answer_clarity(lesson_id=lesson.pk, user=user, visitor="", answer="unclear", now=lesson.first_published_at)
    for page in (lesson, other):
        client.post(f"/courses/clarity/{page.pk}/", {"answer": "clear"})
    client.force_login(user, backend="accounts.backends.ContactCodeBackend")
    assert sorted(_answers()) == [("clear", "", user.pk)] * 2


def test_what_a_guest_answered_goes_after_a_year_and_what_an_account_answered_stays(lesson, now, settings):
    user = InvestorFactory()
    for days, visitor in ((366, "old"), (364, "newer"), (366, "changed")):
        answer_clarity(lesson_id=lesson.pk, user=None, visitor=visitor, answer="clear", now=now - timedelta(days=days))
    answer_clarity(lesson_id=lesson.pk, user=user, visitor="", answer="clear", now=now - timedelta(days=999))
    # Whoever answers again has answered then.
    answer_clarity(lesson_id=lesson.pk, user=None, visitor="changed", answer="unclear", now=now)
    assert settings.CELERY_BEAT_SCHEDULE["courses.purge_guest_answers"]["task"] == purge_guest_answers_task.name
    with time_machine.travel(now, tick=False):
        purge_guest_answers_task()
    assert sorted(ClarityAnswer.objects.values_list("visitor", "user")) == [
        ("", user.pk), ("changed", None), ("newer", None),
    ]  # fmt: skip
    assert purge_guest_answers(now=now) == 0


def _ask(lesson, now, answers):
    for answer, block in answers:
        answer_clarity(lesson_id=lesson.pk, user=InvestorFactory(), visitor="", answer=answer, block=block, now=now)


def test_editors_and_reviewers_see_counts_from_five_answers_on(course_site, lesson, blocks, cms, now):
    few = course_site.lesson(**three_sections(code="D-91", slug="few", title="答得少的课"))
    _ask(lesson, now, [("clear", "")] * 3 + [("partly", blocks[1])] * 2 + [("unclear", "")])
    _ask(few, now, [("clear", "")] * 4)
    for role in ("editor", "reviewer"):
        page = cms(role).get(REPORT).content.decode()
        assert ("6 份，50% 清楚" in page, "第二节" in page, "答得少的课" in page) == (True, True, False)
    assert "课程反馈" in cms("editor").get(f"/cms/pages/{lesson.pk}/edit/").content.decode()
    assert cms("events").get(REPORT).status_code != 200
    course_site.lesson(**three_sections(objective="能算出一个数。"))
    page = cms("editor").get(REPORT).content.decode()
    assert ("不足 5 份，先不显示" in page, "6 份，50% 清楚" in page) == (True, True)


def test_the_report_takes_as_many_queries_for_three_lessons_as_for_one(course_site, lesson, cms, now):
    editor = cms("editor")
    _ask(lesson, now, [("clear", "")] * 5)
    editor.get(REPORT)

    def count():
        with CaptureQueriesContext(connection) as queries:
            editor.get(REPORT)
        return len(queries)

    before = count()
    for number in (1, 2):
        _ask(course_site.lesson(**three_sections(code=f"D-9{number}", slug=f"o{number}")), now, [("clear", "")] * 5)
    assert count() == before

"""What quizzes gives to the rest of the site: desk, privacy centre, invariants."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.registries import desk_panels, invariants, personal_data_providers, role_permissions
from quizzes.models import QuizAttempt, Response
from tests.factories.accounts import InvestorFactory
from tests.factories.quizzes import make_attempt, make_content, make_quiz

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def _violations() -> list[str]:
    return [sentence for name, check in invariants if name.startswith("quizzes.") for sentence in check()]


def test_invariants_hold_for_what_the_actions_write() -> None:
    quiz = make_quiz()
    make_attempt(quiz, right=[True])
    make_attempt(quiz, right=[True, False, True])

    assert _violations() == []


def test_invariants_find_a_wrong_score() -> None:
    attempt = make_attempt(make_quiz(), right=[True, False, True])
    QuizAttempt.objects.filter(pk=attempt.pk).update(score=3)

    assert _violations() == [f"attempt {attempt.pk} says 3 right, its answers say 2"]


def test_invariants_find_an_answer_marked_against_its_options() -> None:
    attempt = make_attempt(make_quiz(), right=[True])
    response = Response.objects.get()
    Response.objects.update(correct=False)

    assert _violations() == [f"response {response.pk} is marked False against its options"]
    assert attempt.finished_at is None


def test_invariants_find_an_attempt_that_lost_a_question() -> None:
    attempt = make_attempt(make_quiz())
    attempt.places.filter(position=3).delete()

    assert _violations() == [f"attempt {attempt.pk} froze 2 questions and says 3"]


def test_export_has_the_answers_of_this_person_only() -> None:
    reader = InvestorFactory()
    quiz = make_quiz()
    make_attempt(quiz, user=reader, right=[True])
    make_attempt(quiz, user=InvestorFactory(), right=[False, False, False])

    exported = personal_data_providers.get("quizzes").export(reader)

    assert [attempt["quiz"] for attempt in exported["attempts"]] == [quiz.title]
    assert [(answer["question"], answer["chosen"]) for answer in exported["attempts"][0]["answers"]] == [
        ("d-03-Q1", ["选项甲b"])
    ]


def test_erasure_removes_the_attempts_of_this_person_only() -> None:
    reader, quiz = InvestorFactory(), make_quiz()
    make_attempt(quiz, user=reader, right=[True])
    kept = make_attempt(quiz, user=InvestorFactory(), right=[True])

    personal_data_providers.get("quizzes").erase(reader)

    assert list(QuizAttempt.objects.all()) == [kept]
    assert list(Response.objects.values_list("attempt_id", flat=True)) == [kept.pk]


def test_desk_shows_each_quiz_once_with_its_last_attempt() -> None:
    reader, quiz = InvestorFactory(), make_quiz()
    make_attempt(quiz, user=reader, right=[True, True, True])
    latest = make_attempt(quiz, user=reader, right=[True])
    panel = desk_panels.get("quizzes")

    context = panel.context(reader, NOW)

    assert [(row["attempt"], row["best"]) for row in context["rows"]] == [(latest, 3)]
    assert panel.context(InvestorFactory(), NOW) is None


def test_desk_costs_the_same_with_one_and_three_quizzes() -> None:
    counts = []
    for total in (1, 3):
        reader = InvestorFactory()
        for number in range(total):
            quiz = make_quiz(f"q-{total}-{number}", contents=[make_content(f"{total}{number}")])
            make_attempt(quiz, user=reader, right=[True])
        with CaptureQueriesContext(connection) as captured:
            desk_panels.get("quizzes").context(reader, NOW)
        counts.append(len(captured))

    assert counts == [2, 2]


def test_desk_page_shows_the_panel() -> None:
    reader = InvestorFactory()
    make_attempt(make_quiz(), user=reader, right=[True, True, True])
    client = Client()
    client.force_login(reader, backend="accounts.backends.ContactCodeBackend")

    page = client.get("/me/").content.decode()

    assert "我的测验" in page
    assert "答对 3 题，共 3 题" in page


def test_no_role_may_see_attempts() -> None:
    granted = {permission for names in role_permissions.get("quizzes").values() for permission in names}

    assert [name for name in granted if "attempt" in name or "response" in name] == []
    assert "quizzes.publish_quiz" not in role_permissions.get("quizzes")["editor"]

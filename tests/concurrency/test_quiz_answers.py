"""Two taps at once store one answer; without the lock the second dies on the constraint."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection

from quizzes.actions import attempts
from quizzes.actions.attempts import answer_question, start_attempt
from quizzes.drafts import draft_attempt
from quizzes.models import QuizAttempt, Response
from tests.factories.quizzes import make_attempt, make_content, make_quiz

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
THREADS = 8


def _at_once(work: Callable[[int], object]) -> list[object]:
    """Run ``work`` in threads that start together; return what each returned or raised."""
    barrier = threading.Barrier(THREADS)
    outcomes: list[object] = [None] * THREADS

    def run(index: int) -> None:
        try:
            barrier.wait(timeout=10)
            outcomes[index] = work(index)
        except Exception as error:  # noqa: BLE001 -- the outcome is what the test looks at
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def _answer(attempt: QuizAttempt) -> Callable[[int], object]:
    return lambda index: answer_question(attempt=attempt, position=1, chosen=["abcd"[index % 4]], now=NOW).pk


def test_eight_answers_at_once_are_one() -> None:
    attempt = make_attempt(make_quiz())

    outcomes = _at_once(_answer(attempt))

    assert outcomes == [Response.objects.get().pk] * THREADS


def test_control_without_the_lock_runs_into_the_constraint(monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = make_attempt(make_quiz())
    everyone_has_looked = threading.Barrier(THREADS)
    checked = attempts.checked_keys

    def meet(*arguments: object) -> list[str]:
        everyone_has_looked.wait(timeout=10)
        return checked(*arguments)

    monkeypatch.setattr(attempts, "lock_attempt", lambda pk: QuizAttempt.objects.get(pk=pk))
    monkeypatch.setattr(attempts, "checked_keys", meet)

    outcomes = _at_once(_answer(attempt))

    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == THREADS - 1
    assert Response.objects.count() == 1


def test_last_two_answers_at_once_finish_the_attempt_once() -> None:
    attempt = make_attempt(make_quiz(contents=[make_content(marker) for marker in "甲乙"], pass_mark=1))

    _at_once(lambda index: answer_question(attempt=attempt, position=1 + index % 2, chosen=["b"], now=NOW).pk)

    attempt.refresh_from_db()
    assert (Response.objects.count(), attempt.score, attempt.finished_at) == (2, 2, NOW)


def test_eight_starts_from_one_form_are_one_attempt() -> None:
    draft = draft_attempt(make_quiz(), now=NOW)

    outcomes = _at_once(lambda _index: start_attempt(draft=draft, user=None, now=NOW).pk)

    attempt = QuizAttempt.objects.get()
    assert outcomes == [attempt.pk] * THREADS
    assert attempt.places.count() == 3

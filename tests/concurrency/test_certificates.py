"""The form sent eight times at once issues one certificate; without the lock the others die on the constraint."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection

from accounts.models import User
from courses.actions import certificates
from courses.actions.certificates import issue_certificate
from courses.models import Certificate, TierTest
from quizzes.models import Quiz, QuizAttempt
from tests.factories.accounts import InvestorFactory
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


def _passed(count: int) -> tuple[User, list[QuizAttempt]]:
    """Return a learner with ``count`` passed attempts at one tier's test."""
    quiz: Quiz = make_quiz("tier-beginner", contents=[make_content("甲")])
    TierTest.objects.create(tier="beginner", quiz=quiz)
    user: User = InvestorFactory()
    return user, [make_attempt(quiz, user=user, now=NOW, right=[True]) for _turn in range(count)]


@pytest.mark.parametrize("count", [1, THREADS], ids=["one attempt", "an attempt each"])
def test_eight_requests_at_once_issue_one_certificate(count: int) -> None:
    user, attempts = _passed(count)

    outcomes = _at_once(lambda index: issue_certificate(user=user, attempt=attempts[index % count], now=NOW).code)

    assert outcomes == [Certificate.objects.get().code] * THREADS


def test_control_without_the_lock_runs_into_the_constraint(monkeypatch: pytest.MonkeyPatch) -> None:
    user, attempts = _passed(1)
    everyone_has_looked = threading.Barrier(THREADS)
    create = certificates._create

    def meet(*arguments: object) -> Certificate:
        everyone_has_looked.wait(timeout=10)
        return create(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(certificates, "lock_holder", lambda _user: None)
    monkeypatch.setattr(certificates, "_create", meet)

    outcomes = _at_once(lambda _index: issue_certificate(user=user, attempt=attempts[0], now=NOW))

    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == THREADS - 1
    assert Certificate.objects.count() == 1

"""Two devices at once are asked one question and store one answer; without the lock they run into the constraints."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection

from accounts.enums import Channel
from accounts.models import User
from messaging.models import Delivery
from quizzes.actions import reviews
from quizzes.actions.review_mail import choose_mail, send_reviews
from quizzes.actions.reviews import answer_review, open_review
from quizzes.enums import ReviewMail
from quizzes.models import Quiz, Review, ReviewItem, ReviewPlan
from tests.factories.accounts import JOINED, ContactFactory, InvestorFactory
from tests.factories.quizzes import make_attempt, make_quiz

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

LEARNT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TOMORROW = LEARNT + timedelta(days=1)
THREADS = 6


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


def _learner(quiz: Quiz) -> User:
    learner: User = InvestorFactory()
    make_attempt(quiz, user=learner, now=LEARNT, right=[True, True, True])
    return learner


def test_devices_letters_and_answers_at_once_are_one_question_and_one_answer() -> None:
    learner = _learner(make_quiz())
    contact = ContactFactory(channel=Channel.EMAIL, user=learner, verified_at=JOINED)
    choose_mail(user=learner, mail=ReviewMail.DAILY, contact_id=contact.pk, wording="我同意。", now=LEARNT)

    def work(index: int) -> object:
        if index % 2:
            return send_reviews(now=TOMORROW)
        review = open_review(user=learner, now=TOMORROW)
        assert review is not None
        return answer_review(review=review, chosen=["ab"[index // 2 % 2]], now=TOMORROW).pk

    outcomes = _at_once(work)

    review = Review.objects.get()
    assert set(outcomes) == {review.pk, False}
    moved = ReviewItem.objects.get(pk=review.item_id)
    assert (moved.due_on - moved.learnt_on).days == (7 if review.correct else 1)
    # Whoever answered before the letter was considered gets none.
    assert Delivery.objects.filter(template="quizzes.review").count() <= 1


def test_control_without_the_lock_runs_into_the_constraint(monkeypatch: pytest.MonkeyPatch) -> None:
    learner = _learner(make_quiz())
    ReviewPlan.objects.create(user=learner)
    everyone_has_looked = threading.Barrier(THREADS)
    chosen = reviews.choose

    def meet(*arguments: object, **named: object) -> object:
        found = chosen(*arguments, **named)  # type: ignore[arg-type]
        everyone_has_looked.wait(timeout=10)
        return found

    monkeypatch.setattr(reviews, "lock_plan", lambda user: ReviewPlan.objects.get(user=user))
    monkeypatch.setattr(reviews, "choose", meet)

    outcomes = _at_once(lambda _index: open_review(user=learner, now=TOMORROW))

    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == THREADS - 1
    assert Review.objects.count() == 1

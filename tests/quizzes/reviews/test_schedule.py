"""Which question is asked on which day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import User
from quizzes.actions.attempts import adopt_attempts, finish_attempt
from quizzes.actions.questions import propose_version, save_question
from quizzes.actions.reviews import answer_review, forget_question, open_review, recall_questions
from quizzes.enums import ReviewStatus
from quizzes.errors import ChoiceInvalidError, ReviewClosedError
from quizzes.models import Question, Quiz, Response, Review, ReviewItem
from tests.factories.quizzes import make_attempt, make_content, publish, review_on

pytestmark = pytest.mark.django_db

# 2026-11-23 10:00 in Shanghai.
LEARNT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)


def _after(days: int) -> datetime:
    return LEARNT + timedelta(days=days)


def _learn(quiz: Quiz, learner: User, right: list[bool], now: datetime = LEARNT) -> None:
    make_attempt(quiz, user=learner, now=now, right=right)


def _item(learner: User, number: int = 1) -> ReviewItem:
    return ReviewItem.objects.get(user=learner, question__code=f"r-01-Q{number}")


def _code(review: Review | None) -> str:
    return review.version.question.code if review else ""


def test_nothing_on_the_day_of_learning_and_the_wrong_one_first_on_the_next(quiz: Quiz, learner: User) -> None:
    _learn(quiz, learner, [True, False])

    assert open_review(user=learner, now=LEARNT) is None
    review = open_review(user=learner, now=_after(1))

    assert (_code(review), review.interval, review.day) == ("r-01-Q2", 1, DAY + timedelta(days=1))


def test_unfinished_attempts_and_unanswered_questions_are_not_asked(quiz: Quiz, learner: User) -> None:
    attempt = make_attempt(quiz, user=learner, now=LEARNT, right=[True])
    assert ReviewItem.objects.count() == 0

    finish_attempt(attempt=attempt, now=_after(2))

    item = ReviewItem.objects.get()
    assert (item.question.code, item.learnt_on, item.due_on) == (
        "r-01-Q1",
        DAY + timedelta(days=2),
        DAY + timedelta(days=3),
    )


def test_attempt_of_a_guest_is_scheduled_once_somebody_owns_it(quiz: Quiz, learner: User) -> None:
    attempt = make_attempt(quiz, now=LEARNT, right=[True, False])
    assert ReviewItem.objects.count() == 0

    adopt_attempts(public_ids=[str(attempt.public_id)], user=learner)

    assert list(ReviewItem.objects.order_by("pk").values_list("user", "due_on", "last_right")) == [
        (learner.pk, DAY + timedelta(days=1), True),
        (learner.pk, DAY + timedelta(days=1), False),
    ]


def test_right_answers_at_four_intervals_the_twin_at_thirty_and_it_is_done(quiz: Quiz, learner: User) -> None:
    make_attempt(quiz, user=learner, now=LEARNT, right=[True])
    finish_attempt(attempt=learner.quiz_attempts.get(), now=LEARNT)

    early, asked = [], []
    for days in (1, 7, 30, 90):
        review = review_on(learner, _after(days), right=True)
        asked.append((_code(review), review.interval))
        early.append(open_review(user=learner, now=_after({1: 6, 7: 29, 30: 89, 90: 400}[days])))

    assert asked == [("r-01-Q1", 1), ("r-01-Q1", 7), ("r-01-Q1T", 30), ("r-01-Q1", 90)]
    assert early == [None] * 4
    item = _item(learner)
    assert (item.status, item.due_on) == (ReviewStatus.DONE, None)


def test_learner_of_the_twin_is_asked_the_other_way_round(quiz: Quiz, learner: User) -> None:
    twin = Question.objects.get(code="r-01-Q1T")
    ReviewItem.objects.create(
        user=learner, question=twin, learnt_on=DAY, step=30, due_on=DAY + timedelta(days=30), last_right=True
    )

    assert _code(open_review(user=learner, now=_after(30))) == "r-01-Q1"


def test_late_answers_do_not_stretch_the_schedule(quiz: Quiz, learner: User) -> None:
    _learn(quiz, learner, [True, True])

    first = review_on(learner, _after(5), right=True)
    second = review_on(learner, _after(10), right=True)

    assert (_code(first), first.interval, _item(learner).due_on) == ("r-01-Q1", 1, DAY + timedelta(days=7))
    # Ten days have gone by: what is measured is the interval of seven, and thirty days count from the learning.
    assert (_code(second), second.interval, _item(learner, 2).due_on) == ("r-01-Q2", 7, DAY + timedelta(days=30))


def test_wrong_answer_begins_again_at_one_day(quiz: Quiz, learner: User) -> None:
    make_attempt(quiz, user=learner, now=LEARNT, right=[True])
    finish_attempt(attempt=learner.quiz_attempts.get(), now=LEARNT)
    review_on(learner, _after(1), right=True)

    review_on(learner, _after(8), right=False)

    item = _item(learner)
    assert (item.learnt_on, item.step, item.due_on) == (DAY + timedelta(days=8), 1, DAY + timedelta(days=9))


def test_one_a_day_and_the_most_overdue_first(quiz: Quiz, learner: User) -> None:
    _learn(quiz, learner, [True, True])
    ReviewItem.objects.filter(pk=_item(learner, 2).pk).update(learnt_on=DAY - timedelta(days=1), due_on=DAY)

    review = review_on(learner, _after(1), right=True)

    assert _code(review) == "r-01-Q2"
    assert open_review(user=learner, now=_after(1) + timedelta(hours=13)) == review
    assert _code(open_review(user=learner, now=_after(1) + timedelta(hours=14))) == "r-01-Q1"


def test_question_left_open_over_midnight_is_the_question_of_the_new_day(quiz: Quiz, learner: User) -> None:
    _learn(quiz, learner, [True, True])
    before = datetime(2026, 11, 24, 15, 58, tzinfo=UTC)  # 23:58 in Shanghai
    review = open_review(user=learner, now=before)

    stored = answer_review(review=review, chosen=["b"], now=before + timedelta(minutes=4))

    assert (stored.pk, stored.day) == (review.pk, date(2026, 11, 25))
    assert open_review(user=learner, now=before + timedelta(hours=8)) == stored


def test_clocks_that_differ_at_midnight_make_no_second_answer_of_a_day(quiz: Quiz, learner: User) -> None:
    _learn(quiz, learner, [True, True])
    midnight = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # in Shanghai
    ahead, behind = midnight + timedelta(seconds=2), midnight - timedelta(seconds=1)
    answer_review(review=open_review(user=learner, now=ahead), chosen=["b"], now=ahead)
    second = open_review(user=learner, now=behind)
    assert (second.day, second.answered_at) == (date(2026, 11, 24), None)

    with pytest.raises(ReviewClosedError):
        answer_review(review=second, chosen=["b"], now=ahead + timedelta(minutes=1))

    following = open_review(user=learner, now=midnight + timedelta(days=1))
    assert answer_review(review=following, chosen=["b"], now=midnight + timedelta(days=1)).pk == second.pk


def test_question_left_unanswered_for_days_is_still_one_row(quiz: Quiz, learner: User) -> None:
    _learn(quiz, learner, [True, True])

    first, second = (open_review(user=learner, now=_after(days)) for days in (1, 3))

    assert (first.pk, second.day) == (second.pk, DAY + timedelta(days=3))
    assert open_review(user=learner, now=_after(30)).version.question.code == "r-01-Q1T"
    assert Review.objects.count() == 1


def test_withdrawn_question_gives_way_without_loss(quiz: Quiz, learner: User) -> None:
    _learn(quiz, learner, [True, True])
    review = open_review(user=learner, now=_after(1))
    before = ReviewItem.objects.order_by("pk").values_list("status", "due_on")
    expected = list(before)

    quiz.unpublish()

    with pytest.raises(ReviewClosedError):
        answer_review(review=review, chosen=["b"], now=_after(1))
    assert open_review(user=learner, now=_after(1)) is None
    assert list(before.all()) == expected
    assert Review.objects.count() == 0


def test_newest_published_version_is_asked_not_the_newest_draft(quiz: Quiz, learner: User) -> None:
    _learn(quiz, learner, [True, True])
    old = open_review(user=learner, now=_after(1))
    version, _new = save_question(code="r-01-Q1", lesson=None, content=make_content("丙"), user=None, now=_after(1))
    propose_version(version=version, user=None)
    assert open_review(user=learner, now=_after(1)) == old

    publish(Quiz.objects.get(pk=quiz.pk).get_latest_revision_as_object())

    assert open_review(user=learner, now=_after(1)).version == version


def test_answer_is_stored_once(quiz: Quiz, learner: User) -> None:
    _learn(quiz, learner, [True, True])
    review = open_review(user=learner, now=_after(1))

    first = answer_review(review=review, chosen=["a"], now=_after(1))
    second = answer_review(review=review, chosen=["b"], now=_after(1))

    assert (first.pk, second.chosen, second.correct) == (second.pk, ["a"], False)
    assert _item(learner).due_on == DAY + timedelta(days=2)


def test_what_is_no_answer_is_not_stored(quiz: Quiz, learner: User) -> None:
    _learn(quiz, learner, [True, True])
    review = open_review(user=learner, now=_after(1))

    for chosen in ([], ["z"], ["a", "b"]):
        with pytest.raises(ChoiceInvalidError):
            answer_review(review=review, chosen=chosen, now=_after(1))

    assert Review.objects.get().answered_at is None


def test_quiz_done_again_restarts_what_was_wrong_and_leaves_the_rest(quiz: Quiz, learner: User) -> None:
    _learn(quiz, learner, [True, True])

    _learn(quiz, learner, [True, False], now=_after(4))

    assert [(_item(learner, n).due_on - DAY).days for n in (1, 2)] == [1, 5]
    # It is no review: nothing is counted as retention.
    assert (Review.objects.count(), Response.objects.count()) == (0, 4)


def test_forgotten_question_is_not_asked_and_can_be_recalled(quiz: Quiz, learner: User) -> None:
    _learn(quiz, learner, [False, True])
    forget_question(review=open_review(user=learner, now=_after(1)), now=_after(1))
    _learn(quiz, learner, [False, True], now=_after(1))

    assert _code(open_review(user=learner, now=_after(1))) == "r-01-Q2"
    assert _item(learner).status == ReviewStatus.FORGOTTEN
    assert recall_questions(user=learner, now=_after(2)) == 1
    assert _item(learner).due_on == DAY + timedelta(days=3)


def test_only_the_first_answer_at_an_interval_counts_as_retention(quiz: Quiz, learner: User) -> None:
    make_attempt(quiz, user=learner, now=LEARNT, right=[True])
    finish_attempt(attempt=learner.quiz_attempts.get(), now=LEARNT)

    firsts = [review_on(learner, _after(days), right=days != 1).first for days in (1, 2, 8)]

    assert firsts == [True, False, True]

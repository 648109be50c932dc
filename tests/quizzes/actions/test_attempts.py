"""Starting, answering, finishing; grading all or nothing."""

from datetime import datetime, timedelta

import pytest

from quizzes.actions.attempts import adopt_attempts, answer_question, finish_attempt, start_attempt
from quizzes.drafts import draft_attempt, open_draft, seal_draft
from quizzes.errors import (
    AttemptFinishedError,
    ChoiceInvalidError,
    DraftInvalidError,
    NotOwnerError,
    QuestionUnknownError,
    QuizClosedError,
)
from quizzes.models import QuizAttempt, Response
from quizzes.models.attempts import shuffled
from tests.factories.accounts import InvestorFactory
from tests.factories.quizzes import keys_for, make_attempt, make_content, make_quiz

pytestmark = pytest.mark.django_db


def test_start_freezes_the_published_versions_in_order(now: datetime) -> None:
    quiz = make_quiz(pass_mark=2)

    attempt = start_attempt(draft=draft_attempt(quiz, now=now), user=None, now=now)

    published = list(quiz.questions.order_by("sort_order").values_list("version_id", flat=True))
    assert list(attempt.places.values_list("position", "version_id")) == list(enumerate(published, start=1))
    assert (attempt.total, attempt.pass_mark, attempt.started_at, attempt.finished_at) == (3, 2, now, None)


def test_start_again_from_the_same_draft_is_the_same_attempt(now: datetime) -> None:
    draft = draft_attempt(make_quiz(), now=now)

    first = start_attempt(draft=draft, user=None, now=now)
    second = start_attempt(draft=draft, user=None, now=now)

    assert first == second
    assert QuizAttempt.objects.count() == 1


def test_start_from_the_draft_of_another_account_is_refused(now: datetime) -> None:
    draft = draft_attempt(make_quiz(), now=now)
    start_attempt(draft=draft, user=InvestorFactory(), now=now)

    with pytest.raises(NotOwnerError):
        start_attempt(draft=draft, user=InvestorFactory(), now=now)

    assert QuizAttempt.objects.count() == 1


def test_start_of_a_quiz_taken_down_meanwhile_is_refused(now: datetime) -> None:
    quiz = make_quiz()
    draft = draft_attempt(quiz, now=now)
    quiz.unpublish()

    with pytest.raises(QuizClosedError):
        start_attempt(draft=draft, user=None, now=now)

    assert QuizAttempt.objects.count() == 0


def test_draft_of_an_unpublished_quiz_is_refused(now: datetime) -> None:
    with pytest.raises(QuizClosedError):
        draft_attempt(make_quiz(publish=False), now=now)


def test_draft_is_read_back_only_for_its_quiz_and_for_a_day(now: datetime) -> None:
    quiz, other = make_quiz(), make_quiz("a-03", contents=[make_content("丁")])
    draft = draft_attempt(quiz, now=now)
    token = seal_draft(draft)

    assert open_draft(token, quiz=quiz, now=now + timedelta(hours=24)) == draft
    for broken, target, at in (
        (token, other, now),
        (token, quiz, now + timedelta(hours=24, seconds=1)),
        (token[:-4], quiz, now),
        ("", quiz, now),
        ("不是令牌", quiz, now),
    ):
        with pytest.raises(DraftInvalidError):
            open_draft(broken, quiz=target, now=at)


def test_sealed_draft_shows_neither_seed_nor_versions(now: datetime) -> None:
    import base64

    draft = draft_attempt(make_quiz(), now=now)

    raw = base64.urlsafe_b64decode(seal_draft(draft))

    assert draft.seed.encode() not in raw
    assert b"version_ids" not in raw


@pytest.mark.parametrize(("right", "correct"), [(True, True), (False, False)])
def test_single_choice_is_graded(now: datetime, right: bool, correct: bool) -> None:
    attempt = make_attempt(make_quiz())

    response = answer_question(attempt=attempt, position=1, chosen=keys_for(attempt, 1, right=right), now=now)

    assert (response.correct, response.answered_at) == (correct, now)


@pytest.mark.parametrize(
    ("chosen", "correct"),
    [("ac", True), ("ca", True), ("a", False), ("abc", False), ("abcd", False), ("bd", False), ("aac", True)],
)
def test_multiple_choice_is_all_or_nothing(now: datetime, chosen: str, correct: bool) -> None:
    attempt = make_attempt(make_quiz(contents=[make_content("甲", right="ac"), make_content("乙")]))

    response = answer_question(attempt=attempt, position=1, chosen=list(chosen), now=now)

    assert response.correct is correct
    assert response.chosen == sorted(set(chosen))


@pytest.mark.parametrize("chosen", [[], ["z"], ["?A"], [""], ["a", "b"], ["b", "😀"]])
def test_bad_choices_are_refused_and_store_nothing(now: datetime, chosen: list[str]) -> None:
    attempt = make_attempt(make_quiz())

    with pytest.raises(ChoiceInvalidError):
        answer_question(attempt=attempt, position=1, chosen=chosen, now=now)

    assert Response.objects.count() == 0


def test_second_answer_returns_the_first_and_stores_nothing(now: datetime) -> None:
    attempt = make_attempt(make_quiz())
    first = answer_question(attempt=attempt, position=1, chosen=["a"], now=now)

    second = answer_question(attempt=attempt, position=1, chosen=["b"], now=now + timedelta(minutes=1))

    assert (second.pk, second.chosen, second.answered_at) == (first.pk, ["a"], now)
    assert Response.objects.count() == 1


def test_unknown_position_is_refused(now: datetime) -> None:
    with pytest.raises(QuestionUnknownError):
        answer_question(attempt=make_attempt(make_quiz()), position=9, chosen=["a"], now=now)


def test_last_answer_finishes_and_grades(now: datetime) -> None:
    attempt = make_attempt(make_quiz(pass_mark=2), right=[True, False])
    assert attempt.finished_at is None

    answer_question(attempt=attempt, position=3, chosen=keys_for(attempt, 3, right=True), now=now)

    attempt.refresh_from_db()
    assert (attempt.score, attempt.finished_at, attempt.passed) == (2, now, True)


def test_finish_early_counts_what_is_missing_as_wrong(now: datetime) -> None:
    attempt = make_attempt(make_quiz(pass_mark=2), right=[True])

    finished = finish_attempt(attempt=attempt, now=now)

    assert (finished.score, finished.total, finished.passed) == (1, 3, False)


def test_finish_twice_keeps_the_first_time(now: datetime) -> None:
    attempt = make_attempt(make_quiz(), right=[True])
    finish_attempt(attempt=attempt, now=now)

    again = finish_attempt(attempt=attempt, now=now + timedelta(days=1))

    assert again.finished_at == now


def test_answer_after_finish_is_refused(now: datetime) -> None:
    attempt = make_attempt(make_quiz(), right=[True])
    finish_attempt(attempt=attempt, now=now)

    with pytest.raises(AttemptFinishedError):
        answer_question(attempt=attempt, position=2, chosen=["a"], now=now)

    assert Response.objects.count() == 1


def test_adoption_takes_only_attempts_without_an_owner() -> None:
    quiz, reader, other = make_quiz(), InvestorFactory(), InvestorFactory()
    mine, theirs = make_attempt(quiz), make_attempt(quiz, user=other)

    taken = adopt_attempts(public_ids=[str(mine.public_id), str(theirs.public_id)], user=reader)

    assert taken == 1
    assert dict(QuizAttempt.objects.values_list("pk", "user_id")) == {mine.pk: reader.pk, theirs.pk: other.pk}


def test_order_of_options_is_fixed_for_an_attempt_and_differs_between_attempts() -> None:
    attempt = make_attempt(make_quiz(contents=[make_content("甲", count=8)]))
    version = attempt.places.get().version
    options = list(version.options.all())

    orders = {
        seed: tuple(option.key for option in shuffled(options, seed=seed, version_id=version.pk))
        for seed in map(str, range(200))
    }

    assert orders["7"] == tuple(option.key for option in shuffled(options[::-1], seed="7", version_id=version.pk))
    assert len(set(orders.values())) > 190
    # The right option stands in each place about equally often.
    places = [order.index("b") for order in orders.values()]
    assert {place: places.count(place) > 5 for place in range(8)} == dict.fromkeys(range(8), True)

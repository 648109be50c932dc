"""One learner of the demo who has reviewed for weeks, with a question waiting today, by the actions that pages call."""

from datetime import datetime, timedelta

from accounts.models import User
from quizzes.actions.attempts import answer_question, start_attempt
from quizzes.actions.reviews import answer_review, open_review
from quizzes.drafts import draft_attempt
from quizzes.models import QuestionVersion, Quiz, ReviewItem

# Quizzes with the days since they were done, and the places answered wrongly there.
_DONE = (("a-01", 45, {2}), ("d-03", 44, {1, 4}), ("r-01", 9, {3}))
# Every so many reviews a slip: more than none, fewer than one would fear.
_SLIP_EVERY = 6


def review_for_weeks(*, user: User, now: datetime) -> None:
    """Give ``user`` quizzes of the last weeks with a review each day since, but none today; once for all."""
    if ReviewItem.objects.filter(user=user).exists():
        return
    first = max(days for _slug, days, _wrong in _DONE)
    for days in range(first, 0, -1):
        at = now - timedelta(days=days)
        for slug, done, wrong in _DONE:
            quiz = Quiz.objects.filter(slug=slug, live=True).first() if done == days else None
            if quiz is not None:
                _take(quiz, wrong, user=user, at=at)
        _review(user, slips=days % _SLIP_EVERY == 0, at=at)


def _take(quiz: Quiz, wrong: set[int], *, user: User, at: datetime) -> None:
    attempt = start_attempt(draft=draft_attempt(quiz, now=at), user=user, now=at)
    for place in attempt.places.select_related("version").prefetch_related("version__options"):
        chosen = _keys(place.version, right=place.position not in wrong)
        answer_question(attempt=attempt, position=place.position, chosen=chosen, now=at)


def _review(user: User, *, slips: bool, at: datetime) -> None:
    review = open_review(user=user, now=at)
    if review is not None and review.answered_at is None:
        answer_review(review=review, chosen=_keys(review.version, right=not slips), now=at)


def _keys(version: QuestionVersion, *, right: bool) -> list[str]:
    keys = [option.key for option in version.options.all() if option.correct == right]
    return keys if right else keys[:1]

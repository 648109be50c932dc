"""Asking one question a day, taking its answer, and stopping."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import limits
from quizzes.actions.attempts import checked_keys, is_correct
from quizzes.enums import ReviewStatus
from quizzes.errors import ReviewClosedError
from quizzes.models import Review, ReviewItem, ReviewPlan
from quizzes.models.reviews import INTERVALS
from quizzes.reviews.schedule import choose, due_on, is_published, next_interval

_CHANGES = (60, timedelta(hours=1))


def open_review(*, user: Any, now: datetime) -> Review | None:
    """Return today's question of ``user``, answered or not; None when nothing is due or reviews are paused.

    One a Shanghai calendar day, the same on every device. A question that was left unanswered is asked on, unless it
    was withdrawn, forgotten or learnt anew meanwhile, or another version or the twin has come in its place: then it
    gives way, and nothing is lost.
    """
    today = timezone.localdate(now)
    with transaction.atomic():
        plan = lock_plan(user)
        answered = Review.objects.filter(user=user, day=today, answered_at__isnull=False).first()
        if answered is not None or plan.paused_at is not None:
            return answered
        waiting = Review.objects.filter(user=user, answered_at__isnull=True).first()
        choice = choose(user, today, item_id=waiting.item_id) if waiting else None
        choice = choice or choose(user, today)
        if waiting is not None and choice is not None and _asks(waiting, choice):
            return _asked_on(waiting, today)
        if waiting is not None:
            waiting.delete()
        if choice is None:
            return None
        return Review.objects.create(
            user=user,
            item=choice.item,
            version_id=choice.version_id,
            interval=choice.interval,
            day=today,
            seed=secrets.token_hex(8),
            asked_at=now,
        )


def _asks(review: Review, choice: Any) -> bool:
    return (review.item_id, review.version_id, review.interval) == (
        choice.item.pk,
        choice.version_id,
        choice.interval,
    )


def _asked_on(review: Review, today: date) -> Review:
    if review.day != today:
        review.day = today
        review.save(update_fields=["day"])
    return review


def answer_review(*, review: Review, chosen: Sequence[str], now: datetime) -> Review:
    """Store the answer at once and move the question to its next day; a second call returns what is stored.

    The answer belongs to the Shanghai day on which it arrives: whoever began before midnight has answered the new
    day's question. Right: the next interval, counted from the day of learning; after the last one it is done. Wrong:
    the first interval again, counted from today. Raises ``ChoiceInvalidError``, or ``ReviewClosedError`` when the
    question is not asked any more; nothing is stored then.
    """
    today = timezone.localdate(now)
    with transaction.atomic():
        lock_plan(review.user)
        # The item too: a quiz that is finished at the same moment may start it anew.
        rows = Review.objects.select_for_update(of=("self", "item")).select_related("item", "version")
        locked = rows.filter(pk=review.pk).first()
        if locked is not None and locked.answered_at is not None:
            return locked
        if locked is None or not _is_open(locked, today):
            raise ReviewClosedError(_("这道题现在不问了，答案没有存。"))
        options = list(locked.version.options.all())
        keys = checked_keys(locked.version, options, chosen)
        locked.chosen, locked.correct = keys, is_correct(options, keys)
        locked.answered_at, locked.day = now, today
        earlier = Review.objects.filter(item=locked.item, interval=locked.interval, first=True)
        locked.first = not earlier.exists()
        locked.save(update_fields=["chosen", "correct", "answered_at", "day", "first"])
        _move_on(locked.item, interval=locked.interval, correct=locked.correct, today=today)
    return locked


def _is_open(review: Review, today: date) -> bool:
    item = review.item
    is_due = item.status == ReviewStatus.SCHEDULED and item.due_on is not None and item.due_on <= today
    # A server whose clock is behind may ask before midnight what comes after another's question of the new day.
    answered = Review.objects.filter(user_id=review.user_id, day=today, answered_at__isnull=False)
    return is_due and is_published(review.version) and not answered.exists()


def _move_on(item: ReviewItem, *, interval: int, correct: bool, today: date) -> None:
    following = next_interval(interval) if correct else INTERVALS[0]
    item.last_right = correct
    if following is None:
        item.status, item.due_on = ReviewStatus.DONE, None
    else:
        item.learnt_on = item.learnt_on if correct else today
        item.step, item.due_on = following, due_on(item.learnt_on, following)
    item.save(update_fields=["last_right", "status", "due_on", "learnt_on", "step"])


def forget_question(*, review: Review, now: datetime) -> None:
    """Never ask the question of ``review`` again; an open asking of it ends. Answers that are stored stay.

    Raises ``LimitExceeded``, as everything below that changes what a learner chose.
    """
    with transaction.atomic():
        lock_plan(review.user)
        limit_changes(review.user, now)
        Review.objects.filter(item_id=review.item_id, answered_at__isnull=True).delete()
        ReviewItem.objects.filter(pk=review.item_id).update(status=ReviewStatus.FORGOTTEN, due_on=None)


def recall_questions(*, user: Any, now: datetime) -> int:
    """Ask forgotten questions again, from the first interval counted from today; return how many there were."""
    today = timezone.localdate(now)
    with transaction.atomic():
        lock_plan(user)
        limit_changes(user, now)
        forgotten = ReviewItem.objects.filter(user=user, status=ReviewStatus.FORGOTTEN)
        return forgotten.update(
            status=ReviewStatus.SCHEDULED, learnt_on=today, step=INTERVALS[0], due_on=due_on(today, INTERVALS[0])
        )


def pause_reviews(*, user: Any, now: datetime) -> None:
    """Ask nothing by desk or letter until ``resume_reviews``; the calendar goes on. Again changes nothing."""
    with transaction.atomic():
        plan = lock_plan(user)
        limit_changes(user, now)
        plan.paused_at = plan.paused_at or now
        plan.save(update_fields=["paused_at"])


def resume_reviews(*, user: Any, now: datetime) -> None:
    """Ask again from today."""
    with transaction.atomic():
        plan = lock_plan(user)
        limit_changes(user, now)
        plan.paused_at = None
        plan.save(update_fields=["paused_at"])


def limit_changes(user: Any, now: datetime) -> None:
    """Count one change of what a learner chose; raise ``LimitExceeded`` when there were too many."""
    count, window = _CHANGES
    limits.hit(key=f"reviews:changes:{user.pk}", limit=count, window=window, now=now)


def lock_plan(user: Any) -> ReviewPlan:
    """Return the plan of ``user`` with its row locked: a learner's reviews happen one after another."""
    plan, _created = ReviewPlan.objects.get_or_create(user=user)
    return ReviewPlan.objects.select_for_update().get(pk=plan.pk)

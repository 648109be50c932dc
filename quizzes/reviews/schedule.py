"""Which question is asked when: fixed intervals in Shanghai calendar days (docs/decisions/0023-reviews.md)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from quizzes.enums import ReviewStatus
from quizzes.models import Question, QuestionVersion, QuizQuestion, QuizTwin, ReviewItem
from quizzes.models.reviews import INTERVALS, TWIN_INTERVAL


@dataclass(frozen=True)
class Choice:
    """What is to be asked: the item, the interval that the calendar has reached, the published version."""

    item: ReviewItem
    interval: int
    version_id: int


def due_on(learnt_on: date, interval: int) -> date:
    """Return the day of ``interval``, however late the answers before it were."""
    return learnt_on + timedelta(days=interval)


def reached_interval(item: ReviewItem, today: date) -> int:
    """Return the longest interval that has passed; one that nobody answered in its time is not made up for."""
    days = (today - item.learnt_on).days
    return max((interval for interval in INTERVALS if interval <= days), default=item.step)


def next_interval(interval: int) -> int | None:
    """Return the interval after ``interval``, None after the last."""
    return next((longer for longer in INTERVALS if longer > interval), None)


def askable_items(user: Any, today: date) -> QuerySet[ReviewItem]:
    """Return what may be asked today, the most overdue first, of equal ones those last answered wrongly."""
    due = ReviewItem.objects.filter(user=user, status=ReviewStatus.SCHEDULED, due_on__lte=today)
    return due.filter(_is_published("question")).order_by("due_on", "last_right", "id")


def _is_published(path: str) -> Exists | Q:
    outer = OuterRef(path)
    return Exists(QuizQuestion.objects.filter(version__question=outer, quiz__live=True)) | Exists(
        QuizTwin.objects.filter(version__question=outer, quiz__live=True)
    )


def choose(user: Any, today: date, *, item_id: int | None = None) -> Choice | None:
    """Return what is asked today, or None; with ``item_id`` only that item is looked at."""
    items = askable_items(user, today)
    if item_id is not None:
        items = items.filter(pk=item_id)
    item = items.select_related("question").first()
    if item is None:
        return None
    interval = reached_interval(item, today)
    version_id = _version_to_ask(item.question, interval)
    return Choice(item, interval, version_id) if version_id is not None else None


def is_published(version: QuestionVersion) -> bool:
    """Tell whether a published quiz holds any version of this question."""
    return bool(published_versions([version.question_id]))


def _version_to_ask(question: Question, interval: int) -> int | None:
    twins = list(question.twin_questions().values_list("pk", flat=True)) if interval == TWIN_INTERVAL else []
    published = published_versions([question.pk, *twins])
    return next((published[pk] for pk in [*twins, question.pk] if pk in published), None)


def published_versions(question_ids: Iterable[int]) -> dict[int, int]:
    """Return of each question the newest version that a published quiz holds; others are left out."""
    wanted = list(question_ids)
    newest: dict[int, tuple[int, int]] = {}
    for place in (QuizQuestion, QuizTwin):
        rows = place.objects.filter(version__question__in=wanted, quiz__live=True)
        for question_id, number, version_id in rows.values_list(
            "version__question_id", "version__number", "version_id"
        ):
            newest[question_id] = max(newest.get(question_id, (0, 0)), (number, version_id))
    return {question_id: version_id for question_id, (_number, version_id) in newest.items()}

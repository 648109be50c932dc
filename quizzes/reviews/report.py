"""What learners together still know at each interval. No figure here is of fewer than twenty people."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from quizzes.models import Question, Review
from quizzes.models.reviews import INTERVALS

FEWEST_LEARNERS = 20


@dataclass(frozen=True)
class Share:
    """First answers at one interval, one a learner and question."""

    right: int
    total: int

    @property
    def percent(self) -> int:
        return round(100 * self.right / self.total)


@dataclass(frozen=True)
class QuestionRow:
    """A question with its share at each interval; None where fewer than twenty learners answered."""

    question: Question
    shares: tuple[Share | None, ...]


def shares_overall() -> tuple[Share | None, ...]:
    """Return the share of right first answers at each interval, over all questions and learners."""
    return _in_order({row["interval"]: row for row in _counted(_firsts().values("interval"))})


def question_rows() -> list[QuestionRow]:
    """Return the questions that enough learners answered at some interval, by their codes.

    At thirty days the answer is to the twin where there was one; it counts under its question.
    """
    found: dict[int, dict[int, Any]] = {}
    for row in _counted(_firsts().values("item__question", "interval")):
        found.setdefault(row["item__question"], {})[row["interval"]] = row
    questions = Question.objects.filter(pk__in=found).order_by("code")
    return [QuestionRow(question, _in_order(found[question.pk])) for question in questions]


def _firsts() -> QuerySet[Review]:
    return Review.objects.filter(first=True).order_by()


def _counted(rows: Any) -> Any:
    counted = rows.annotate(
        learners=Count("user", distinct=True), total=Count("pk"), right=Count("pk", filter=Q(correct=True))
    )
    return counted.filter(learners__gte=FEWEST_LEARNERS)


def _in_order(rows: dict[int, Any]) -> tuple[Share | None, ...]:
    return tuple(
        Share(rows[interval]["right"], rows[interval]["total"]) if interval in rows else None for interval in INTERVALS
    )

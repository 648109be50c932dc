"""What the pages of reviews show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.enums import Channel
from accounts.models import ContactPoint
from accounts.queries import contact_points_of
from quizzes import queries
from quizzes.enums import ReviewStatus
from quizzes.models import Option, Review, ReviewItem, ReviewPlan
from quizzes.models.reviews import INTERVALS
from quizzes.queries import AnsweredQuestion, AskedQuestion
from quizzes.reviews.schedule import askable_items, next_interval

# From so many answers on, a share says something.
FEWEST_ANSWERS = 5
_BAR = 144


@dataclass(frozen=True)
class Retention:
    """First answers at one interval: how many were right. ``until`` is the last day of the interval, None for open."""

    interval: int
    until: int | None
    right: int
    total: int

    @property
    def percent(self) -> int | None:
        """The share of right answers in whole per cent; None where there are too few to say."""
        return round(100 * self.right / self.total) if self.total >= FEWEST_ANSWERS else None

    @property
    def bar(self) -> int:
        """The length of the bar in the drawing, of 144."""
        return round(_BAR * (self.percent or 0) / 100)


@dataclass(frozen=True)
class Overview:
    """Where a learner's reviews stand. ``today`` is "due", "answered", "nothing" or "paused"."""

    today: str
    answered: Review | None
    next_due: date | None
    scheduled: int
    done: int
    forgotten: int

    @property
    def is_empty(self) -> bool:
        return not (self.scheduled or self.done or self.forgotten)


def overview(user: Any, now: datetime) -> Overview:
    """Return where the reviews of ``user`` stand; asks nothing and writes nothing."""
    today = timezone.localdate(now)
    counts = ReviewItem.objects.filter(user=user).aggregate(
        **{status.value: Count("pk", filter=Q(status=status)) for status in ReviewStatus}
    )
    answered = Review.objects.filter(user=user, day=today, answered_at__isnull=False).first()
    state = "answered"
    if ReviewPlan.objects.filter(user=user, paused_at__isnull=False).exists():
        state = "paused"
    elif answered is None:
        state = "due" if askable_items(user, today).exists() else "nothing"
    return Overview(today=state, answered=answered, next_due=next_due(user), **counts)


def next_due(user: Any) -> date | None:
    """Return the earliest day on which a scheduled question of ``user`` is due; it may have passed."""
    items = ReviewItem.objects.filter(user=user, status=ReviewStatus.SCHEDULED)
    due: date | None = items.aggregate(due=Min("due_on"))["due"]
    return due


def desk_panel(user: Any, now: datetime) -> Mapping[str, Any] | None:
    """Return whether a question waits today; None for whoever has answered none in a quiz."""
    found = overview(user, now)
    return None if found.is_empty else {"overview": found}


def retention(user: Any) -> list[Retention]:
    """Return what was still known at each interval: by the first answer to each question there, and nothing else."""
    firsts = Review.objects.filter(user=user, first=True).order_by()
    rows = firsts.values("interval").annotate(total=Count("pk"), right=Count("pk", filter=Q(correct=True)))
    counts = {row["interval"]: (row["right"], row["total"]) for row in rows}
    return [
        Retention(interval, (following - 1) if (following := next_interval(interval)) else None, right, total)
        for interval in INTERVALS
        for right, total in [counts.get(interval, (0, 0))]
    ]


def mail_addresses(user: Any) -> QuerySet[ContactPoint]:
    """Return the verified e-mail addresses of ``user``."""
    return contact_points_of(user).filter(channel=Channel.EMAIL, verified_at__isnull=False)


def review_of(user: Any, public_id: Any) -> Review | None:
    """Return the review with its version and options; None when it is not this learner's."""
    options = Prefetch("version__options", queryset=Option.objects.select_related("misconception"))
    rows = Review.objects.filter(user=user).select_related("user", "item", "version__question__lesson")
    return rows.prefetch_related(options).filter(public_id=public_id).first()


def asked(review: Review) -> AskedQuestion:
    """Return the question before its answer: nothing in it tells which option is right."""
    return queries.asked_version(review.version, seed=review.seed)


def answered(review: Review) -> AnsweredQuestion:
    """Return the question with its solution; only once ``review`` is answered."""
    return queries.answered_version(
        review.version,
        seed=review.seed,
        chosen=review.chosen or [],
        is_answered=True,
        is_correct=bool(review.correct),
        with_lesson=True,
    )

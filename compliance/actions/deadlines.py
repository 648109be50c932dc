"""By when a submission is answered, and who is told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.models import TaskState

from accounts.models import User
from compliance.models import ReviewDeadline
from core.revisions import wrote_since_live

_SATURDAY = 5


@dataclass(frozen=True)
class Notice:
    """One thing that waits, and the people who may answer; ``overdue`` when its day has passed."""

    deadline: ReviewDeadline
    subject: Any
    reviewers: tuple[User, ...]
    overdue: bool


def due_after(moment: datetime, days: int) -> datetime:
    """Return the same time of day ``days`` working days later; Saturday and Sunday are none."""
    day = timezone.localtime(moment)
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY:
            days -= 1
    return day


def open_deadline(*, task_state: TaskState, now: datetime) -> ReviewDeadline:
    """Give a review that begins its day, ``REVIEW_DAYS`` working days away; again, it keeps the one it has."""
    deadline, _created = ReviewDeadline.objects.get_or_create(
        task_state_id=task_state.pk, defaults={"submitted_at": now, "due_at": due_after(now, settings.REVIEW_DAYS)}
    )
    return deadline


def tell_reviewers(*, tell: Callable[[Notice], int], now: datetime) -> int:
    """Have ``tell`` write what reviewers are to know now: each thing once when it comes in, once when it is overdue.

    A notice is claimed by one conditional UPDATE in the transaction that ``tell`` works in, so two workers never tell
    the same, and what ``tell`` raises gives the notice back. Returns the sum of what ``tell`` returned.
    """
    waiting = ReviewDeadline.objects.filter(task_state__status=TaskState.STATUS_IN_PROGRESS)
    fresh = waiting.filter(told_at__isnull=True)
    late = waiting.filter(told_at__isnull=False, reminded_at__isnull=True, due_at__lte=now)
    told = 0
    for column, rows in (("told_at", fresh), ("reminded_at", late)):
        for deadline in list(rows.select_related("task_state__revision", "task_state__task").order_by("due_at")):
            with transaction.atomic():
                if ReviewDeadline.objects.filter(pk=deadline.pk, **{f"{column}__isnull": True}).update(**{column: now}):
                    subject = deadline.task_state.revision.as_object()
                    people = reviewers_of(deadline.task_state, subject)
                    told += tell(Notice(deadline, subject, people, overdue=column == "reminded_at"))
    return told


def reviewers_of(task_state: TaskState, subject: Any) -> tuple[User, ...]:
    """Return the active members of the reviewing groups who wrote none of what is not public yet."""
    groups = task_state.task.specific.groups.all()
    people = User.objects.filter(groups__in=groups, is_active=True, is_staff=True).distinct().order_by("pk")
    return tuple(user for user in people if not wrote_since_live(subject, user, task_state.revision))

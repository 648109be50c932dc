"""Opening and closing the work of looking at something again."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q

from accounts.roles import group_name
from compliance.models import ReviewTask
from compliance.queries import due_for_review

# Two weeks are enough to find the source and get a second person's approval before the day.
NOTICE_DAYS = 14


def open_review_tasks(*, today: date, now: datetime, within_days: int = NOTICE_DAYS) -> int:
    """Open a task for the editors for whatever is due soon or overdue; return how many are new.

    There is one task for an object and a due date, whatever became of it: running this again opens nothing twice.
    """
    editors = Group.objects.filter(name=group_name("editor")).first()
    opened = 0
    with transaction.atomic():
        for due in due_for_review(today, within_days):
            _task, created = ReviewTask.objects.get_or_create(
                content_type=ContentType.objects.get_for_model(type(due.subject)),
                object_id=str(due.subject.pk),
                due=due.due,
                defaults={"label": due.label[:40], "title": due.title[:255], "group": editors, "opened_at": now},
            )
            opened += created
    return opened


def close_review_tasks(*, obj: Any, now: datetime) -> int:
    """Close the open tasks of an object that was just published with a later date of review; return how many.

    A publication that leaves the date where it was, to correct a word for instance, closes nothing.
    """
    tasks = ReviewTask.objects.filter(
        content_type=ContentType.objects.get_for_model(type(obj)), object_id=str(obj.pk), state=ReviewTask.State.OPEN
    )
    review_by = getattr(obj, "review_by", None)
    answered = Q(due__lt=review_by) if review_by else Q()
    return tasks.filter(answered).update(state=ReviewTask.State.DONE, closed_at=now)

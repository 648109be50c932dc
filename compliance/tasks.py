"""Celery tasks of the compliance app."""

from celery import shared_task
from django.utils import timezone

from compliance.actions.reviews import open_review_tasks


@shared_task(name="compliance.open_review_tasks")
def open_review_tasks_task() -> None:
    """Open the work of looking at what is due again."""
    now = timezone.now()
    open_review_tasks(today=timezone.localdate(now), now=now)

"""Celery tasks of the site itself."""

from celery import shared_task
from django.utils import timezone

from edu_site.actions.reminders import remind_reviewers


@shared_task(name="edu_site.remind_reviewers")
def remind_reviewers_task() -> None:
    """Tell reviewers what came in since the last minute, and what is overdue."""
    remind_reviewers(now=timezone.now())

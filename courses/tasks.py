"""Celery tasks of the courses app."""

from celery import shared_task
from django.utils import timezone

from courses.actions.word_importing import purge_uploads


@shared_task(name="courses.purge_uploads")
def purge_uploads_task() -> None:
    """Delete Word files whose import nobody finished."""
    purge_uploads(now=timezone.now())

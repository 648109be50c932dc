"""Celery tasks of the courses app."""

from celery import shared_task
from django.utils import timezone

from courses.actions.clarity import purge_guest_answers
from courses.actions.word_importing import purge_uploads


@shared_task(name="courses.purge_uploads")
def purge_uploads_task() -> None:
    """Delete Word files whose import nobody finished."""
    purge_uploads(now=timezone.now())


@shared_task(name="courses.purge_guest_answers")
def purge_guest_answers_task() -> None:
    """Delete old answers to 「说清楚了吗？」 that belong to no account."""
    purge_guest_answers(now=timezone.now())

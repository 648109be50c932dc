"""Celery tasks of the quizzes app."""

from celery import shared_task
from django.utils import timezone

from core.nudge import nudge
from quizzes.actions.review_mail import send_reviews


@shared_task(name="quizzes.send_reviews", acks_late=True)
def send_reviews_task() -> None:
    """Accept the morning's letters for some learners; ask for another turn when others may be left."""
    if send_reviews(now=timezone.now()):
        nudge(send_reviews_task)

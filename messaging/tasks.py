"""Celery tasks of the messaging app."""

from celery import shared_task


@shared_task(name="messaging.send_due", acks_late=True)
def send_due_task() -> None:
    """Send what is due."""

"""Celery tasks of the events app."""

from celery import shared_task
from django.utils import timezone

from events.actions.personal_data import erase_past_registrations
from events.actions.waitlist import lapse_offers, sessions_with_lapsed_offers


@shared_task(name="events.lapse_offers", acks_late=True)
def lapse_offers_task() -> None:
    """Take back offers past their deadline and ask the next; each session in a transaction of its own."""
    now = timezone.now()
    for session_id in sessions_with_lapsed_offers(now=now):
        lapse_offers(session_id=session_id, now=now)


@shared_task(name="events.erase_past_registrations", acks_late=True)
def erase_past_registrations_task() -> None:
    """Empty the personal part of registrations 30 days after the event."""
    erase_past_registrations(now=timezone.now())

"""Accepting the messages that go with a change of a registration, in the change's own transaction."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import ContactPoint
from events import messages
from events.calendar_words import date_weekday_text, moment_text, span_text
from events.models import EventSession, Registration
from events.queries import waitlist_position
from events.tokens import manage_token
from messaging.actions import Order, enqueue, enqueue_many


def message_key(registration: Registration, occasion: str, contact_id: int) -> str:
    """Return the delivery's event key: one message an occasion and contact point."""
    return f"registration:{registration.pk}:{occasion}:{contact_id}"


def notify(*, registration: Registration, session: EventSession, template: str, now: datetime) -> None:
    """Accept one message to each contact point of ``registration``; asking again adds none.

    They go out after the commit and are worthless after the event (an offer: after its deadline).
    """
    occasion = template.rpartition(".")[2]
    expires_at = registration.offer_expires_at if template == messages.OFFER else session.ends_at
    # The letters are written in the site's language, whatever the page was shown in.
    with translation.override(settings.LANGUAGE_CODE):
        context = _context(registration, session, now)
    orders = [
        Order(
            event_key=message_key(registration, occasion, contact.pk),
            contact_point=contact,
            context=context,
        )
        for contact in registration.contacts()
    ]
    if orders:
        enqueue_many(orders=orders, template=template, now=now, expires_at=expires_at)


def notify_lapsed(*, registration_id: int, contact: ContactPoint, now: datetime) -> None:
    """Tell ``contact`` that the seat they just said yes to has gone to the next; once for each registration."""
    registration = Registration.objects.select_related("session__page").get(pk=registration_id)
    session = registration.session
    with translation.override(settings.LANGUAGE_CODE):
        context = _context(registration, session, now)
    enqueue(
        event_key=message_key(registration, "answered_too_late", contact.pk),
        contact_point=contact,
        template=messages.LAPSED,
        context=context,
        now=now,
        expires_at=session.starts_at,
    )


def _context(registration: Registration, session: EventSession, now: datetime) -> dict[str, Any]:
    link = reverse("events:manage", args=[manage_token(registration, now=now)])
    expires_at = registration.offer_expires_at
    return {
        "registration": str(registration.pk),
        "name": registration.name,
        "event": session.page.plain_title,
        "date": date_weekday_text(session.starts_at),
        "time": span_text(session.starts_at, session.ends_at),
        "place": session.page.place,
        "link": settings.BASE_URL + link,
        "ticket_code": registration.ticket_text,
        "position": str(waitlist_position(registration)),
        "deadline": moment_text(expires_at) if expires_at else "",
    }

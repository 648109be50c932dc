"""The copy a person may ask for, deletion on request, and deletion 30 days after an event."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from events.actions.registration import cancel_registration
from events.enums import ACTIVE
from events.models import Registration
from events.queries import registrations_of

KEPT_FOR = timedelta(days=30)


def export_person(user: User) -> Mapping[str, Any]:
    """Return every registration of ``user`` in plain words."""
    return {
        "registrations": [
            {
                "event": registration.session.page.plain_title,
                "starts_at": registration.session.starts_at.isoformat(),
                "name": registration.name,
                "seats": registration.seats,
                "access_needs": registration.access_needs,
                "status": registration.get_status_display(),
                "ticket_code": registration.ticket_text,
                "created_at": registration.created_at.isoformat(),
                "consent": registration.consent_wording,
            }
            for registration in registrations_of(user)
        ]
    }


def erase_person(user: User) -> None:
    """Give back coming seats and empty what is personal in every registration of ``user``."""
    now = timezone.now()
    registrations = registrations_of(user)
    for registration in registrations:
        if registration.status in ACTIVE and registration.session.starts_at > now:
            cancel_registration(registration_id=registration.pk, now=now)
    _erase(Q(pk__in=[registration.pk for registration in registrations]), now)


def erase_past_registrations(*, now: datetime) -> int:
    """Empty what is personal in registrations of sessions that ended 30 days ago; return how many."""
    return _erase(Q(session__ends_at__lte=now - KEPT_FOR, erased_at__isnull=True), now)


def _erase(which: Q, now: datetime) -> int:
    return Registration.objects.filter(pk__in=Registration.objects.filter(which).values("pk")).update(
        contact_point=None,
        second_contact=None,
        user=None,
        name="",
        access_needs="",
        request_key=None,
        erased_at=now,
    )

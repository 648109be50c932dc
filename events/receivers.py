"""What happens here when something happens in lower apps."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from accounts.models import ContactPoint
from events import messages
from events.actions.notices import message_key, notify_lapsed
from events.actions.waitlist import accept_offer
from events.enums import ACTIVE, RegistrationStatus
from events.errors import EventError
from events.models import Registration
from messaging.models import Delivery
from messaging.signals import accepted


@receiver(accepted, dispatch_uid="events.accept_newest_offer")
def accept_newest_offer(sender: Any, *, contact_point: ContactPoint, now: datetime, **kwargs: Any) -> bool:
    """Take the seat that was offered to this number last and is still kept; return whether there was one.

    Whoever answers too late is told so once: they might set out for a seat that they do not have.
    """
    mine = Registration.objects.filter(Q(contact_point=contact_point) | Q(second_contact=contact_point))
    kept = mine.filter(status=RegistrationStatus.OFFERED, offer_expires_at__gt=now)
    for registration_id in _newest_offer_first(kept, contact_point):
        try:
            accept_offer(registration_id=registration_id, now=now)
        except EventError:
            # It lapsed, or the session was cancelled, between the look and the lock.
            continue
        return True
    lapsed = Q(status=RegistrationStatus.LAPSED) | Q(status=RegistrationStatus.OFFERED, offer_expires_at__lte=now)
    back_again = mine.filter(status__in=ACTIVE).exclude(lapsed).values("session")
    missed = mine.filter(lapsed, session__starts_at__gt=now).exclude(session__in=back_again)
    for registration_id in _newest_offer_first(missed, contact_point)[:1]:
        notify_lapsed(registration_id=registration_id, contact=contact_point, now=now)
    return False


def _newest_offer_first(registrations: Any, contact_point: ContactPoint) -> list[int]:
    """Return the ids in the order in which this number was asked, the last one first."""
    occasion = messages.OFFER.rpartition(".")[2]
    keys = {message_key(row, occasion, contact_point.pk): row.pk for row in registrations.order_by("-pk")}
    asked = Delivery.objects.filter(event_key__in=keys).order_by("-created_at", "-pk")
    in_order = [keys.pop(key) for key in asked.values_list("event_key", flat=True)]
    # The message may be archived; its registration still counts.
    return [*in_order, *keys.values()]

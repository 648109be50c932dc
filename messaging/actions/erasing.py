"""Forgetting what was written to a person who leaves."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import ContactPoint
from messaging.enums import DeliveryState, ErrorClass
from messaging.models import Delivery, SentCopy


def erase_deliveries_of(user: Any) -> None:
    """Stop what still waits for ``user`` and erase every parameter; counts and states stay, without the person.

    A message that is leaving at this very moment keeps its state until its result is known.
    """
    now = timezone.now()
    with transaction.atomic():
        mine = Delivery.objects.filter(contact_point__in=ContactPoint.objects.filter(user=user))
        mine.filter(state__in=(DeliveryState.PENDING, DeliveryState.CLAIMED)).update(
            state=DeliveryState.SUPPRESSED,
            error_class=ErrorClass.ERASED,
            token=None,
            lease_until=None,
            closed_at=now,
            params=None,
        )
        mine.exclude(params__isnull=True).update(params=None)
        SentCopy.objects.filter(delivery__in=mine).delete()

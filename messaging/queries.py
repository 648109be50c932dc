"""Reads of deliveries for people and for staff."""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet

from accounts.models import ContactPoint
from messaging.enums import DeliveryState
from messaging.errors import MessagingError
from messaging.models import ArchivedDelivery, Delivery
from messaging.rendering import Rendered, render
from messaging.templates import get_template


def progress_of(source: str) -> dict[str, int]:
    """Return how many deliveries of ``source`` (``campaign:12``) are in each state, archived ones too; 0 for none."""
    counts = dict.fromkeys(DeliveryState.values, 0)
    for model in (Delivery, ArchivedDelivery):
        for entry in model.objects.filter(source=source).values("state").annotate(rows=Count("pk")):
            counts[entry["state"]] += entry["rows"]
    return counts


def deliveries_of(user: Any) -> QuerySet[Delivery]:
    """Return what was written to any contact point of ``user``, newest first."""
    contacts = ContactPoint.objects.filter(user=user)
    return Delivery.objects.filter(contact_point__in=contacts).select_related("contact_point").order_by("-id")


def rendered(delivery: Delivery) -> Rendered | None:
    """Return what a delivery says, or None when its parameters are erased or its template is gone."""
    if delivery.params is None:
        return None
    try:
        return render(get_template(delivery.template), json.loads(delivery.params), channel=delivery.channel)
    except MessagingError:
        return None


def export_deliveries_of(user: Any) -> Mapping[str, Any]:
    """Return the messages written to ``user``, for the copy of their data."""
    rows = []
    for delivery in deliveries_of(user).iterator(chunk_size=500):
        message = rendered(delivery)
        rows.append(
            {
                "channel": delivery.channel,
                "template": delivery.template,
                "state": delivery.state,
                "created_at": delivery.created_at.isoformat(),
                "sent_at": delivery.sent_at.isoformat() if delivery.sent_at else None,
                "text": message.text if message else None,
            }
        )
    return {"deliveries": rows}

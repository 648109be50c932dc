"""What this app knows about a person: the copy they may ask for, and its deletion."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from newsletters.models import Subscriber


def export(user: User) -> Mapping[str, Any]:
    """Return subscriptions and the letters that were queued for them."""
    return {
        "subscriptions": [
            {
                "contact": subscriber.contact_point.value,
                "status": subscriber.subscription.get_status_display(),
                "topics": [str(label) for label in subscriber.subscription.topic_labels],
                "frequency": subscriber.subscription.get_frequency_display(),
                "requested_at": subscriber.subscription.requested_at,
                "confirmed_at": subscriber.subscription.confirmed_at,
                "unsubscribed_at": subscriber.subscription.unsubscribed_at,
                "letters": [
                    {"title": row.campaign.title, "queued_at": row.queued_at}
                    for row in subscriber.subscription.received_campaigns.all()
                ],
            }
            for subscriber in _subscribers(user)
            .select_related("contact_point", "subscription")
            .prefetch_related("subscription__topics", "subscription__received_campaigns__campaign")
        ]
    }


def erase(user: User) -> None:
    """Delete the subscriptions; letters that still wait find nobody and are dropped. Counts of letters stay."""
    with transaction.atomic():
        _subscribers(user).delete()


def _subscribers(user: User) -> Any:
    return Subscriber.objects.filter(Q(user=user) | Q(contact_point__user=user))

"""What beat does every half minute, so that no lost nudge and no dead worker loses a message."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from messaging.actions.claiming import release_lapsed
from messaging.enums import Category, DeliveryState, ErrorClass
from messaging.models import Delivery
from messaging.nudges import wake_sender


@dataclass(frozen=True)
class Swept:
    """What one sweep found."""

    released: int
    unknown: int
    expired: int
    woke_sender: bool


def sweep(*, now: datetime) -> Swept:
    """Give back lapsed claims, name what nobody knows, close what came too late, and wake a sender for what is due."""
    with transaction.atomic():
        released = release_lapsed(now=now)
        unknown = mark_unknown(now=now)
        expired = expire_pending(now=now)
        woke = _ask_for_sender(now=now)
    return Swept(released=released, unknown=unknown, expired=expired, woke_sender=woke)


def mark_unknown(*, now: datetime) -> int:
    """Turn rows left ``sending`` by a dead worker to ``unknown``; their token stays, in case it lives after all."""
    lapsed = Delivery.objects.filter(state=DeliveryState.SENDING, lease_until__lte=now)
    changes = {
        "state": DeliveryState.UNKNOWN,
        "lease_until": None,
        "closed_at": now,
        "error_class": ErrorClass.LEASE_LAPSED,
    }
    codes = lapsed.filter(category=Category.CODE).update(params=None, **changes)
    return codes + lapsed.exclude(category=Category.CODE).update(**changes)


def expire_pending(*, now: datetime) -> int:
    """Close pending rows whose time has passed."""
    late = Delivery.objects.filter(state=DeliveryState.PENDING, expires_at__lte=now)
    changes = {"state": DeliveryState.EXPIRED, "closed_at": now, "error_class": ErrorClass.EXPIRED}
    codes = late.filter(category=Category.CODE).update(params=None, **changes)
    return codes + late.exclude(category=Category.CODE).update(**changes)


def _ask_for_sender(*, now: datetime) -> bool:
    """Nudge once when the head of the queue is due and nobody was asked for it lately.

    ``queued_at`` on the head keeps a broker without workers from filling up with the same request.
    """
    head = Delivery.objects.due(now).values_list("pk", flat=True).first()
    if head is None:
        return False
    # A worker asked this long ago has had its chance.
    patience = timedelta(seconds=settings.DELIVERY_ASK_AGAIN_SECONDS)
    asked = Delivery.objects.filter(
        Q(queued_at__isnull=True) | Q(queued_at__lte=now - patience), pk=head, state=DeliveryState.PENDING
    ).update(queued_at=now)
    if asked:
        wake_sender()
    return bool(asked)

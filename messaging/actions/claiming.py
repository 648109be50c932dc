"""Taking rows to send, and giving them back."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from accounts.enums import Channel
from messaging.enums import DeliveryState
from messaging.models import Delivery

CLAIM_SIZE = 20
# What sending does not look at; making a moment of each text costs more than the rest of the row.
_NOT_NEEDED = (
    "event_key",
    "created_at",
    "not_before",
    "due_at",
    "expires_at",
    "queued_at",
    "claimed_at",
    "sent_at",
    "closed_at",
    "receipt_at",
    "contact_point__created_at",
    "contact_point__verified_at",
)


def lease() -> timedelta:
    """How long a worker may hold a row without a sign of life."""
    return timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)


def claim_batch(
    *, token: UUID, now: datetime, channels: Sequence[str] = tuple(Channel.values), limit: int = CLAIM_SIZE
) -> list[Delivery]:
    """Claim up to ``limit`` due rows of each of ``channels`` for ``token`` and return them in sending order.

    No row goes to two tokens: on PostgreSQL other workers skip the locked rows, on SQLite writers take turns and the
    conditional UPDATE finds only what is still pending.
    """
    ids: list[int] = []
    changes = {"state": DeliveryState.CLAIMED, "token": token, "lease_until": now + lease(), "claimed_at": now}
    with transaction.atomic():
        for channel in channels:
            due = Delivery.objects.due(now).filter(channel=channel)
            if connection.features.has_select_for_update_skip_locked:
                due = due.select_for_update(skip_locked=True, of=("self",))
            found = list(due.values_list("pk", flat=True)[:limit])
            if found:
                Delivery.objects.filter(pk__in=found, state=DeliveryState.PENDING).update(**changes)
                ids += found
    if not ids:
        return []
    held = Delivery.objects.filter(pk__in=ids, token=token, state=DeliveryState.CLAIMED)
    return list(held.select_related("contact_point").defer(*_NOT_NEEDED).order_by("priority", "due_at", "id"))


def release(*, ids: Iterable[int], token: UUID, due_at: datetime | None = None) -> int:
    """Give claimed rows back untried, to be claimed again from ``due_at`` on; return how many were still held."""
    changes: dict[str, Any] = {"state": DeliveryState.PENDING, "token": None, "lease_until": None, "queued_at": None}
    if due_at is not None:
        changes["due_at"] = due_at
    return Delivery.objects.filter(pk__in=list(ids), token=token, state=DeliveryState.CLAIMED).update(**changes)


def release_lapsed(*, now: datetime) -> int:
    """Give back the rows of workers that went silent before they began to send; return how many."""
    return Delivery.objects.filter(state=DeliveryState.CLAIMED, lease_until__lte=now).update(
        state=DeliveryState.PENDING, token=None, lease_until=None, queued_at=None
    )

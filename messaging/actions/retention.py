"""What is kept of messages, and for how long."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from messaging.enums import CLOSED_STATES, DeliveryState, ReceiptState
from messaging.models import ArchivedDelivery, Delivery, Receipt, Suppression, UpstreamSms

_BATCH = 1000
_KEPT = (
    "event_key", "channel", "category", "template", "source", "state", "error_class", "backend", "segments",
    "sent_at", "closed_at",
)  # fmt: skip


def archive_closed(*, now: datetime, batches: int = 100) -> int:
    """Move messages whose retention has passed to the archive, without their person and words; return how many.

    A message whose result is unknown stays until somebody settled it. Works in batches of one transaction each; a
    killed run leaves whole batches, and the next continues.
    """
    moved = 0
    for category, days in settings.DELIVERY_KEEP_DAYS.items():
        old = Delivery.objects.filter(
            category=category, closed_at__lt=now - timedelta(days=days), state__in=CLOSED_STATES
        ).exclude(state=DeliveryState.UNKNOWN)
        for _batch in range(batches):
            count = _archive_batch(old)
            moved += count
            if count < _BATCH:
                break
    return moved


def _archive_batch(old: QuerySet[Delivery]) -> int:
    with transaction.atomic():
        rows = list(old.order_by("closed_at").values("pk", *_KEPT)[:_BATCH])
        ArchivedDelivery.objects.bulk_create(
            [ArchivedDelivery(**{name: row[name] for name in _KEPT}) for row in rows], ignore_conflicts=True
        )
        Delivery.objects.filter(pk__in=[row["pk"] for row in rows]).delete()
    return len(rows)


def purge_archive(*, now: datetime) -> int:
    """Delete what need not be kept of archive, settled receipts, replies and lapsed suppressions; return how many."""
    edge = now - timedelta(days=settings.DELIVERY_ARCHIVE_DAYS)
    words = now - timedelta(days=settings.DELIVERY_KEEP_DAYS["service"])
    gone = (
        ArchivedDelivery.objects.filter(closed_at__lt=edge),
        Receipt.objects.filter(received_at__lt=edge).exclude(state=ReceiptState.HELD),
        UpstreamSms.objects.filter(received_at__lt=words),
        Suppression.objects.filter(expires_at__lt=now),
    )
    return sum(rows.delete()[0] for rows in gone)

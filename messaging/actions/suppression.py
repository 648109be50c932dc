"""The list of those whom nothing may be sent to."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import ContactPoint
from core.actions.audit import record_audit
from messaging.models import Suppression


def suppress(
    *,
    contact_point: ContactPoint,
    reason: str,
    now: datetime,
    category: str = "",
    expires_at: datetime | None = None,
    user: Any = None,
) -> Suppression:
    """Stop messages of ``category`` (all but codes when empty) to a contact point; doing it twice changes nothing.

    Messages that wait are not touched: the list is looked at when each is about to be sent.
    """
    with transaction.atomic():
        entry, created = Suppression.objects.get_or_create(
            channel=contact_point.channel,
            index=contact_point.index,
            category=category,
            defaults={"reason": reason, "created_at": now, "expires_at": expires_at},
        )
        if not created and entry.expires_at is not None and (expires_at is None or expires_at > entry.expires_at):
            entry.reason, entry.expires_at = reason, expires_at
            entry.save(update_fields=["reason", "expires_at"])
        elif not created:
            return entry
        record_audit(
            action="messaging.suppressed",
            target=entry,
            user=user,
            now=now,
            detail={"reason": reason, "category": category},
        )
    return entry


def lift_suppression(
    *, contact_point: ContactPoint, now: datetime, reason: str, category: str = "", user: Any = None
) -> bool:
    """Allow messages again, as after a new opt-in; return whether anything stood in the way."""
    with transaction.atomic():
        entry = Suppression.objects.filter(
            channel=contact_point.channel, index=contact_point.index, category=category
        ).first()
        if entry is None:
            return False
        record_audit(action="messaging.suppression_lifted", target=entry, user=user, now=now, detail={"reason": reason})
        entry.delete()
    return True

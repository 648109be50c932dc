"""What staff decide at the desk of messages: several results at once, the suppression list, a backend to try again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.contacts import contact_index
from accounts.enums import Channel
from accounts.models import ContactPoint
from core.actions.audit import record_audit
from messaging.actions.health import try_again_now
from messaging.actions.settling import settle_unknown
from messaging.actions.suppression import lift_suppression, suppress
from messaging.enums import SuppressionReason
from messaging.errors import SettleError
from messaging.models import BackendHealth, Delivery, Suppression


def settle_unknowns(*, delivery_ids: Iterable[int], arrived: bool, reason: str, user: Any, now: datetime) -> int:
    """Settle several ``unknown`` messages alike, each in its own transaction; return how many.

    Those that somebody settled meanwhile, or that are gone, are left as they are. Raises ``SettleError`` without a
    reason, before anything is changed.
    """
    if not reason.strip():
        raise SettleError(_("请写明依据，例如“电话问过本人，已收到”。"))
    settled = 0
    for delivery_id in sorted(set(delivery_ids)):
        try:
            settle_unknown(delivery_id=delivery_id, arrived=arrived, reason=reason, user=user, now=now)
        except (SettleError, Delivery.DoesNotExist):
            continue
        settled += 1
    return settled


def suppress_typed(
    *, channel: Channel, value: str, category: str, note: str, user: Any, now: datetime
) -> tuple[Suppression, bool]:
    """Put a normalised address or number on the suppression list; return the entry and whether it was made now.

    Only the blind index is kept: no contact point is made. The note goes to the erasable part of the audit trail.
    Raises ``SettleError`` without a note.
    """
    if not note.strip():
        raise SettleError(_("请写明依据，例如“11 月 23 日来电，不想再收”。"))
    person = ContactPoint(channel=channel, index=contact_index(channel, value))
    with transaction.atomic():
        known = Suppression.objects.filter(channel=channel, index=person.index, category=category)
        before = known.filter(expires_at__isnull=True).exists()
        entry = suppress(contact_point=person, reason=SuppressionReason.STAFF, category=category, now=now, user=user)
        if not before:
            _note(entry, "messaging.suppression_noted", note, user, now)
    return entry, not before


def lift_entry(*, entry_id: int, note: str, user: Any, now: datetime) -> bool:
    """Take an entry off the suppression list, with a note; return whether it was still there.

    Raises ``SettleError`` without a note.
    """
    if not note.strip():
        raise SettleError(_("请写明依据，例如“本人来电，要求恢复接收”。"))
    with transaction.atomic():
        entry = Suppression.objects.select_for_update().filter(pk=entry_id).first()
        if entry is None:
            return False
        _note(entry, "messaging.suppression_noted", note, user, now)
        return lift_suppression(
            contact_point=ContactPoint(channel=entry.channel, index=entry.index),
            category=entry.category,
            reason=SuppressionReason.STAFF,
            user=user,
            now=now,
        )


def retry_backend(*, name: str, user: Any, now: datetime) -> bool:
    """Let a backend whose circuit is open be tried at once; return whether it was open."""
    with transaction.atomic():
        opened = try_again_now(name=name, now=now)
        if opened:
            record_audit(
                action="messaging.backend.tried_again",
                target=BackendHealth.objects.get(name=name),
                user=user,
                now=now,
                detail={"backend": name},
            )
    return opened


def _note(entry: Suppression, action: str, note: str, user: Any, now: datetime) -> None:
    record_audit(action=action, target=entry, user=user, now=now, detail={"note": note.strip()})

"""Ending doubt: a person decides about a row whose result nobody knows."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.audit import record_audit
from messaging.enums import DeliveryState
from messaging.errors import SettleError
from messaging.models import Delivery


def settle_unknown(*, delivery_id: int, arrived: bool, reason: str, user: Any, now: datetime) -> Delivery:
    """Record whether an ``unknown`` message arrived, with the reason, in the audit trail.

    Nothing is sent: sending it once more is a new event of whoever caused the first. Raises ``SettleError`` without a
    reason, or when the row is not (or no longer) unknown.
    """
    if not reason.strip():
        raise SettleError(_("请写明依据，例如“电话问过本人，已收到”。"))
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
        if delivery.state != DeliveryState.UNKNOWN:
            raise SettleError(_("这条消息的结果已经明确，不用再处理。"))
        delivery.state = DeliveryState.SENT if arrived else DeliveryState.FAILED
        delivery.sent_at = (delivery.claimed_at or now) if arrived else None
        delivery.error_class = "" if arrived else delivery.error_class
        delivery.token = None
        delivery.closed_at = now
        delivery.save(update_fields=["state", "sent_at", "error_class", "token", "closed_at"])
        record_audit(
            action="messaging.delivery.settled",
            target=delivery,
            user=user,
            now=now,
            detail={"arrived": arrived, "reason": reason.strip()},
        )
    return delivery

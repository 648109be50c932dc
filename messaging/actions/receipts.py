"""Believing what others say of our messages, or not.

A receipt is applied once, and only with a proof that it speaks of a message that we sent: a signed return address, the
message's own unguessable identity, or a gateway that signed and knows its number. Whatever lacks one is held for a
person and changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import ContactPoint
from core.actions.audit import record_audit
from messaging.actions.suppression import suppress
from messaging.enums import (
    Category,
    DeliveryState,
    ErrorClass,
    Proof,
    ReceiptKind,
    ReceiptState,
    SuppressionReason,
)
from messaging.errors import SettleError
from messaging.models import Delivery, Receipt
from messaging.signals import opted_out

# So many temporary bounces in so many days, and nothing is sent for a while.
SOFT_BOUNCES, SOFT_DAYS, SOFT_PAUSE = 3, timedelta(days=30), timedelta(days=14)

_LEFT = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.UNKNOWN)
_BOUNCES: dict[str, str] = {
    ReceiptKind.HARD_BOUNCE: ErrorClass.RECIPIENT,
    ReceiptKind.SOFT_BOUNCE: ErrorClass.TEMPORARY,
}


@dataclass(frozen=True)
class Report:
    """What a source says, parsed: ``delivery_id`` and ``proof`` come from whoever checked the signature or token.

    ``contact_point`` is who it seems to be about when no delivery is proven; ``diagnostic`` is kept encrypted.
    """

    source: str
    external_id: str
    kind: str
    delivery_id: int | None = None
    proof: str = Proof.NONE
    contact_point: ContactPoint | None = None
    status_code: str = ""
    diagnostic: str = ""


def apply_receipt(*, report: Report, now: datetime) -> Receipt:
    """Record a report and do what follows from it; the same report again returns the first record, unchanged.

    With a proof: a bounce closes the message as bounced and, when the address is dead, suppresses it at once; a third
    temporary bounce in a month suppresses it for two weeks; a complaint suppresses everything but codes; a delivery
    receipt settles also what was ``unknown``. A report of a message that never began to leave is held, like one
    without a proof.
    """
    try:
        with transaction.atomic():
            receipt = Receipt.objects.create(
                source=report.source[:60],
                external_id=report.external_id[:200],
                kind=report.kind,
                proof=report.proof,
                state=ReceiptState.HELD,
                contact_point=report.contact_point,
                status_code=report.status_code[:20],
                diagnostic=report.diagnostic[:2000],
                received_at=now,
            )
            delivery = _proven(report)
            if delivery is not None:
                _apply(receipt, delivery, now)
    except IntegrityError:
        return Receipt.objects.get(source=report.source[:60], external_id=report.external_id[:200])
    return receipt


def settle_receipt(*, receipt_id: int, believed: bool, reason: str, user: Any, now: datetime) -> Receipt:
    """Decide about a held receipt; believed, its contact point is suppressed as the receipt's kind asks.

    Raises ``SettleError`` without a reason, for a receipt that is not held, and when there is nobody to suppress.
    """
    if not reason.strip():
        raise SettleError(_("请写明依据，例如“打过电话，地址确实停用”。"))
    with transaction.atomic():
        receipt = Receipt.objects.select_for_update(of=("self",)).select_related("contact_point").get(pk=receipt_id)
        if receipt.state != ReceiptState.HELD:
            raise SettleError(_("这条回执已经处理过了。"))
        if believed:
            if receipt.contact_point is None:
                raise SettleError(_("认不出这条回执说的是谁，只能判为不可信。"))
            receipt.proof, receipt.state = Proof.PERSON, ReceiptState.APPLIED
            _suppress(receipt, receipt.contact_point, now)
        else:
            receipt.state = ReceiptState.DISMISSED
        receipt.settled_at, receipt.settled_by = now, user
        receipt.save(update_fields=["proof", "state", "settled_at", "settled_by"])
        record_audit(
            action="messaging.receipt.settled",
            target=receipt,
            user=user,
            now=now,
            detail={"believed": believed, "reason": reason.strip()},
        )
    return receipt


def _proven(report: Report) -> Delivery | None:
    if not report.proof or report.delivery_id is None:
        return None
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("contact_point")
    return rows.filter(pk=report.delivery_id, state__in=(*_LEFT, DeliveryState.BOUNCED)).first()


def _apply(receipt: Receipt, delivery: Delivery, now: datetime) -> None:
    receipt.delivery = delivery
    receipt.contact_point = delivery.contact_point
    changed = _change(receipt, delivery, now)
    receipt.state = ReceiptState.APPLIED if changed else ReceiptState.IGNORED
    receipt.save(update_fields=["delivery", "contact_point", "state"])
    if changed and delivery.contact_point is not None:
        _suppress(receipt, delivery.contact_point, now)


def _change(receipt: Receipt, delivery: Delivery, now: datetime) -> bool:
    """Move the message to the state that the receipt proves; return whether the receipt means anything."""
    if receipt.kind == ReceiptKind.DELAYED:
        return False
    if receipt.kind in _BOUNCES:
        if delivery.state == DeliveryState.BOUNCED:
            return False
        _close(delivery, DeliveryState.BOUNCED, now, _BOUNCES[receipt.kind], receipt.status_code)
        return True
    if receipt.kind == ReceiptKind.DELIVERED:
        if delivery.state in {DeliveryState.BOUNCED, DeliveryState.DELIVERED}:
            return False
        _close(delivery, DeliveryState.DELIVERED, now, ErrorClass.NONE, "")
        return True
    # Whoever complains or unsubscribes has got it.
    if delivery.state in {DeliveryState.SENDING, DeliveryState.UNKNOWN}:
        _close(delivery, DeliveryState.DELIVERED, now, ErrorClass.NONE, "")
    return True


def _close(delivery: Delivery, state: str, now: datetime, error_class: str, code: str) -> None:
    delivery.state = state
    delivery.error_class, delivery.error_code = error_class, code
    delivery.sent_at = delivery.sent_at or delivery.claimed_at or now
    delivery.closed_at = delivery.closed_at or now
    delivery.receipt_at = now
    delivery.token = delivery.lease_until = None
    if delivery.category == Category.CODE:
        delivery.params = None
    delivery.save(
        update_fields=["state", "error_class", "error_code", "sent_at", "closed_at", "receipt_at", "token",
                       "lease_until", "params"]
    )  # fmt: skip


def _suppress(receipt: Receipt, contact_point: ContactPoint, now: datetime) -> None:
    if receipt.kind == ReceiptKind.HARD_BOUNCE:
        suppress(contact_point=contact_point, reason=SuppressionReason.BOUNCE, now=now)
    elif receipt.kind == ReceiptKind.COMPLAINT:
        suppress(contact_point=contact_point, reason=SuppressionReason.COMPLAINT, now=now)
        opted_out.send(sender=Receipt, contact_point=contact_point, reason=SuppressionReason.COMPLAINT, now=now)
    elif receipt.kind == ReceiptKind.UNSUBSCRIBE:
        suppress(
            contact_point=contact_point,
            reason=SuppressionReason.UNSUBSCRIBED,
            now=now,
            category=Category.CAMPAIGN,
        )
        opted_out.send(sender=Receipt, contact_point=contact_point, reason=SuppressionReason.UNSUBSCRIBED, now=now)
    elif receipt.kind == ReceiptKind.SOFT_BOUNCE:
        recent = Receipt.objects.filter(
            contact_point=contact_point,
            kind=ReceiptKind.SOFT_BOUNCE,
            state=ReceiptState.APPLIED,
            received_at__gt=now - SOFT_DAYS,
        )
        if recent.count() >= SOFT_BOUNCES:
            suppress(
                contact_point=contact_point,
                reason=SuppressionReason.SOFT_BOUNCE,
                now=now,
                expires_at=now + SOFT_PAUSE,
            )

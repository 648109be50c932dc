"""Receipts from SMS gateways: which of our messages each speaks of."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.enums import Channel
from messaging.actions.receipts import Report, apply_receipt
from messaging.enums import Proof, ReceiptKind, ReceiptState
from messaging.models import Delivery, Receipt

# A gateway may be quicker than the commit that stores its number of the message; later than this nothing will come.
MATCH_WITHIN = timedelta(days=2)
# Stands where a gateway's number would, when the code is not one that the mapping names.
_UNNAMED = "?"
_LONGEST_NUMBER = 80


@dataclass(frozen=True)
class SmsReport:
    """One receipt of a gateway, its signature already checked.

    ``provider_id`` is the gateway's number of the message, ``client_id`` the one that we gave it; either will do.
    ``kind`` is a ``ReceiptKind``, or empty for a code that nobody named.
    """

    backend: str
    receipt_id: str
    provider_id: str
    client_id: str
    kind: str
    code: str


def receive_sms_receipt(*, report: SmsReport, now: datetime) -> Receipt:
    """Apply a gateway's receipt to the message it speaks of; the same receipt again changes nothing.

    One of an unknown message, or with an unknown code, is held for a person. One that came before the sender recorded
    the gateway's number is held too, and ``match_held_receipts`` applies it.
    """
    delivery = _delivery_of(report.backend, report.provider_id, report.client_id)
    known = delivery if report.kind else None
    number = (report.provider_id or report.client_id[:_LONGEST_NUMBER]) if report.kind else _UNNAMED
    return apply_receipt(
        report=Report(
            source=_source(report.backend),
            external_id=f"{number} {report.receipt_id}",
            kind=report.kind or ReceiptKind.SOFT_BOUNCE,
            delivery_id=known.pk if known else None,
            proof=Proof.PROVIDER if known else Proof.NONE,
            contact_point=delivery.contact_point if delivery else None,
            status_code=report.code,
        ),
        now=now,
    )


def match_held_receipts(*, now: datetime) -> int:
    """Apply the receipts that came before the gateway's number of their message was recorded; return how many."""
    held = Receipt.objects.filter(
        source__startswith=_source(""),
        state=ReceiptState.HELD,
        proof=Proof.NONE,
        received_at__gt=now - MATCH_WITHIN,
    ).exclude(external_id__startswith=f"{_UNNAMED} ")
    return sum(_match(pk) for pk in held.values_list("pk", flat=True))


def _match(receipt_id: int) -> bool:
    with transaction.atomic():
        receipt = Receipt.objects.select_for_update(of=("self",)).filter(pk=receipt_id, state=ReceiptState.HELD).first()
        if receipt is None:
            return False
        backend, number = receipt.source.removeprefix(_source("")), receipt.external_id.partition(" ")[0]
        delivery = _delivery_of(backend, number, number)
        if delivery is None:
            return False
        # Recorded anew with what was lacking: a receipt's proof never changes behind a person's back.
        receipt.delete()
        again = apply_receipt(
            report=Report(
                source=receipt.source,
                external_id=receipt.external_id,
                kind=receipt.kind,
                delivery_id=delivery.pk,
                proof=Proof.PROVIDER,
                contact_point=delivery.contact_point,
                status_code=receipt.status_code,
            ),
            now=receipt.received_at,
        )
        return again.state != ReceiptState.HELD


def _delivery_of(backend: str, provider_id: str, client_id: str) -> Delivery | None:
    rows = Delivery.objects.filter(channel=Channel.SMS).select_related("contact_point")
    found = rows.filter(backend=backend, provider_id=provider_id).first() if provider_id else None
    if found is None and client_id:
        # Our own number is not to be guessed, and is known before the message leaves: no receipt overtakes it.
        found = rows.filter(message_id=f"<{client_id}>").first()
    return found


def _source(backend: str) -> str:
    return f"sms:{backend}"

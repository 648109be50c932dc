"""From returned messages to receipts: each is believed only with a proof, and applied once however often it is read."""

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.actions.contacts import contact_index
from accounts.enums import Channel
from accounts.models import ContactPoint
from accounts.validators import normalise_email
from messaging.actions.receipts import Report, apply_receipt
from messaging.bounces.mailboxes import Returned
from messaging.bounces.reading import Reading, Statement, UnreadableError, read_return
from messaging.enums import Proof
from messaging.models import Delivery
from messaging.verp import delivery_of

logger = logging.getLogger(__name__)

SOURCE = "bounce"


def ingest_all(*, returned: Iterable[Returned], clock: Callable[[], datetime]) -> Counter[str]:
    """Apply every message of a mailbox and return how many ended how (``applied``, ``held``, ``refused`` …).

    A message is marked as done in its mailbox only after its receipts are committed: a run that dies in between reads
    it again, and the second reading changes nothing. What cannot be read is marked too, and does not stop the run.
    """
    counts: Counter[str] = Counter()
    for item in returned:
        try:
            counts.update(ingest(data=item.read(), now=clock()))
        except UnreadableError as error:
            logger.warning("returned message refused", extra={"why": str(error)})
            counts["refused"] += 1
        item.done()
    return counts


def ingest(*, data: bytes, now: datetime) -> list[str]:
    """Apply one returned message; return the state of each of its receipts, or ``no_report``.

    Raises ``UnreadableError``.
    """
    reading = read_return(data)
    if not reading.statements:
        return ["no_report"]
    delivery_id, proof = _proven(reading)
    digest = hashlib.sha256(data).hexdigest()
    states = []
    for number, statement in enumerate(reading.statements):
        report = Report(
            source=SOURCE,
            external_id=f"{digest}:{number}",
            kind=statement.kind,
            delivery_id=delivery_id,
            proof=proof,
            contact_point=_contact(statement),
            status_code=statement.status_code,
            diagnostic=statement.diagnostic,
        )
        states.append(str(apply_receipt(report=report, now=now).state))
    return states


def _proven(reading: Reading) -> tuple[int | None, str]:
    """Return which of our messages came back, and how that is proven: nobody can guess either."""
    for address in reading.returned_to:
        delivery_id = delivery_of(address)
        if delivery_id is not None:
            return delivery_id, Proof.TOKEN
    rows = Delivery.objects.filter(message_id__in=reading.message_ids, channel=Channel.EMAIL)
    ids = list(rows.values_list("pk", flat=True)[:2])
    return (ids[0], Proof.MESSAGE_ID) if len(ids) == 1 else (None, Proof.NONE)


def _contact(statement: Statement) -> ContactPoint | None:
    try:
        index = contact_index(Channel.EMAIL, normalise_email(statement.recipient))
    except ValidationError:
        return None
    return ContactPoint.objects.filter(channel=Channel.EMAIL, index=index).first()

"""Synthetic messages in bulk, for load and growth."""

import random
from datetime import datetime, timedelta

from django.db import transaction

from accounts.actions.contacts import contact_index
from accounts.enums import Channel
from accounts.models import ContactPoint
from messaging.enums import PRIORITIES, Category, DeliveryState, ErrorClass
from messaging.mime import message_id
from messaging.models import Delivery

_BATCH = 2000
_CONTACTS = 500
_TEMPLATE = "messaging.django_mail"
_PARAMS = '{"mail_subject": "样例", "mail_text": "样例正文。", "mail_html": ""}'
# Out of a hundred, about as a careful sender sees it.
_STATES = (
    [DeliveryState.SENT] * 88
    + [DeliveryState.DELIVERED] * 6
    + [DeliveryState.BOUNCED] * 2
    + [DeliveryState.FAILED] * 2
    + [DeliveryState.SUPPRESSED]
    + [DeliveryState.EXPIRED]
)


def create_sample_deliveries(count: int, *, now: datetime) -> int:
    """Add ``count`` closed deliveries of the last year to synthetic addresses (example.org); return how many.

    Adding more later continues where the last run stopped.
    """
    chance = random.Random(count)  # noqa: S311 -- synthetic data, the same each time
    contacts = _sample_contacts(now)
    first = Delivery.objects.filter(source="sample").count()
    for start in range(0, count, _BATCH):
        numbers = range(first + start, first + min(start + _BATCH, count))
        with transaction.atomic():
            rows = Delivery.objects.bulk_create([_row(number, contacts, now, chance) for number in numbers])
            for row in rows:
                row.message_id = message_id(row.pk) if row.sent_at else ""
            Delivery.objects.bulk_update(rows, ["message_id"], batch_size=500)
    return count


def _sample_contacts(now: datetime) -> list[ContactPoint]:
    values = [f"sample{number}@example.org" for number in range(_CONTACTS)]
    ContactPoint.objects.bulk_create(
        [
            ContactPoint(
                channel=Channel.EMAIL,
                value=value,
                index=contact_index(Channel.EMAIL, value),
                mail_domain="example.org",
                created_at=now,
            )
            for value in values
        ],
        ignore_conflicts=True,
    )
    indexes = [contact_index(Channel.EMAIL, value) for value in values]
    return list(ContactPoint.objects.filter(channel=Channel.EMAIL, index__in=indexes))


def _row(number: int, contacts: list[ContactPoint], now: datetime, chance: random.Random) -> Delivery:
    state = chance.choice(_STATES)
    at = now - timedelta(minutes=chance.randrange(60 * 24 * 365))
    accepted = state in {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.BOUNCED}
    reasons = {
        DeliveryState.BOUNCED: ErrorClass.RECIPIENT,
        DeliveryState.FAILED: ErrorClass.RECIPIENT,
        DeliveryState.SUPPRESSED: ErrorClass.SUPPRESSED,
        DeliveryState.EXPIRED: ErrorClass.EXPIRED,
    }
    return Delivery(
        event_key=f"sample:{number}",
        contact_point=contacts[number % len(contacts)],
        channel=Channel.EMAIL,
        category=Category.CAMPAIGN,
        priority=PRIORITIES[Category.CAMPAIGN],
        template=_TEMPLATE,
        params=_PARAMS,
        source="sample",
        state=state,
        error_class=reasons.get(state, ErrorClass.NONE),
        message_id=f"<sample{number}@example.org>" if accepted else "",
        created_at=at,
        due_at=at,
        sent_at=at if accepted else None,
        closed_at=at,
    )

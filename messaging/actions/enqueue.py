"""Accepting messages: a row in the caller's transaction, and one nudge after its commit."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ContactPoint
from messaging.enums import PRIORITIES
from messaging.errors import ArchivedEventError
from messaging.models import ArchivedDelivery, Delivery
from messaging.nudges import wake_sender
from messaging.schedule import sending_time
from messaging.templates import get_template

_BATCH = 500


@dataclass(frozen=True)
class Order:
    """One message as a caller of ``enqueue_many`` wants it; the fields mean what they mean to ``enqueue``."""

    event_key: str
    contact_point: ContactPoint
    context: Mapping[str, Any]


def enqueue(
    *,
    event_key: str,
    contact_point: ContactPoint,
    template: str,
    context: Mapping[str, Any],
    now: datetime | None = None,
    priority: int | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    user: Any = None,
    source: str = "",
) -> Delivery:
    """Accept one message and return its row; the same ``event_key`` again returns the row that is there.

    Works in the caller's transaction: the message exists if and only if what caused it does. A sender is nudged
    after the commit. Raises a ``MessagingError`` when the template is unknown, has nothing for the contact point's
    channel, lacks a field, or the event's message was archived; nothing is written then.
    """
    now = now or timezone.now()
    row = _build(
        order=Order(event_key=event_key, contact_point=contact_point, context=context),
        template=template,
        now=now,
        due_at=_DueTimes(now, not_before),
        priority=priority,
        not_before=not_before,
        expires_at=expires_at,
        user=user,
        source=source,
    )
    with transaction.atomic():
        if ArchivedDelivery.objects.filter(event_key=event_key).exists():
            raise ArchivedEventError(_("这件事的消息早已发过并归档，不会再发。"))
        Delivery.objects.bulk_create([row], ignore_conflicts=True)
        stored = Delivery.objects.select_related("contact_point").get(event_key=event_key)
        wake_sender()
    return stored


def enqueue_many(
    *,
    orders: Iterable[Order],
    template: str,
    now: datetime,
    priority: int | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    user: Any = None,
    source: str = "",
) -> int:
    """Accept many messages of one template in bulk and return how many were asked for; known keys change nothing.

    ``orders`` may be a generator: memory stays flat. All rows commit together, so a campaign is queued whole or not
    at all.
    """
    asked = 0
    due_at = _DueTimes(now, not_before)
    with transaction.atomic():
        batch: list[Delivery] = []
        for order in orders:
            batch.append(
                _build(
                    order=order,
                    template=template,
                    now=now,
                    due_at=due_at,
                    priority=priority,
                    not_before=not_before,
                    expires_at=expires_at,
                    user=user,
                    source=source,
                )
            )
            asked += 1
            if len(batch) == _BATCH:
                _store(batch)
                batch = []
        _store(batch)
        wake_sender()
    return asked


class _DueTimes:
    """When the rows of one call may first go, worked out once for each channel."""

    def __init__(self, now: datetime, not_before: datetime | None) -> None:
        self._wanted = max(now, not_before or now)
        self._times: dict[tuple[str, str], datetime] = {}

    def of(self, channel: str, category: str) -> datetime:
        key = (channel, category)
        if key not in self._times:
            self._times[key] = sending_time(channel=channel, category=category, wanted=self._wanted)
        return self._times[key]


def _store(batch: list[Delivery]) -> None:
    keys = [row.event_key for row in batch]
    archived = set(ArchivedDelivery.objects.filter(event_key__in=keys).values_list("event_key", flat=True))
    Delivery.objects.bulk_create([row for row in batch if row.event_key not in archived], ignore_conflicts=True)


def _build(
    *,
    order: Order,
    template: str,
    now: datetime,
    due_at: "_DueTimes",
    priority: int | None,
    not_before: datetime | None,
    expires_at: datetime | None,
    user: Any,
    source: str,
) -> Delivery:
    known = get_template(template)
    channel = order.contact_point.channel
    known.check_channel(channel)
    params = json.dumps(known.pick(order.context), cls=DjangoJSONEncoder, ensure_ascii=False)
    return Delivery(
        event_key=order.event_key,
        contact_point=order.contact_point,
        channel=channel,
        category=known.category,
        priority=PRIORITIES[known.category] if priority is None else priority,
        template=template,
        params=params,
        source=source,
        requested_by=user,
        created_at=now,
        not_before=not_before,
        due_at=due_at.of(channel, known.category),
        expires_at=expires_at,
    )

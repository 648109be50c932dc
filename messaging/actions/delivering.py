"""The sender's loop: claim, prepare, begin, send, record, until nothing is due or the time is up."""

import json
import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.enums import Channel
from messaging.actions.claiming import claim_batch, release
from messaging.actions.sending import Result, begin_sending, close_claimed, record_results, settle_dropped
from messaging.backends import backend_for, backend_names
from messaging.backends.port import Parcel, Verdict
from messaging.enums import DeliveryState, ErrorClass
from messaging.errors import MessagingError
from messaging.mime import build_mail, message_id, wire_address
from messaging.models import Delivery, SentCopy
from messaging.rendering import Rendered, render
from messaging.schedule import sending_time
from messaging.slots import sender_slot
from messaging.templates import get_template

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = {"wait": 30, "rate": 5}
_MINUTE = timedelta(minutes=1)
_BUSY_SECONDS = 0.2


@dataclass(frozen=True)
class Prepared:
    """A claimed row with everything that its sending needs."""

    delivery: Delivery
    parcel: Parcel
    rendered: Rendered


@dataclass(frozen=True)
class Refusal:
    """A claimed row that will not be sent, the state that it ends in and why."""

    delivery: Delivery
    state: str
    error: str


def send_due(*, clock: Callable[[], datetime], seconds: float) -> bool:
    """Send what is due for at most ``seconds``; return whether due rows were left.

    Any number of workers may run this at once; on one machine only ``DELIVERY_SENDERS`` of them send, and the others
    return at once. A row committed before a refused call is seen by the sender that held the slot, which looks once
    more after it let go.
    """
    ends = time.monotonic() + seconds
    while True:
        with sender_slot() as held:
            if not held:
                return False
            sent_any = _drain(clock, ends)
        if not Delivery.objects.due(clock()).exists():
            return False
        if time.monotonic() >= ends:
            return True
        if not sent_any:
            # What is due is locked by a claim in progress elsewhere.
            time.sleep(_BUSY_SECONDS)


def _drain(clock: Callable[[], datetime], ends: float) -> bool:
    claimed_any = False
    while time.monotonic() < ends:
        token = uuid.uuid4()
        claimed = claim_batch(token=token, now=clock())
        if not claimed:
            break
        claimed_any = True
        _Batch(token, clock).run(claimed, ends)
    return claimed_any


class _Batch:
    """One claim's worth of rows; whatever it does not begin goes back to the queue."""

    def __init__(self, token: uuid.UUID, clock: Callable[[], datetime]) -> None:
        self._token = token
        self._clock = clock
        self._results: list[Result] = []
        self._copies: list[SentCopy] = []
        self._closed_channels: set[str] = set()

    def run(self, claimed: list[Delivery], ends: float) -> None:
        """Send ``claimed`` window by window; the results of one window commit with the beginning of the next."""
        untried = {row.pk for row in claimed}
        try:
            for chunk in _chunks(claimed, max(1, settings.DELIVERY_WINDOW)):
                if time.monotonic() >= ends:
                    break
                untried -= {row.pk for row in chunk}
                self._send_window(self._begin(chunk))
        finally:
            with transaction.atomic():
                self._record()
                if untried:
                    release(ids=untried, token=self._token)

    def _begin(self, chunk: list[Delivery]) -> list[Prepared]:
        now = self._clock()
        prepared = [prepare(row, now) for row in chunk if not self._put_off(row, now)]
        ready = [item for item in prepared if isinstance(item, Prepared)]
        with transaction.atomic():
            self._record()
            for item in prepared:
                if isinstance(item, Refusal):
                    self._refuse(item, now)
            begun = begin_sending(
                rows=[(item.delivery, item.parcel.message_id) for item in ready], token=self._token, now=now
            )
            for item in ready:
                if item.delivery.pk not in begun:
                    settle_dropped(delivery=item.delivery, token=self._token, now=now)
        return [item for item in ready if item.delivery.pk in begun]

    def _send_window(self, window: list[Prepared]) -> None:
        for item in window:
            outcome = backend_for(backend_names(item.delivery.channel)[0]).send(item.parcel)
            self._results.append(Result(item.delivery, outcome))
            if outcome.verdict is Verdict.WAIT:
                self._closed_channels.add(item.delivery.channel)
                logger.warning(
                    "backend unavailable", extra={"channel": item.delivery.channel, "code": outcome.error_code}
                )
            if settings.DEMO and outcome.verdict is Verdict.SENT:
                self._copies.append(
                    SentCopy(
                        delivery=item.delivery,
                        subject=item.rendered.subject,
                        text=item.rendered.text,
                        html=item.rendered.html,
                    )
                )

    def _record(self) -> None:
        if self._results:
            record_results(results=self._results, token=self._token, now=self._clock())
            self._results = []
        if self._copies:
            SentCopy.objects.bulk_create(self._copies, ignore_conflicts=True)
            self._copies = []

    def _put_off(self, row: Delivery, now: datetime) -> bool:
        """Give back a row whose channel is down, over its rate, or closed at this hour."""
        if row.channel in self._closed_channels:
            wait = now + timedelta(seconds=_PAUSE_SECONDS["wait"])
        elif _over_rate(row.channel, now):
            wait = now + timedelta(seconds=_PAUSE_SECONDS["rate"])
        else:
            wait = sending_time(channel=row.channel, category=row.category, wanted=now)
        if wait == now:
            return False
        release(ids=[row.pk], token=self._token, due_at=wait)
        return True

    def _refuse(self, item: Refusal, now: datetime) -> None:
        close_claimed(row=item.delivery, token=self._token, state=item.state, error=item.error, now=now)


def _over_rate(channel: str, now: datetime) -> bool:
    allowed = settings.DELIVERY_RATES.get(channel, 0)
    if not allowed:
        return False
    recent = Q(sent_at__gt=now - _MINUTE) | Q(state=DeliveryState.SENDING)
    return Delivery.objects.filter(recent, channel=channel).count() >= allowed


def prepare(row: Delivery, now: datetime) -> Prepared | Refusal:
    """Render a claimed row for its channel, or say why it cannot or need not go."""
    try:
        if row.contact_point is None or row.params is None:
            return Refusal(row, DeliveryState.SUPPRESSED, ErrorClass.ERASED)
        template = get_template(row.template)
        params: Mapping[str, Any] = json.loads(row.params)
        if template.still_wanted is not None and not template.still_wanted(params, now):
            return Refusal(row, DeliveryState.SUPPRESSED, ErrorClass.UNWANTED)
        rendered = render(template, params, channel=row.channel)
        return Prepared(row, _parcel(row, rendered, params, now), rendered)
    except (MessagingError, ValueError) as error:
        logger.error("message cannot be built", extra={"template": row.template, "error": type(error).__name__})
        return Refusal(row, DeliveryState.FAILED, ErrorClass.TEMPLATE)


def _parcel(row: Delivery, rendered: Rendered, params: Mapping[str, Any], now: datetime) -> Parcel:
    assert row.contact_point is not None  # noqa: S101 -- checked by the caller
    identity = message_id(row.pk)
    if row.channel == Channel.SMS:
        return Parcel(row.contact_point.value, rendered.text.encode(), identity)
    recipient = wire_address(row.contact_point.value)
    data = build_mail(
        delivery=row,
        rendered=rendered,
        recipient=recipient,
        now=now,
        unsubscribe_url=str(params.get("unsubscribe_url", "")),
        list_id=str(params.get("list_id", "")),
    )
    return Parcel(recipient, data, identity)


def _chunks(rows: list[Delivery], size: int) -> Iterator[list[Delivery]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]

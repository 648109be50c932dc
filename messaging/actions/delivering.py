"""The sender's loop: claim, prepare, begin, send, record, until nothing is due or the time is up."""

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction

from accounts.enums import Channel
from messaging.actions.claiming import claim_batch, release
from messaging.actions.health import open_routes, record_failure, record_success
from messaging.actions.preparing import Ahead, Prepared, Preparer, Refusal
from messaging.actions.rates import gate
from messaging.actions.sending import (
    Departure,
    Result,
    close_claimed,
    nothing_else,
    people_with_several_contacts,
    record_and_begin,
    settle_dropped,
)
from messaging.backends import backend_for
from messaging.backends.port import Meanwhile, Outcome, Verdict
from messaging.enums import Category, CircuitState, ErrorClass
from messaging.models import Delivery, SentCopy
from messaging.schedule import sending_time
from messaging.slots import sender_slot
from messaging.sms import count_segments

logger = logging.getLogger(__name__)

# A batch is given back after this long, so that a code need not wait behind twenty slow letters.
_BATCH_SECONDS = 0.5
# How many rows to claim: what the last batch got done in its time, or twice that when time was left.
_FIRST_CLAIM, _LARGEST_CLAIM = 20, 200
_BUSY_SECONDS = 0.2
_SHUT_SECONDS = 1.0


def send_due(*, clock: Callable[[], datetime], seconds: float, call_another: Callable[[], None] = lambda: None) -> bool:
    """Send what is due for at most ``seconds``; return whether due rows were left.

    Any number of workers may run this at once; on one machine only ``DELIVERY_SENDERS`` of them send, and the others
    return at once. A row committed before a refused call is seen by the sender that held the slot, which looks once
    more after it let go. ``call_another`` is called once when there is more than one claim can hold.
    """
    ends = time.monotonic() + seconds
    while True:
        with sender_slot() as held:
            if not held:
                return False
            sent_any = _drain(clock, ends, call_another)
        if not Delivery.objects.due(clock()).exists():
            return False
        if time.monotonic() >= ends:
            return True
        if not sent_any and not open_routes(now=clock()):
            # Every way out is shut. The next turn asks again, and other tasks get theirs in between.
            time.sleep(min(_SHUT_SECONDS, seconds))
            return True
        if not sent_any:
            # What is due is locked by a claim in progress elsewhere, or its channel is shut.
            time.sleep(_BUSY_SECONDS)


def _drain(clock: Callable[[], datetime], ends: float, call_another: Callable[[], None]) -> bool:
    claimed_any = False
    size = _FIRST_CLAIM
    while time.monotonic() < ends:
        if not Delivery.objects.due(clock()).exists():
            break
        routes = open_routes(now=clock())
        token = uuid.uuid4()
        claimed = claim_batch(token=token, now=clock(), channels=list(routes), limit=size)
        if not claimed:
            break
        if not claimed_any and len(claimed) >= size:
            call_another()
        claimed_any = True
        done = _Batch(token, clock, routes).run(claimed, ends)
        size = min(2 * done if done == len(claimed) else max(done, 1), _LARGEST_CLAIM)
    return claimed_any


class _Batch:
    """One claim's worth of rows; whatever it does not begin goes back to the queue."""

    def __init__(self, token: uuid.UUID, clock: Callable[[], datetime], routes: Mapping[str, tuple[str, ...]]) -> None:
        self._token = token
        self._clock = clock
        self._routes = dict(routes)
        self._results: list[Result] = []
        self._copies: list[SentCopy] = []
        self._several: set[int] = set()
        self._shut: set[str] = set()  # backends that failed in this batch

    def run(self, claimed: list[Delivery], ends: float) -> int:
        """Send ``claimed`` window by window and return how many were tried.

        The results of one window commit with the beginning of the next.
        """
        untried = {row.pk for row in claimed}
        ends = min(ends, time.monotonic() + _BATCH_SECONDS)
        try:
            preparer = Preparer(claimed)
            self._several = people_with_several_contacts(claimed)
            chunks = list(_chunks(claimed, max(1, settings.DELIVERY_WINDOW)))
            for chunk, following in zip(chunks, [*chunks[1:], []], strict=True):
                sendable = [row for row in chunk if self._routes[row.channel]]
                untried -= {row.pk for row in sendable}
                ahead = preparer.ahead(following, self._clock())
                self._send_window(self._begin(preparer, sendable, ahead), ahead)
                if time.monotonic() >= ends:
                    break
        finally:
            with transaction.atomic():
                self._record_and_begin([], self._clock(), nothing_else)
                if untried:
                    release(ids=untried, token=self._token)
        return len(claimed) - len(untried)

    def _begin(self, preparer: Preparer, chunk: list[Delivery], ahead: Ahead) -> list[Prepared]:
        now = self._clock()
        ready: list[Prepared] = []
        for item in preparer.prepare(self._not_put_off(chunk, now), now):
            if isinstance(item, Refusal):
                close_claimed(row=item.delivery, token=self._token, state=item.state, error=item.error, now=now)
            else:
                ready.append(item)
        begun = self._record_and_begin(ready, now, ahead.prepare_next)
        for item in ready:
            if item.delivery.pk not in begun:
                settle_dropped(delivery=item.delivery, token=self._token, now=now, asked=item.asked)
        return [item for item in ready if item.delivery.pk in begun]

    def _record_and_begin(self, ready: list[Prepared], now: datetime, meanwhile: Callable[[], bool]) -> set[int]:
        rows = [self._departure(item) for item in ready]
        results, self._results = self._results, []
        begun = record_and_begin(results=results, rows=rows, token=self._token, now=now, meanwhile=meanwhile)
        if self._copies:
            SentCopy.objects.bulk_create(self._copies, ignore_conflicts=True)
            self._copies = []
        return begun

    def _departure(self, item: Prepared) -> Departure:
        row = item.delivery
        user = row.contact_point.user_id if row.contact_point is not None else None
        person = user if row.category == Category.CAMPAIGN and user in self._several else None
        return Departure(row, item.parcel.message_id, self._routes[row.channel][0], person, item.asked)

    def _send_window(self, window: list[Prepared], ahead: Ahead) -> None:
        for channel in dict.fromkeys(item.delivery.channel for item in window):
            names = self._routes[channel]
            waiting = [item for item in window if item.delivery.channel == channel]
            for name in names:
                refused = []
                for item, outcome in self._offer(name, waiting, partial(ahead.coming, channel)):
                    # What one backend certainly did not take goes to the next at once.
                    if outcome.verdict is Verdict.WAIT and name != names[-1]:
                        refused.append(item)
                    else:
                        self._note(item, outcome, name, names[0])
                waiting = refused
        self._routes = {
            channel: tuple(name for name in names if name not in self._shut) for channel, names in self._routes.items()
        }

    def _offer(self, name: str, items: list[Prepared], meanwhile: Meanwhile) -> Iterator[tuple[Prepared, Outcome]]:
        """Give ``items`` to the backend ``name`` and yield what became of each; note how the backend is doing."""
        if not items:
            return
        outcomes = backend_for(name).send_window([item.parcel for item in items], meanwhile)
        for item, outcome in zip(items, outcomes, strict=True):
            channel, now = item.delivery.channel, self._clock()
            refuses = outcome.verdict is Verdict.WAIT or outcome.error_class == ErrorClass.THROTTLED
            # A server that falls silent again and again would leave a whole campaign in doubt.
            if refuses or outcome.verdict is Verdict.UNKNOWN:
                kind, code = outcome.error_class, outcome.error_code
                health = record_failure(name=name, channel=channel, error_class=kind, error_code=code, now=now)
                logger.warning("backend does not serve", extra={"backend": name, "code": code})
                if refuses or health.state == CircuitState.OPEN:
                    self._shut.add(name)
            elif outcome.verdict is Verdict.SENT:
                record_success(name=name, channel=channel, now=now)
            yield item, outcome

    def _note(self, item: Prepared, outcome: Outcome, name: str, begun_with: str) -> None:
        segments = count_segments(item.rendered.text) if item.delivery.channel == Channel.SMS else None
        self._results.append(Result(item.delivery, outcome, name, begun_with, segments))
        if settings.DEMO and outcome.verdict is Verdict.SENT:
            self._copies.append(
                SentCopy(
                    delivery=item.delivery,
                    subject=item.rendered.subject,
                    text=item.rendered.text,
                    html=item.rendered.html,
                )
            )

    def _not_put_off(self, chunk: list[Delivery], now: datetime) -> list[Delivery]:
        """Return the rows that may go now; give back the others, each with the time at which it may."""
        going: list[Delivery] = []
        for channel in dict.fromkeys(row.channel for row in chunk):
            rows = []
            for row in (row for row in chunk if row.channel == channel):
                opens = sending_time(channel=channel, category=row.category, wanted=now)
                if opens > now:
                    release(ids=[row.pk], token=self._token, due_at=opens)
                else:
                    rows.append(row)
            passed, waiting = gate.let_through(rows=rows, backend=self._routes[channel][0], now=now)
            for row, opens in waiting:
                release(ids=[row.pk], token=self._token, due_at=opens)
            going += passed
        return going


def _chunks(rows: list[Delivery], size: int) -> Iterator[list[Delivery]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]

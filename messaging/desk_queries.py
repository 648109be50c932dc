"""What the desk of messages reads: finding a person's messages, how the queue and the backends are doing."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils import timezone

from accounts.actions.contacts import contact_index
from accounts.enums import Channel
from accounts.models import ContactPoint
from accounts.validators import normalise_contact
from core.crypto import blind_index
from core.models import AuditEntry
from messaging.backends import backend_names
from messaging.enums import PRIORITIES, Category, DeliveryState, ReceiptState
from messaging.models import ArchivedDelivery, BackendHealth, Delivery, Receipt

# A masked address names everybody at its domain: so many are compared, and no more.
MASKED_LIMIT = 5000
_LONGEST_NUMBER = 18
_LAST_DIGITS = re.compile(r"\d{4}")
_MASKED_PHONE = re.compile(r"\d{3}\*+(\d{4})")
_MASKED_MAIL = re.compile(r"([^\s@*])\*+@([\w.-]+)")


@dataclass(frozen=True)
class Found:
    """What a search meant: ``rows`` to show; ``archived`` when the event's message is in the archive alone."""

    rows: QuerySet[Delivery]
    archived: ArchivedDelivery | None = None
    too_many: bool = False


def find_deliveries(rows: QuerySet[Delivery], typed: str) -> Found:
    """Find messages in ``rows`` by a person, or by what names one message.

    A person is found by the whole address or number, by a phone's last four digits, or by the masked form that staff
    see; a message by its event, its number with # in front, or its Message-ID. Nobody can be browsed for.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if text.startswith("#") and text[1:].isdigit():
        return Found(rows.filter(pk=int(text[1:]) if len(text) < _LONGEST_NUMBER else 0))
    if text.startswith("<"):
        return Found(rows.filter(message_id=text))
    people = contacts_matching(text)
    if people is not None:
        too_many = len(people) > MASKED_LIMIT
        return Found(rows.none() if too_many else rows.filter(contact_point__in=people), too_many=too_many)
    named = rows.filter(event_key=text)
    if named.exists():
        return Found(named)
    if "@" in text:
        return Found(rows.filter(message_id=f"<{text}>"))
    return Found(named, archived=ArchivedDelivery.objects.filter(event_key=text).first())


def contacts_matching(text: str) -> list[int] | None:
    """Return the ids of the contact points that ``text`` may mean; None when it is not a person's at all."""
    if _LAST_DIGITS.fullmatch(text):
        return _ids(ContactPoint.objects.filter(last_four_index=blind_index(text, purpose="contact:last4")))
    if masked := _MASKED_PHONE.fullmatch(text):
        alike = ContactPoint.objects.filter(last_four_index=blind_index(masked[1], purpose="contact:last4"))
        return [row.pk for row in alike[:MASKED_LIMIT] if row.masked[:3] == text[:3]]
    if masked := _MASKED_MAIL.fullmatch(text.lower()):
        domain = ContactPoint.objects.filter(channel=Channel.EMAIL, mail_domain=masked[2])
        if domain.order_by()[: MASKED_LIMIT + 1].count() > MASKED_LIMIT:
            return _ids(domain)
        return [row.pk for row in domain if row.value.startswith(masked[1])]
    try:
        channel, value = normalise_contact(text)
    except ValidationError:
        return None
    found = _ids(ContactPoint.objects.filter(channel=channel, index=contact_index(channel, value)))
    # An address that nobody has may be a Message-ID without its brackets.
    return found if found or channel == Channel.SMS else None


def _ids(rows: QuerySet[ContactPoint]) -> list[int]:
    return list(rows.values_list("pk", flat=True)[: MASKED_LIMIT + 1])


# The queue


@dataclass(frozen=True)
class Waiting:
    """The due rows of one class on one channel: how many, and since when the oldest waits."""

    channel: str
    category: str
    rows: int
    oldest: datetime | None

    def waited(self, now: datetime) -> timedelta:
        """How long the oldest row waits."""
        return now - self.oldest if self.oldest else timedelta(0)


AGES: tuple[tuple[str, int | None], ...] = (
    ("under_1", 1), ("under_5", 5), ("under_15", 15), ("under_60", 60), ("over_60", None),
)  # fmt: skip


@dataclass(frozen=True)
class Queue:
    """What is due and not sent: by class and channel, and by how long it waits."""

    waiting: list[Waiting]
    ages: dict[str, dict[str, int]]  # age → channel → rows

    @property
    def total(self) -> int:
        return sum(entry.rows for entry in self.waiting)


def queue_now(now: datetime) -> Queue:
    """Return what waits in the queue, in one pass over the index of due rows."""
    edges = [now - timedelta(minutes=minutes) for _name, minutes in AGES if minutes is not None]
    newer = [None, *edges]
    bounds = zip((name for name, _minutes in AGES), newer, [*edges, None], strict=True)
    counts = {name: Count("pk", filter=_between(later=later, earlier=earlier)) for name, later, earlier in bounds}
    due = Delivery.objects.filter(state=DeliveryState.PENDING, channel__in=Channel.values, due_at__lte=now)
    entries: Any = (
        due.order_by().values("channel", "priority").annotate(oldest=Min("due_at"), rows=Count("pk"), **counts)
    )
    ages = {name: dict.fromkeys(Channel.values, 0) for name, _minutes in AGES}
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        found[entry["channel"], _class_of(entry["priority"])].append(entry)
        for name, by_channel in ages.items():
            by_channel[entry["channel"]] += entry[name]
    waiting = [
        Waiting(
            channel=channel,
            category=category,
            rows=sum(entry["rows"] for entry in found[channel, category]),
            oldest=min((entry["oldest"] for entry in found[channel, category]), default=None),
        )
        for category in PRIORITIES
        for channel in Channel.values
    ]
    return Queue(waiting, ages)


def _between(*, later: datetime | None, earlier: datetime | None) -> Q:
    wanted = Q()
    if later is not None:
        wanted &= Q(due_at__lte=later)
    if earlier is not None:
        wanted &= Q(due_at__gt=earlier)
    return wanted


def _class_of(priority: int) -> str:
    """Return the class that a priority sends with: callers may give one of their own."""
    classes = [category for category, usual in PRIORITIES.items() if usual <= priority]
    return classes[-1] if classes else Category.CODE


# The backends


@dataclass
class BackendRow:
    """One way out, with what it did today."""

    name: str
    channel: str
    health: BackendHealth | None
    today: dict[str, int] = field(default_factory=dict)


def backends_now(now: datetime) -> list[BackendRow]:
    """Return each configured backend with its health and how many messages of each state it closed today."""
    known = {row.name: row for row in BackendHealth.objects.all()}
    rows = {
        name: BackendRow(name=name, channel=channel, health=known.get(name))
        for channel in Channel.values
        for name in backend_names(channel)
    }
    closed = Delivery.objects.filter(category__in=Category.values, closed_at__gte=start_of_day(now))
    for entry in closed.order_by().values("backend", "state").annotate(rows=Count("pk")):
        if entry["backend"] in rows:
            rows[entry["backend"]].today[entry["state"]] = entry["rows"]
    return list(rows.values())


@dataclass(frozen=True)
class Spending:
    """What short messages cost over a time, by the price of a segment in the settings."""

    messages: int
    segments: int

    @property
    def cost(self) -> Decimal:
        return self.segments * Decimal(settings.SMS_SEGMENT_PRICE)


def sms_spending(*, since: datetime) -> Spending:
    """Return what carriers bill for short messages sent since, archived ones too."""
    total = {"messages": 0, "segments": 0}
    for model in (Delivery, ArchivedDelivery):
        # Closed is never before sent, and has an index in both tables.
        rows: Any = model.objects.filter(category__in=Category.values, closed_at__gte=since)
        rows = rows.filter(channel=Channel.SMS, sent_at__gte=since)
        sums = rows.aggregate(messages=Count("pk"), segments=Sum("segments"))
        total = {name: total[name] + (sums[name] or 0) for name in total}
    return Spending(**total)


def start_of_day(now: datetime) -> datetime:
    """Return midnight of the site's zone."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def start_of_month(now: datetime) -> datetime:
    """Return the first midnight of the month in the site's zone."""
    return start_of_day(now).replace(day=1)


# What waits for a person


def unknown_deliveries() -> QuerySet[Delivery]:
    """Return messages of unknown result, oldest first, without what they say."""
    rows = Delivery.objects.filter(state=DeliveryState.UNKNOWN)
    return rows.select_related("contact_point").defer("params").order_by("id")


def held_receipts() -> QuerySet[Receipt]:
    """Return receipts that a person has to judge, oldest first."""
    return Receipt.objects.filter(state=ReceiptState.HELD).select_related("contact_point").order_by("id")


def earlier_decisions(targets: Iterable[Any]) -> QuerySet[AuditEntry]:
    """Return the audit entries about ``targets``, oldest first."""
    names = [f"{target._meta.label_lower}:{target.pk}" for target in targets]
    return AuditEntry.objects.filter(target__in=names).order_by("id")

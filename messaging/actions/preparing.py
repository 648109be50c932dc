"""From claimed rows to messages that are ready to leave.

What the database knows of the persons is read once for a claim, whether a message is still wanted once for each window,
just before it leaves: a query for each message would cost more than sending it.
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist

from accounts.enums import Channel
from messaging.actions.filing import filed_text, filing_for
from messaging.backends import backend_names
from messaging.backends.port import Parcel
from messaging.enums import DeliveryState, ErrorClass
from messaging.errors import MessagingError
from messaging.frames import one_line
from messaging.mime import build_mail, message_id, wire_address
from messaging.models import Delivery
from messaging.rendering import Rendered, render
from messaging.templates import PLACEHOLDER, Loaded, get_template, house_fields

logger = logging.getLogger(__name__)

# What a template of another day may meet in the parameters of a row: that row fails, and the queue behind it goes on.
_UNBUILDABLE = (MessagingError, ValueError, LookupError, TypeError, AttributeError, ObjectDoesNotExist)


@dataclass(frozen=True)
class Prepared:
    """A claimed row with everything that its sending needs.

    ``asked`` are the values of its template's ``wanted``, where it has one.
    """

    delivery: Delivery
    parcel: Parcel
    rendered: Rendered
    asked: tuple[int, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """A claimed row that will not be sent, the state that it ends in and why."""

    delivery: Delivery
    state: str
    error: str


class Preparer:
    """Prepares the rows of one claim."""

    def __init__(self, rows: Sequence[Delivery]) -> None:
        self._params: dict[int, Mapping[str, Any]] = {
            row.pk: json.loads(row.params) for row in rows if row.params is not None
        }
        self._loaded: dict[int, Loaded | None] = {}
        self._broken: set[int] = set()
        self._ahead: dict[int, Prepared | Refusal] = {}
        for template, group in _by_template(row for row in rows if row.pk in self._params):
            self._load(template, group)

    def ahead(self, rows: Sequence[Delivery], now: datetime) -> "Ahead":
        """Return what prepares letters among ``rows`` before their time, whenever there is something to wait for."""
        return Ahead(self, rows, now)

    def prepare_early(self, row: Delivery, now: datetime) -> Parcel | None:
        """Prepare one row before its time and return what would leave; it is kept until the row's own turn."""
        found = self._ahead[row.pk] = self._one(row, now, set())
        return found.parcel if isinstance(found, Prepared) else None

    def prepare(self, rows: Sequence[Delivery], now: datetime) -> list[Prepared | Refusal]:
        """Render ``rows``, in their order, or say of each why it cannot or need not go at ``now``."""
        unwanted: set[int] = set()
        for template, group in _by_template(row for row in rows if row.pk in self._params):
            unwanted |= self._unwanted(template, group, now)
        return [self._ahead.pop(row.pk) if row.pk in self._ahead else self._one(row, now, unwanted) for row in rows]

    def _load(self, key: str, rows: list[Delivery]) -> None:
        try:
            load = get_template(key).load
            if load is not None:
                found = load([self._params[row.pk] for row in rows])
                self._loaded.update(zip((row.pk for row in rows), found, strict=True))
        except _UNBUILDABLE:
            # Each row meets the same error when it is rendered by itself, and only those that deserve it fail.
            return

    def _unwanted(self, key: str, rows: list[Delivery], now: datetime) -> set[int]:
        """Return the rows that are not wanted any more; note those that cannot even be asked about."""
        try:
            still_wanted = get_template(key).still_wanted
            if still_wanted is None:
                return set()
            answers = still_wanted([self._params[row.pk] for row in rows], now)
            return {row.pk for row, wanted in zip(rows, answers, strict=True) if not wanted}
        except _UNBUILDABLE:
            if len(rows) == 1:
                self._broken.add(rows[0].pk)
                return set()
        return set().union(*(self._unwanted(key, [row], now) for row in rows))

    def _one(self, row: Delivery, now: datetime, unwanted: set[int]) -> Prepared | Refusal:
        try:
            gone = row.pk in self._loaded and self._loaded[row.pk] is None
            if row.contact_point is None or row.pk not in self._params or gone:
                return Refusal(row, DeliveryState.SUPPRESSED, ErrorClass.ERASED)
            if row.pk in self._broken:
                return Refusal(row, DeliveryState.FAILED, ErrorClass.TEMPLATE)
            if row.pk in unwanted:
                return Refusal(row, DeliveryState.SUPPRESSED, ErrorClass.UNWANTED)
            params = self._params[row.pk]
            template = get_template(row.template)
            asked = template.wanted.values(params) if template.wanted else ()
            rendered = render(template, params, channel=row.channel, loaded=self._loaded.get(row.pk))
            if row.channel == Channel.SMS:
                parcel = self._short(row, rendered)
                if parcel is None:
                    return Refusal(row, DeliveryState.FAILED, ErrorClass.UNFILED)
            else:
                parcel = _mail(row, rendered, params, now)
            return Prepared(row, parcel, rendered, asked)
        except _UNBUILDABLE as error:
            logger.error("message cannot be built", extra={"template": row.template, "error": type(error).__name__})
            return Refusal(row, DeliveryState.FAILED, ErrorClass.TEMPLATE)

    def _short(self, row: Delivery, rendered: Rendered) -> Parcel | None:
        """Return the short message; None when the carriers have not approved its words."""
        assert row.contact_point is not None  # noqa: S101 -- checked by the caller
        template = get_template(row.template)
        # A letter's short message has no placeholders of its own: the words themselves are filed.
        filed = filed_text(template) or rendered.text.removeprefix(f"【{settings.SMS_SIGNATURE}】")
        if settings.SMS_REQUIRE_FILING and not _is_filed(row.template, filed):
            return None
        fields = {**house_fields(), **self._params[row.pk]}
        values = {name: one_line(fields[name]) for name in PLACEHOLDER.findall(filed) if name in fields}
        return Parcel(
            recipient=row.contact_point.value,
            data=rendered.text.encode(),
            message_id=message_id(row.pk),
            delivery_id=row.pk,
            template=row.template,
            filed_text=filed,
            values=values,
        )


class Ahead:
    """The letters of the next window, prepared one by one while a server works on something else.

    Letters only, and only of templates whose ``still_wanted`` need not be asked first: the writing is done ahead, which
    asks the database nothing.
    """

    def __init__(self, preparer: Preparer, rows: Sequence[Delivery], now: datetime) -> None:
        self._preparer = preparer
        self._now = now
        self._first = rows[0] if rows else None
        self._parcel: Parcel | None = None
        self._waiting = [row for row in reversed(rows) if row.channel == Channel.EMAIL]

    def prepare_next(self) -> bool:
        """Prepare one more and tell whether there are others; never raises."""
        if not self._waiting:
            return False
        row = self._waiting.pop()
        try:
            if get_template(row.template).still_wanted is None:
                parcel = self._preparer.prepare_early(row, self._now)
                if row is self._first:
                    self._parcel = parcel
        except Exception:  # noqa: BLE001 -- whatever it is, it is met again when the row's own turn comes
            logger.warning("message was not prepared ahead", extra={"template": row.template})
        return bool(self._waiting)

    def coming(self, channel: str) -> Parcel | None:
        """Prepare one more and return what leaves first in the next window, if known and if it goes by ``channel``."""
        self.prepare_next()
        return self._parcel if channel == Channel.EMAIL else None


def _is_filed(template: str, text: str) -> bool:
    names = backend_names(Channel.SMS)
    return any(filing_for(backend=name, template=template, text=text) is not None for name in names)


def _by_template(rows: Iterator[Delivery]) -> list[tuple[str, list[Delivery]]]:
    groups: dict[str, list[Delivery]] = {}
    for row in rows:
        groups.setdefault(row.template, []).append(row)
    return list(groups.items())


def _mail(row: Delivery, rendered: Rendered, params: Mapping[str, Any], now: datetime) -> Parcel:
    assert row.contact_point is not None  # noqa: S101 -- checked by the caller
    recipient = wire_address(row.contact_point.value)
    data = build_mail(
        delivery=row,
        rendered=rendered,
        recipient=recipient,
        now=now,
        unsubscribe_url=str(params.get("unsubscribe_url", "")),
        list_id=str(params.get("list_id", "")),
    )
    return Parcel(recipient, data, message_id(row.pk), row.pk)

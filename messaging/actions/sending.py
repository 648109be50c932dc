"""The two writes around each message: ``sending`` just before its data leaves, and the result after.

Between them a kill leaves the row ``sending``; nobody then knows, so it becomes ``unknown`` and is never sent again by
itself. ``DELIVERY_WINDOW`` rows begin together, and a result shares its commit with the next beginning: the window
bounds what one kill can leave unknown.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q

from accounts.models import ContactPoint
from core.statements import run_alone, run_often
from messaging.actions.claiming import lease
from messaging.backends.port import Outcome, Verdict
from messaging.enums import Category, DeliveryState, ErrorClass
from messaging.models import Delivery, Suppression
from messaging.templates import get_template

# Waits before the next try, by number of tries so far; a code is of no use after ten minutes.
_BACK_OFF = (60, 300, 900, 3600, 4 * 3600, 8 * 3600)
_BACK_OFF_CODE = (5, 15, 30, 60, 120)
_WAIT_SECONDS = {Category.CODE: 10, Category.SERVICE: 30, Category.CAMPAIGN: 60}
_DAY = timedelta(days=1)

# One statement checks and changes: the claim is mine and live, the message still timely, the person still willing.
_BEGIN = """
UPDATE messaging_delivery SET state = 'sending', lease_until = %s, message_id = asked.column2, backend = asked.column3
FROM (VALUES {rows}) AS asked
WHERE id = asked.column1 AND token = %s AND state = 'claimed' AND lease_until > %s
  AND contact_point_id IS NOT NULL AND (expires_at IS NULL OR expires_at > %s)
  AND NOT EXISTS (
    SELECT 1 FROM messaging_suppression s
    JOIN accounts_contactpoint c ON c.channel = s.channel AND c."index" = s."index"
    WHERE c.id = messaging_delivery.contact_point_id AND (s.expires_at IS NULL OR s.expires_at > %s)
      AND (s.category = messaging_delivery.category OR (s.category = '' AND messaging_delivery.category <> 'code')))
"""
# A person is all contact points of one user; what is leaving at this moment counts too.
_CAP = """
  AND (category <> 'campaign' OR (
    SELECT COUNT(*) FROM accounts_contactpoint mine
    JOIN messaging_delivery d ON d.contact_point_id = mine.id
    WHERE d.category = 'campaign' AND (d.sent_at > %s OR d.state = 'sending')
      AND (mine.id = messaging_delivery.contact_point_id OR mine.user_id = (
        SELECT user_id FROM accounts_contactpoint own WHERE own.id = messaging_delivery.contact_point_id))) < %s)
"""
# Two workers that write to one person on two channels take turns, or both would count before the other has written.
_TURN = "SELECT pg_advisory_xact_lock(%s)"
_TURN_SPACE = 0x6D736700


@dataclass(frozen=True)
class Departure:
    """A claimed row about to leave: the identity that it goes by and the backend that is to take it.

    ``person`` is the user whose campaigns are counted over several contact points, where there are several. ``asked``
    are the values of its template's ``wanted``, where it has one.
    """

    delivery: Delivery
    message_id: str
    backend: str
    person: int | None = None
    asked: tuple[int, ...] = ()


@dataclass(frozen=True)
class Result:
    """What became of one row that was ``sending``; ``backend`` is the one that took it in the end."""

    delivery: Delivery
    outcome: Outcome
    backend: str
    begun_with: str
    segments: int | None = None

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the state needs to be written, which is by far the most frequent result."""
        same = self.backend == self.begun_with and self.segments is None and not self.outcome.provider_id
        return same and self.outcome.verdict is Verdict.SENT


def begin_sending(*, rows: Sequence[Departure], token: UUID, now: datetime) -> set[int]:
    """Turn claimed ``rows`` to ``sending``; return the ids of those that may now be sent.

    Whatever is not returned must be dropped by the caller: the claim lapsed, or the message is expired, suppressed,
    erased or over its person's daily number.
    """
    begun: set[int] = set()
    if not rows:
        return begun
    with transaction.atomic(savepoint=False):
        _take_turns(rows)
        for round_ in _rounds(rows):
            begun |= _begin(round_, token, now)
    return begun


def nothing_else() -> bool:
    """Have nothing to do while the database works."""
    return False


def record_and_begin(
    *,
    results: Sequence[Result],
    rows: Sequence[Departure],
    token: UUID,
    now: datetime,
    meanwhile: Callable[[], bool] = nothing_else,
) -> set[int]:
    """Do ``record_results`` and ``begin_sending`` in one commit; return what the latter returns.

    Where both are plain, which is nearly always, PostgreSQL is asked once: one statement, one round trip. Meanwhile
    ``meanwhile`` may be called, as ``core.statements.run_alone`` calls it.
    """
    plain = all(result.is_plain for result in results) and not any(row.person for row in rows)
    if results and rows and plain and connection.vendor == "postgresql" and len(_rounds(rows)) == 1:
        return _begin(rows, token, now, recorded=results, meanwhile=meanwhile)
    with transaction.atomic():
        record_results(results=results, token=token, now=now)
        return begin_sending(rows=rows, token=token, now=now)


def _begin(
    rows: Sequence[Departure],
    token: UUID,
    now: datetime,
    recorded: Sequence[Result] = (),
    meanwhile: Callable[[], bool] = nothing_else,
) -> set[int]:
    ids = [row.delivery.pk for row in rows]
    one = f"({', '.join('%s' for _value in (0, 1, 2, *rows[0].asked))})"
    sql = _BEGIN.format(rows=", ".join(one for _row in rows))
    moment = _adapted("lease_until", now)
    values: list[Any] = [_adapted("lease_until", now + lease())]
    for row in rows:
        values += [row.delivery.pk, row.message_id, row.backend, *row.asked]
    values += [_adapted("token", token), moment, moment, moment]
    cap = settings.CAMPAIGNS_PER_PERSON_DAY
    if cap and any(row.delivery.category == Category.CAMPAIGN for row in rows):
        sql += _CAP
        values += [_adapted("sent_at", now - _DAY), cap]
    wanted = get_template(rows[0].delivery.template).wanted if rows[0].asked else None
    if wanted is not None:
        sql += f"  AND {wanted.over([f'asked.column{number}' for number, _name in enumerate(wanted.names, start=4)])}"
    if recorded:
        sent, sent_values = _sent_statement([result.delivery.pk for result in recorded], token, now)
        sql, values = f"WITH recorded AS ({sent}) {sql}", [*sent_values, *values]
    touched = run_alone(sql, values, meanwhile)
    if touched in {0, len(ids)}:
        return set(ids) if touched else set()
    held = Delivery.objects.filter(pk__in=ids, token=token, state=DeliveryState.SENDING)
    return set(held.values_list("pk", flat=True))


def people_with_several_contacts(rows: Sequence[Delivery]) -> set[int]:
    """Return the users among the recipients of campaigns who can be reached in more than one way.

    Only their rows need care when two workers write to them at once; without a daily number nobody's do.
    """
    if not settings.CAMPAIGNS_PER_PERSON_DAY:
        return set()
    campaigns = [row.contact_point for row in rows if row.category == Category.CAMPAIGN]
    users = {contact.user_id for contact in campaigns if contact is not None and contact.user_id is not None}
    if not users:
        return set()
    several = ContactPoint.objects.filter(user__in=users).values("user").annotate(ways=Count("pk")).filter(ways__gt=1)
    return set(several.values_list("user", flat=True))


def _take_turns(rows: Sequence[Departure]) -> None:
    """Lock the persons, in order, until the commit; SQLite's writers take turns anyway."""
    if connection.vendor != "postgresql":
        return
    people = sorted({row.person for row in rows if row.person is not None})
    with connection.cursor() as cursor:
        for person in people:
            cursor.execute(_TURN, [(_TURN_SPACE << 32) + person])


def _rounds(rows: Sequence[Departure]) -> list[list[Departure]]:
    """Split ``rows`` into one statement each.

    Each sees what the one before it began for the same person, and asks of all its rows whether they are wanted in the
    same words.
    """
    rounds: dict[tuple[int, str], list[Departure]] = {}
    seen: Counter[Any] = Counter()
    for row in rows:
        number = 0
        if row.delivery.category == Category.CAMPAIGN:
            person = (row.person, None if row.person else row.delivery.contact_point_id)
            number = seen[person]
            seen[person] += 1
        rounds.setdefault((number, row.delivery.template if row.asked else ""), []).append(row)
    return [rounds[key] for key in sorted(rounds)]


def _adapted(field: str, value: Any) -> Any:
    column: Any = Delivery._meta.get_field(field)
    return column.get_db_prep_value(value, connection, prepared=False)


def settle_dropped(*, delivery: Delivery, token: UUID, now: datetime, asked: Sequence[int] = ()) -> str:
    """Close or put off a row that ``begin_sending`` refused, by the reason found now; return its new state.

    A row that this worker no longer holds is left alone. ``asked`` is the departure's.
    """
    with transaction.atomic():
        held = Delivery.objects.filter(pk=delivery.pk, token=token, state=DeliveryState.CLAIMED)
        row = held.select_related("contact_point").first()
        if row is None or (row.lease_until is not None and row.lease_until <= now):
            return ""
        if row.expires_at is not None and row.expires_at <= now:
            return close_claimed(row=row, token=token, state=DeliveryState.EXPIRED, error=ErrorClass.EXPIRED, now=now)
        if is_suppressed(row, now):
            return close_claimed(
                row=row, token=token, state=DeliveryState.SUPPRESSED, error=ErrorClass.SUPPRESSED, now=now
            )
        if not _is_wanted(row, asked):
            return close_claimed(
                row=row, token=token, state=DeliveryState.SUPPRESSED, error=ErrorClass.UNWANTED, now=now
            )
        # Over the daily number: the person hears the rest later.
        held.update(
            state=DeliveryState.PENDING, token=None, lease_until=None, due_at=now + timedelta(hours=1), queued_at=None
        )
        return DeliveryState.PENDING


def _is_wanted(row: Delivery, asked: Sequence[int]) -> bool:
    wanted = get_template(row.template).wanted if asked else None
    if wanted is None:
        return True
    _count, found = run_often(f"SELECT 1 WHERE {wanted.over(['%s'] * len(asked))}", asked)
    return bool(found)


def is_suppressed(row: Delivery, now: datetime) -> bool:
    """Tell whether the row's contact point is on the suppression list for its category."""
    if row.contact_point is None:
        return True
    live = Suppression.objects.filter(channel=row.channel, index=row.contact_point.index).filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    )
    scopes = [row.category] if row.category == Category.CODE else [row.category, ""]
    return live.filter(category__in=scopes).exists()


def close_claimed(*, row: Delivery, token: UUID, state: str, error: str, now: datetime) -> str:
    """Close a claimed row that will not be sent; return its state, or nothing when the claim was lost."""
    changed = Delivery.objects.filter(pk=row.pk, token=token, state=DeliveryState.CLAIMED).update(
        state=state, error_class=error, token=None, lease_until=None, closed_at=now, **_erasure(row)
    )
    return state if changed else ""


def record_results(*, results: Iterable[Result], token: UUID, now: datetime) -> None:
    """Write what became of rows that this worker began.

    A result that comes after the lease still settles the row that a sweep called unknown meanwhile; a row that a
    person settled stays as it was settled.
    """
    with transaction.atomic(savepoint=False):
        accepted = []
        for result in results:
            if result.is_plain:
                accepted.append(result.delivery)
            else:
                _record_other(result, token, now)
        if accepted:
            run_often(*_sent_statement([row.pk for row in accepted], token, now))


# By far the most frequent result: one plain statement for the window.
_SENT = """
UPDATE messaging_delivery SET state = 'sent', sent_at = %s, closed_at = %s, token = NULL, lease_until = NULL,
  error_class = '', error_code = '', params = CASE category WHEN 'code' THEN NULL ELSE params END
WHERE id IN ({ids}) AND token = %s AND state IN ('sending', 'unknown')
"""


def _sent_statement(ids: Sequence[int], token: UUID, now: datetime) -> tuple[str, list[Any]]:
    moment = _adapted("sent_at", now)
    return _SENT.format(ids=", ".join("%s" for _id in ids)), [moment, moment, *ids, _adapted("token", token)]


def _record_other(result: Result, token: UUID, now: datetime) -> None:
    row = result.delivery
    mine = Delivery.objects.filter(pk=row.pk, token=token, state__in=(DeliveryState.SENDING, DeliveryState.UNKNOWN))
    changes = {**_changes(row, result.outcome, now), "backend": result.backend}
    if changes["state"] == DeliveryState.SENT:
        changes["segments"] = result.segments
    if changes["state"] != DeliveryState.PENDING:
        mine.update(**changes)
    elif not mine.filter(contact_point__isnull=False, params__isnull=False).update(**changes):
        # Erased in between: there is nothing left to try again with.
        mine.filter(contact_point__isnull=True).update(
            state=DeliveryState.SUPPRESSED,
            error_class=ErrorClass.ERASED,
            token=None,
            lease_until=None,
            closed_at=now,
            **_erasure(row),
        )


def _changes(row: Delivery, outcome: Outcome, now: datetime) -> dict[str, Any]:
    base: dict[str, Any] = {
        "error_class": outcome.error_class,
        "error_code": outcome.error_code[:20],
        "lease_until": None,
        "token": None,
    }
    if outcome.verdict is Verdict.SENT:
        return {
            **base,
            "state": DeliveryState.SENT,
            "sent_at": now,
            "closed_at": now,
            "provider_id": outcome.provider_id,
            **_erasure(row),
        }
    if outcome.verdict is Verdict.UNKNOWN:
        return {**base, "state": DeliveryState.UNKNOWN, "closed_at": now, **_erasure(row)}
    if outcome.verdict is Verdict.FAILED:
        return {**base, "state": DeliveryState.FAILED, "closed_at": now, **_erasure(row)}
    if outcome.verdict is Verdict.WAIT or outcome.error_class == ErrorClass.THROTTLED:
        # Nothing was wrong with the message: this was not one of its tries.
        wait = timedelta(seconds=_WAIT_SECONDS[Category(row.category)])
        return {**base, **_again(row, now + wait)}
    tries = row.attempts + 1
    steps = _BACK_OFF_CODE if row.category == Category.CODE else _BACK_OFF
    if tries > len(steps):
        return {
            **base,
            "attempts": tries,
            "error_class": ErrorClass.EXHAUSTED,
            "state": DeliveryState.FAILED,
            "closed_at": now,
            **_erasure(row),
        }
    return {**base, "attempts": tries, **_again(row, now + timedelta(seconds=steps[tries - 1]))}


def _again(row: Delivery, due_at: datetime) -> dict[str, Any]:
    return {"state": DeliveryState.PENDING, "due_at": due_at, "closed_at": None, "queued_at": None}


def _erasure(row: Delivery) -> dict[str, Any]:
    """A code is of no use to anyone once its row is closed, so it does not stay."""
    return {"params": None} if row.category == Category.CODE else {}

"""The circuit breaker: what all workers together know of each backend.

Three failures in a row open the circuit. Nobody uses the backend until the pause is over; then one worker tries it with
what it has to send, and everybody follows when that works. Each opening without a success in between doubles the pause.
"""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.enums import Channel
from messaging.backends import backend_names
from messaging.enums import CircuitState
from messaging.models import BackendHealth

FAILURES_TO_OPEN = 3
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)
# How long the one who tries has, before another may.
_PROBE = timedelta(seconds=60)
# A success says nothing new more often than this.
_NOTE_EVERY = timedelta(minutes=1)
# When this process last noted that a backend is well; forgotten as soon as anybody notes that it is not.
_noted: dict[str, datetime] = {}


def open_routes(*, now: datetime) -> dict[str, tuple[str, ...]]:
    """Return the backends that may be used now, the preferred one first, by channel; shut channels are left out.

    Asking takes the right to try a backend whose pause is over, so ask only when there is something to send.
    """
    known = {row.name: row for row in BackendHealth.objects.all()}
    for row in known.values():
        if row.failures or row.state != CircuitState.CLOSED:
            _noted.pop(row.name, None)
    routes: dict[str, tuple[str, ...]] = {}
    for channel in Channel.values:
        names = tuple(name for name in backend_names(channel) if _usable(known.get(name), now))
        if names:
            routes[channel] = names
    return routes


def record_success(*, name: str, channel: str, now: datetime) -> None:
    """Close the circuit of ``name``. Called for each message: writes only news, and once a minute that all is well."""
    noted = _noted.get(name)
    if noted is not None and noted <= now < noted + _NOTE_EVERY:
        return
    _noted[name] = now
    row = BackendHealth.objects.filter(name=name)
    clean = {"state": CircuitState.CLOSED, "failures": 0, "trips": 0, "retry_at": None, "last_ok_at": now}
    if not row.update(**clean):
        BackendHealth.objects.get_or_create(name=name, defaults={"channel": channel, "last_ok_at": now})


def record_failure(*, name: str, channel: str, error_class: str, error_code: str, now: datetime) -> BackendHealth:
    """Count that ``name`` could not be reached or does not serve us; open its circuit when that was once too often."""
    _noted.pop(name, None)
    with transaction.atomic():
        BackendHealth.objects.get_or_create(name=name, defaults={"channel": channel})
        row = BackendHealth.objects.select_for_update().get(name=name)
        row.failures += 1
        row.last_error_at, row.last_error_class, row.last_error_code = now, error_class, error_code[:20]
        if row.state == CircuitState.HALF_OPEN or (
            row.state == CircuitState.CLOSED and row.failures >= FAILURES_TO_OPEN
        ):
            row.state = CircuitState.OPEN
            row.retry_at = now + min(FIRST_PAUSE * 2 ** min(row.trips, 10), LONGEST_PAUSE)
            row.trips += 1
        row.save()
    return row


def try_again_now(*, name: str, now: datetime) -> bool:
    """Let the next worker try a backend whose circuit is open, as after a repair; return whether it was open."""
    return bool(BackendHealth.objects.filter(name=name, state=CircuitState.OPEN).update(retry_at=now, trips=0))


def _usable(row: BackendHealth | None, now: datetime) -> bool:
    if row is None or row.state == CircuitState.CLOSED:
        return True
    if row.retry_at is None or row.retry_at > now:
        return False
    mine = BackendHealth.objects.filter(pk=row.pk, state=row.state, retry_at=row.retry_at)
    return bool(mine.update(state=CircuitState.HALF_OPEN, retry_at=now + _PROBE))

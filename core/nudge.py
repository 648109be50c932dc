"""Tells Celery that a row waits, and never lets the broker's health reach the request.

The row in the database is the truth; a nudge only shortens the wait until the beat's sweep would find it. A publish
therefore happens after the commit, is given one second, is never retried, and its failure is counted and logged.
"""

import logging
import queue
import threading
import time

from celery import Task
from django.db import transaction

logger = logging.getLogger(__name__)

PUBLISH_SECONDS = 1.0
# After a failure nothing is tried for this long, so that a dead broker costs one request a second, not each.
REST_SECONDS = 5.0


class _Publisher:
    """Talks to the broker in a background thread of its own, so that a hanging connection holds nobody else.

    The thread is a daemon: one that still hangs must not keep the process from ending.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rest_until = 0.0
        self.failures = 0

    def publish(self, task: Task, arguments: tuple[object, ...]) -> None:
        with self._lock:
            if time.monotonic() < self._rest_until:
                self.failures += 1
                return
        answers: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        threading.Thread(target=_attempt, args=(task, arguments, answers), name="nudge", daemon=True).start()
        try:
            error = answers.get(timeout=PUBLISH_SECONDS)
        except queue.Empty:
            error = TimeoutError()
        if error is not None:
            self._failed(task, error)

    def _failed(self, task: Task, error: BaseException) -> None:
        with self._lock:
            self.failures += 1
            self._rest_until = time.monotonic() + REST_SECONDS
        logger.warning("nudge failed", extra={"task": task.name, "error": type(error).__name__})


def _attempt(task: Task, arguments: tuple[object, ...], answers: "queue.SimpleQueue[BaseException | None]") -> None:
    try:
        task.apply_async(args=arguments, retry=False)
    except Exception as error:  # noqa: BLE001 -- kombu wraps transport errors in its own types; none may reach a request
        answers.put(error)
    else:
        answers.put(None)


_publisher = _Publisher()


def nudge(task: Task, *arguments: int | str) -> None:
    """Ask a worker to run ``task`` once the current transaction has committed.

    Never raises and never takes longer than about a second: what a nudge misses, the beat's sweep does.
    """
    transaction.on_commit(lambda: _publisher.publish(task, arguments), robust=True)


def failed_nudges() -> int:
    """Return how many nudges this process failed to deliver since it started."""
    return _publisher.failures

"""At most so many sending processes on one machine, whatever the worker's concurrency.

The window is a promise about a kill, and a kill takes every process of a worker with it. The kernel frees the lock of
a process that dies.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


@contextmanager
def sender_slot() -> Iterator[bool]:
    """Hold one of ``DELIVERY_SENDERS`` slots; yields False at once when all are taken."""
    folder = Path(settings.VAR_DIR) / "senders"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(settings.DELIVERY_SENDERS):
        descriptor = os.open(folder / f"slot-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        try:
            yield True
        finally:
            os.close(descriptor)
        return
    yield False

"""The sender's loop at a frozen time, into memory."""

import pytest

from messaging.actions.delivering import send_due
from messaging.backends.local import memory_box


@pytest.fixture
def run_sender(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.SMS_WINDOW = ("00:00", "23:59")
    for box in memory_box.values():
        box.clear()

    def run(now):
        send_due(clock=lambda: now, seconds=10.0)
        return memory_box

    return run

"""Keeps web, worker and beat running together and restarts the one that dies."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

STOP_SECONDS = 15.0
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
# A child that ran this long was healthy: its next death starts the pauses afresh.
_HEALTHY_SECONDS = 60.0


@dataclass
class Child:
    """One command in a process group of its own."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = _FIRST_PAUSE
    restart_at: float = 0.0
    restarts: int = field(default=0)

    def start(self, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(self.command, env=dict(environment), start_new_session=True)
        self.started_at = time.monotonic()

    def signal_group(self, number: int) -> None:
        """Signal the command and whatever it started, also when the command itself is gone."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


class Supervisor:
    """Starts the children, restarts whichever ends, and stops all of them on SIGINT or SIGTERM."""

    def __init__(self, children: Sequence[Child], environment: Mapping[str, str]) -> None:
        self._children = children
        self._environment = environment
        self._stopping = False

    def run(self) -> None:
        """Run until told to stop; returns when every child has ended."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        for child in self._children:
            child.start(self._environment)
        while not self._stopping:
            self._restart_the_dead()
            time.sleep(0.2)
        self._end_all()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _restart_the_dead(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                # Its own children may have outlived it: a killed worker must not leave a pool behind.
                child.signal_group(signal.SIGKILL)
                child.pause = _FIRST_PAUSE if now - child.started_at > _HEALTHY_SECONDS else child.pause
                child.restart_at = now + child.pause
                child.pause = min(child.pause * 2, _LONGEST_PAUSE)
                print(f"{child.name} 停了（{child.process.returncode}），马上重新启动。", file=sys.stderr, flush=True)
                child.process = None
            if child.process is None and now >= child.restart_at:
                child.restarts += 1
                child.start(self._environment)

    def _end_all(self) -> None:
        # Each command ends what it started itself: a worker whose pool dies under it waits for the pool in vain.
        for child in self._children:
            if child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and any(c.process and c.process.poll() is None for c in self._children):
            time.sleep(0.1)
        for child in self._children:
            child.signal_group(signal.SIGKILL)

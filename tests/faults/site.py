"""A run of its own: broker, SMTP server and the processes that use them, on a database that is given migrated."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def migrate(database_url, folder):
    """Give the database its tables; runs copy one that was migrated once."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.faults.delivery_settings", "PYTHONPATH": str(ROOT),
                   "DATABASE_URL": database_url, "VAR_DIR": str(folder)}  # fmt: skip
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], env=environment, cwd=ROOT, check=True)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """A database, a broker's folder and an SMTP server of one run's own, and the processes that use them."""

    def __init__(self, folder, database_url, delay, **environment):
        self.port = _free_port()
        self.log = folder / "accepted.log"
        self.log.touch()
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "tests.faults.delivery_settings",
            "VAR_DIR": str(folder / "var"),
            "DATABASE_URL": database_url,
            "TEST_BROKER_URL": f"filesystem://{folder / 'broker'}",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.port}",
            "DELIVERY_LEASE_SECONDS": "3",
            "DELIVERY_SWEEP_SECONDS": "1",
            **environment,
        }
        (folder / "var").mkdir()
        self._running = []
        self._start("-m", "tests.faults.delivery_process", "sink", str(self.port), str(self.log), str(delay))
        self._wait_for_port()

    def _python(self, *arguments, **environment):
        done = subprocess.run(
            [sys.executable, *arguments],
            env={**self.environment, **environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def _start(self, *arguments):
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env=self.environment,
            cwd=ROOT,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._running.append(process)
        return process

    def _wait_for_port(self):
        for _attempt in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        pytest.fail("the SMTP server did not start")

    def enqueue(self, count, **environment):
        output = self._python("-m", "tests.faults.delivery_process", "enqueue", str(count), **environment)
        return json.loads(output.splitlines()[-1])

    def start_worker(self):
        return self._start("-m", "celery", "-A", "edu_site", "worker", "--loglevel=ERROR", "--concurrency=2")

    def start_beat(self):
        schedule = self.environment["VAR_DIR"] + "/beat"
        return self._start("-m", "celery", "-A", "edu_site", "beat", "--loglevel=ERROR", f"--schedule={schedule}")

    def start_control(self):
        return self._start("-m", "tests.faults.delivery_process", "record_last")

    def accepted(self):
        return [line.split()[0] for line in self.log.read_text().splitlines()]

    def wait_for(self, count, seconds=60):
        deadline = time.monotonic() + seconds
        while len(self.accepted()) < count and time.monotonic() < deadline:
            time.sleep(0.005)
        assert len(self.accepted()) >= count

    def states(self):
        return json.loads(self._python("-m", "tests.faults.delivery_process", "states").splitlines()[-1])

    def wait_until_done(self, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            rows = self.states()
            if all(state in {"sent", "unknown"} for state, _identity in rows):
                return rows
            time.sleep(1)
        pytest.fail(f"not done: {Counter(state for state, _identity in self.states())}")

    def kill(self, process):
        """SIGKILL the process and everything that it started."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self):
        for process in self._running:
            if process.poll() is None:
                self.kill(process)

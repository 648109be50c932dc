"""A run of its own: broker, SMTP server and the processes that use them, on a database that is given migrated."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.faults.services import find_program, free_port, wait_for_port

ROOT = Path(__file__).resolve().parents[2]
OPEN = {"pending", "claimed", "sending"}


def migrate(database_url, folder):
    """Give the database its tables; runs copy one that was migrated once."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.faults.delivery_settings", "PYTHONPATH": str(ROOT),
                   "DATABASE_URL": database_url, "VAR_DIR": str(folder)}  # fmt: skip
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], env=environment, cwd=ROOT, check=True)


def copy_database(source, target):
    """Give the empty database ``target`` what ``source`` holds, on whatever server."""
    dump = subprocess.run([find_program("pg_dump"), "--no-owner", source], check=True, capture_output=True)
    load = [find_program("psql"), "--quiet", "--set=ON_ERROR_STOP=1", target]
    subprocess.run(load, input=dump.stdout, check=True, stdout=subprocess.DEVNULL)


class Site:
    """A database, a broker and an SMTP server of one run's own, and the processes that use them.

    ``script`` tells the SMTP server how to behave (tests/faults/smtp_server.py); without a ``broker`` the run has a
    filesystem one in its folder.
    """

    def __init__(self, folder, database_url, script, broker=None, **environment):
        self.folder = folder
        self.broker_folder = folder / "broker"
        self.port = free_port()
        self.log = folder / "accepted.log"
        self.log.touch()
        self.gateway_log = folder / "gateway.log"
        self.window = int(environment.get("DELIVERY_WINDOW", "1"))
        self._database = urlsplit(database_url)
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "tests.faults.delivery_settings",
            "VAR_DIR": str(folder / "var"),
            "DATABASE_URL": database_url,
            "TEST_BROKER_URL": broker or f"filesystem://{self.broker_folder}",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.port}",
            "DELIVERY_LEASE_SECONDS": "3",
            "DELIVERY_SWEEP_SECONDS": "1",
            "DELIVERY_ASK_AGAIN_SECONDS": "3",
            **environment,
        }
        (folder / "var").mkdir()
        self._running = []
        self._kept = {}
        self.revived = 0
        self._script = script
        self.start_smtp()

    def start_smtp(self):
        """Start the SMTP server, again on the same port if it ran before."""
        arguments = (str(self.port), str(self.log), json.dumps(self._script))
        self._smtp = self._start("-m", "tests.faults.smtp_server", *arguments)
        wait_for_port(self.port)

    def start_simulator(self, *options):
        """Start the SMS simulator with its command-line ``options``; processes started from now on use it."""
        port = free_port()
        command = ("manage.py", "sms_simulator", f"--port={port}", f"--log={self.gateway_log}", *options)
        self._start(*command)
        wait_for_port(port)
        self.environment["SMS_URL"] = f"http+json://key:simulator@127.0.0.1:{port}/send?timeout=2"

    def stop_smtp(self):
        self.kill(self._smtp)

    def python(self, *arguments, **environment):
        """Run a process to its end and return the JSON that it printed last."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.delivery_process", *arguments],
            env={**self.environment, **environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.splitlines()[-1])

    def _start(self, *arguments):
        with (self.folder / "processes.log").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                env=self.environment,
                cwd=ROOT,
                start_new_session=True,
                stdout=output,
                stderr=output,
            )
        self._running.append(process)
        return process

    def _keep(self, *arguments):
        process = self._start(*arguments)
        self._kept[process.pid] = (process, arguments)
        return process

    def _revive(self):
        """Start again what ended by itself, as the supervisor and a container's restart policy do."""
        for process, arguments in list(self._kept.values()):
            if process.poll() is not None:
                self.kill(process)
                self.revived += 1
                self._keep(*arguments)

    def enqueue(self, count, channel="email", **environment):
        """Accept messages in a process of its own; return its seconds and failed nudges."""
        return self.python("enqueue", str(count), channel, **environment)

    def start_worker(self, *, beat=False):
        """Start a worker; with ``beat`` in the same process group, so that a kill takes both."""
        command = ["-m", "celery", "-A", "edu_site", "worker", "--loglevel=ERROR", "--concurrency=2"]
        with_beat = ["--beat", f"--schedule={self.environment['VAR_DIR']}/beat"] if beat else []
        return self._keep(*command, *with_beat)

    def start_beat(self):
        schedule = self.environment["VAR_DIR"] + "/beat"
        return self._keep("-m", "celery", "-A", "edu_site", "beat", "--loglevel=ERROR", f"--schedule={schedule}")

    def start_control(self):
        return self._start("-m", "tests.faults.delivery_process", "record_last")

    def _took(self, *fates):
        lines = [line.split() for line in self.log.read_text().splitlines()]
        return [identity for identity, _recipient, fate, _when in lines if fate in fates]

    def accepted(self):
        """Return the identity of each message that the SMTP server or the gateway took, answered or not, as often as
        it did.
        """
        taken = self.gateway_log.read_text().splitlines() if self.gateway_log.exists() else []
        return self._took("accepted", "dropped") + [f"<{json.loads(line)['reference']}>" for line in taken]

    def dropped(self):
        """Return those that it took without an answer."""
        return self._took("dropped")

    def wait_for(self, count, seconds=60):
        """Return when the SMTP server has taken ``count`` messages."""
        deadline = time.monotonic() + seconds
        while len(self.accepted()) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(self.accepted()) >= count, self.said()

    @contextlib.contextmanager
    def _connection(self):
        if self._database.scheme == "sqlite":
            with contextlib.closing(sqlite3.connect(self._database.path[1:], timeout=20)) as connection, connection:
                yield connection
        else:
            address = self._database._replace(scheme="postgresql").geturl()
            with psycopg.connect(address, connect_timeout=5) as connection:
                yield connection

    def rows(self):
        """Return state, Message-ID and kind of error of each row, read without the site's help."""
        with self._connection() as connection:
            found = connection.execute("SELECT state, message_id, error_class FROM messaging_delivery ORDER BY id")
            return found.fetchall()

    def states(self):
        """Return how many rows are in which state."""
        return Counter(state for state, _identity, _error in self.rows())

    def bring_forward(self):
        """Let everything that waits for a later try be due, as if that time had passed."""
        with self._connection() as connection:
            moment = "2026-01-01 00:00:00" + ("" if self._database.scheme == "sqlite" else "+00")
            connection.execute(
                f"UPDATE messaging_delivery SET due_at = '{moment}', queued_at = NULL WHERE state = 'pending'"
            )

    def wait_until(self, reached, seconds):
        """Return the states once ``reached`` says so; a database that is recovering is asked again."""
        deadline = time.monotonic() + seconds
        states = None
        while time.monotonic() < deadline:
            self._revive()
            with contextlib.suppress(psycopg.OperationalError):
                states = self.states()
                if reached(states):
                    return states
            time.sleep(0.2)
        pytest.fail(f"after {seconds} s: {dict(states or {})}\n{self.said()}")

    def wait_until_done(self, seconds):
        """Return the rows when none is open any more: the run ended by itself."""
        self.wait_until(lambda states: not OPEN & set(states), seconds)
        return self.rows()

    def said(self):
        """Return the last of what the processes printed."""
        return (self.folder / "processes.log").read_text(errors="replace")[-1500:]

    def kill(self, process):
        """SIGKILL the process and everything that it started."""
        self._kept.pop(process.pid, None)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self):
        for process in self._running:
            self.kill(process)


def judge(site, rows, *, recipients, unknown, note=""):
    """Nothing lost, nothing twice, nothing that no row knows of, and at most ``unknown`` that nobody knows."""
    times = Counter(site.accepted())
    sent = {identity for state, identity, _error in rows if state == "sent"}
    doubtful = {identity for state, identity, _error in rows if state == "unknown"}
    found = {
        "rows": len(rows),
        "sent or unknown": len(sent) + len(doubtful),
        "lost": sent - set(times),
        "twice": {identity for identity, number in times.items() if number > 1},
        "strangers": set(times) - sent - doubtful,
    }
    wanted = {
        "rows": recipients, "sent or unknown": recipients, "lost": set(), "twice": set(), "strangers": set(),
    }  # fmt: skip
    assert found == wanted, note
    assert len(doubtful) <= unknown, f"{len(doubtful)} unknown, at most {unknown} allowed; {note}"

"""A campaign through a real worker and a real SMTP server while the worker is killed: nothing lost, nothing twice."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

pytestmark = pytest.mark.fault
ROOT = Path(__file__).resolve().parents[2]


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """A database, a broker's folder and an SMTP server of one run's own, and the processes that use them."""

    def __init__(self, folder, database_url, delay):
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
        }
        (folder / "var").mkdir()
        self._running = []
        self._python("manage.py", "migrate", "--verbosity=0")
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
        return float(output.splitlines()[-1])

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


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def make_site(request, tmp_path):
    sites, drops = [], []

    def make(delay):
        folder = tmp_path / str(len(sites))
        folder.mkdir()
        url = f"sqlite:///{folder / 'site.sqlite3'}"
        if request.param == "postgres":
            server = urlsplit(os.environ["DATABASE_URL"])
            name = f"edu_fault_{uuid.uuid4().hex[:12]}"
            admin = server._replace(scheme="postgresql", path="/postgres").geturl()
            with psycopg.connect(admin, autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}"')
            drops.append((admin, name))
            url = server._replace(path=f"/{name}").geturl()
        sites.append(Site(folder, url, delay))
        return sites[-1]

    yield make
    for site in sites:
        site.close()
    for admin, name in drops:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _run_with_kills(site, recipients, kills, seed):
    chance = random.Random(seed)
    site.enqueue(recipients)
    site.start_beat()
    worker = site.start_worker()
    for count in sorted(chance.sample(range(recipients // 20, recipients * 9 // 10), kills)):
        site.wait_for(max(count, len(site.accepted()) + 1))
        time.sleep(chance.random() * 0.02)
        site.kill(worker)
        worker = site.start_worker()
    rows = site.wait_until_done(seconds=60 + recipients // 10)
    return rows, site.accepted()


def _judge(rows, accepted, recipients, kills, seed):
    times = Counter(accepted)
    sent = {identity for state, identity in rows if state == "sent"}
    unknown = {identity for state, identity in rows if state == "unknown"}
    lost = sent - set(times)
    twice = {identity for identity, number in times.items() if number > 1}
    strangers = set(times) - sent - unknown
    found = (len(rows), len(sent) + len(unknown), lost, twice, strangers)
    assert found == (recipients, recipients, set(), set(), set()), f"seed {seed}"
    assert len(unknown) <= kills, f"seed {seed}: {len(unknown)} unknown after {kills} kills"


def test_killed_worker_loses_nothing_and_sends_nothing_twice(make_site):
    seed = random.randrange(10**6)
    print("seed", seed)
    site = make_site(delay=0.004)
    rows, accepted = _run_with_kills(site, 500, 1, seed)
    _judge(rows, accepted, 500, 1, seed)


@pytest.mark.long
def test_killed_worker_again_and_again(make_site):
    seed = random.randrange(10**6)
    print("seed", seed)
    site = make_site(delay=0.002)
    rows, accepted = _run_with_kills(site, 5000, 20, seed)
    _judge(rows, accepted, 5000, 20, seed)


def test_control_that_records_after_the_batch_sends_twice(make_site):
    site = make_site(delay=0.004)
    site.enqueue(200)
    control = site.start_control()
    site.wait_for(75)
    site.kill(control)
    control = site.start_control()
    assert control.wait(timeout=60) == 0
    times = Counter(site.accepted())
    assert len(times) == 200
    assert max(times.values()) == 2


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_enqueue_with_the_broker_blackholed_is_quick(make_site, scheme):
    """A broker that accepts connections and never says a word."""
    site = make_site(delay=0)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(5)
        seconds = site.enqueue(1, TEST_BROKER_URL=f"{scheme}://127.0.0.1:{silent.getsockname()[1]}//")
    assert seconds < 2
    assert [state for state, _identity in site.states()] == ["pending"]

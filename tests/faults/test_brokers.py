"""Brokers of a run's own that work, vanish with everything in them, hang, and run out of space."""

import contextlib
import os
import shutil
import socket
import subprocess
import time

import pytest

from tests.conftest import REQUIRE_SERVICES
from tests.faults.services import listens
from tests.faults.site import judge

pytestmark = pytest.mark.fault

ANSWER = 0.02


@pytest.fixture(params=["redis", "rabbitmq"])
def broker(request):
    return request.getfixturevalue(f"{request.param}_server")


def test_messages_are_sent_by_a_nudge_alone(make_site, broker):
    """No beat runs, so nothing but the nudge can have told the worker."""
    site = make_site("sqlite", broker=broker.url, CELERY_QUEUE="nudge-alone")
    # A nudge has one second, which a busy machine may not keep: what counts is one that got through.
    batches = next(number for number in range(1, 6) if site.enqueue(20)["failed_nudges"] == 0)
    site.start_worker()
    site.wait_for(20 * batches)
    judge(site, site.wait_until_done(seconds=30), recipients=20 * batches, unknown=0)


def _lose_redis(server):
    server.kill()
    time.sleep(1)
    server.start()


def _lose_rabbitmq(server):
    server.kill()
    server.empty()
    server.start()


@pytest.mark.parametrize("kind", ["redis", "rabbitmq"])
@pytest.mark.parametrize(
    "worker_dies",
    [pytest.param(False, id="worker lives"), pytest.param(True, id="worker dies", marks=pytest.mark.long)],
)
def test_broker_killed_with_all_that_it_held(request, make_site, kind, worker_dies):
    """Queues and requests are gone. Beat and what lives of the worker find the new broker; the rows were never in it."""
    server = request.getfixturevalue(f"{kind}_server")
    site = make_site("postgres", broker=server.url, script={"delay": ANSWER}, CELERY_QUEUE=f"lost-{worker_dies}")
    site.enqueue(150)
    site.start_beat()
    worker = site.start_worker()
    site.wait_for(30)
    if worker_dies:
        site.kill(worker)
    {"redis": _lose_redis, "rabbitmq": _lose_rabbitmq}[kind](server)
    site.enqueue(20)
    if worker_dies:
        site.start_worker()
    rows = site.wait_until_done(seconds=180)
    judge(site, rows, recipients=170, unknown=int(worker_dies))


def _wipe(folder):
    for found in folder.rglob("*"):
        if found.is_file():
            with contextlib.suppress(FileNotFoundError):
                found.unlink()


def test_folder_of_the_broker_wiped(make_site):
    site = make_site("sqlite", script={"delay": ANSWER})
    site.enqueue(150)
    worker = site.start_worker(beat=True)
    site.wait_for(30)
    site.kill(worker)
    shutil.rmtree(site.broker_folder)
    site.enqueue(20)
    _wipe(site.broker_folder)
    site.start_worker(beat=True)
    rows = site.wait_until_done(seconds=180)
    judge(site, rows, recipients=170, unknown=1)


@contextlib.contextmanager
def _silent_broker():
    """Accepts connections and never says a word."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)
        yield silent.getsockname()[1]


@contextlib.contextmanager
def _unreachable_broker():
    """Answers no connection at all, as behind a firewall that drops packets: its queue of connections is full."""
    with socket.socket() as full, contextlib.ExitStack() as clients:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        for _client in range(8):
            client = clients.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", port))
        assert not listens(port)
        yield port


def test_requests_with_the_broker_blackholed_are_quick_and_their_messages_go_later(make_site):
    """Four brokers that say nothing; each request is one of a person who wants a code."""
    site = make_site("sqlite")
    answers = {}
    for blackhole in (_silent_broker, _unreachable_broker):
        for scheme in ("redis", "amqp"):
            with blackhole() as port:
                address = f"{scheme}://127.0.0.1:{port}//"
                answers[blackhole.__name__, scheme] = site.python(
                    "sign_in", f"p{len(answers)}@example.com", TEST_BROKER_URL=address
                )
    assert {name: (found["status"], found["failed_nudges"]) for name, found in answers.items()} == dict.fromkeys(
        answers, (302, 1)
    )
    assert max(found["seconds"] for found in answers.values()) < 2
    assert site.states() == {"pending": 4}
    # The broker is back: nobody nudges again, so what follows is the sweep's work.
    site.start_worker(beat=True)
    judge(site, site.wait_until_done(seconds=60), recipients=4, unknown=0)


@contextlib.contextmanager
def _small_disk(folder):
    """A file system of 1 MiB at ``folder``."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = f"disk full: this user may not mount a small disk ({done.stderr.strip()})"
        pytest.fail(reason) if REQUIRE_SERVICES else pytest.skip(reason)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(folder):
    junk = folder / "junk"
    for _time in range(2):
        with contextlib.suppress(OSError), junk.open("ab", buffering=0) as file:
            while file.write(b"x" * 512):
                pass
        # The worker takes what still lies in the queue, which makes room once more.
        time.sleep(1)
    assert os.statvfs(folder).f_bavail == 0
    return junk


def test_disk_of_the_filesystem_broker_full(make_site):
    """Nudges fail, beat's requests fail and leave nothing behind; with room again everything goes."""
    site = make_site("sqlite")
    folder = site.broker_folder
    with _small_disk(folder):
        site.start_worker()
        site.start_beat()
        site.enqueue(5)
        site.wait_for(5)
        junk = _fill(folder)
        accepted = site.enqueue(5)
        answer = site.python("sign_in", "li@example.com")
        assert accepted["failed_nudges"] == 1
        assert (answer["status"], answer["failed_nudges"]) == (302, 1)
        assert max(accepted["seconds"], answer["seconds"]) < 2
        assert site.states() == {"sent": 5, "pending": 6}
        time.sleep(3)  # beat goes on asking
        assert [file.name for file in folder.glob("queue/*") if not file.stat().st_size] == []
        junk.unlink()
        judge(site, site.wait_until_done(seconds=90), recipients=11, unknown=0)
        site.close()

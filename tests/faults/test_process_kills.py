"""SIGKILL of workers and of beat while a campaign goes through a real worker to a real SMTP server."""

import random
import time
from collections import Counter

import pytest

from tests.faults.site import OPEN, judge

pytestmark = pytest.mark.fault

# How long the SMTP server takes over a message: long enough that kills meet rows in every state.
ANSWER = 0.02


def _kill_workers(site, moments):
    """Kill the worker at ``moments`` of sending time: the clock stands still until a new worker has sent something."""
    site.start_beat()
    clock = 0.0
    for moment in moments:
        worker = site.start_worker()
        site.wait_for(len(site.accepted()) + 1)
        time.sleep(moment - clock)
        clock = moment
        assert OPEN & set(site.states()), "the run ended before the kill"
        site.kill(worker)
    site.start_worker()


def _run(make_site, database, *, window, recipients, kills):
    seed = random.randrange(10**6)
    note = f"seed {seed}, {database}, window {window}"
    print(note)
    site = make_site(database, script={"delay": ANSWER}, DELIVERY_WINDOW=str(window))
    assert site.enqueue(recipients)["failed_nudges"] == 0
    # One sender cannot be faster than the server's answers, so every kill meets the run.
    chance = random.Random(seed)
    _kill_workers(site, sorted(chance.uniform(0, recipients * ANSWER * 0.98) for _kill in range(kills)))
    rows = site.wait_until_done(seconds=60 + recipients * ANSWER * 3)
    judge(site, rows, recipients=recipients, unknown=kills * window, note=note)


@pytest.mark.parametrize(("database", "window"), [("sqlite", 1), ("postgres", 10)])
def test_killed_workers_lose_nothing_and_send_nothing_twice(make_site, database, window):
    _run(make_site, database, window=window, recipients=600, kills=3)


@pytest.mark.long
@pytest.mark.parametrize("window", [1, 10])
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_workers_killed_twenty_times_lose_nothing_and_send_nothing_twice(make_site, database, window):
    _run(make_site, database, window=window, recipients=5000, kills=20)


@pytest.mark.long
def test_workers_killed_between_short_messages_send_none_of_them_twice(make_site):
    """The gateway is slow, now and then silent after accepting, and would take a repeated message again."""
    site = make_site("sqlite")
    site.start_simulator(f"--delay={ANSWER}", "--accept-then-timeout-rate=0.01", "--hang=4", "--seed=11")
    site.enqueue(300, "sms")
    _kill_workers(site, [0.5, 1.4, 2.6])
    rows = site.wait_until_done(seconds=120)
    silent = [error for state, _identity, error in rows if state == "unknown" and error == "connection_lost"]
    judge(site, rows, recipients=300, unknown=3 + len(silent))
    assert len(silent) < 15


def test_killed_beat_starts_again_and_its_sweep_brings_back_what_a_dead_worker_held(make_site):
    """Worker and beat die together: only the new beat, on the schedule file that the old one left, can help."""
    site = make_site("sqlite", script={"delay": ANSWER})
    site.enqueue(150)
    beat, worker = site.start_beat(), site.start_worker()
    site.wait_for(20)
    site.kill(worker)
    site.kill(beat)
    held = site.states()
    site.start_worker()
    site.start_beat()
    rows = site.wait_until_done(seconds=60)
    assert held["claimed"] + held["sending"] > 0
    judge(site, rows, recipients=150, unknown=1)


def test_control_that_records_after_the_batch_sends_twice(make_site):
    site = make_site("sqlite", script={"delay": 0.004})
    site.enqueue(200)
    control = site.start_control()
    site.wait_for(75)
    site.kill(control)
    control = site.start_control()
    assert control.wait(timeout=60) == 0
    times = Counter(site.accepted())
    assert len(times) == 200
    assert max(times.values()) == 2

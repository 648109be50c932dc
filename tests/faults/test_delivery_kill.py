"""A campaign through a real worker and a real SMTP server while the worker is killed: nothing lost, nothing twice."""

import random
import socket
import time
from collections import Counter

import pytest

pytestmark = pytest.mark.fault


def _run_with_kills(site, recipients, kills, seed):
    chance = random.Random(seed)
    assert site.enqueue(recipients)["failed_nudges"] == 0
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
        accepted = site.enqueue(1, TEST_BROKER_URL=f"{scheme}://127.0.0.1:{silent.getsockname()[1]}//")
    assert accepted["failed_nudges"] == 1
    assert accepted["seconds"] < 2
    assert [state for state, _identity in site.states()] == ["pending"]

"""SMTP servers that misbehave, each a process of its own behind a real worker."""

from collections import Counter

import pytest

from tests.faults.site import OPEN, judge

pytestmark = pytest.mark.fault


def _run(site, recipients, seconds=60):
    site.start_worker(beat=True)
    site.enqueue(recipients)
    return site.wait_until_done(seconds)


@pytest.mark.parametrize("window", [1, 10])
def test_server_that_drops_after_the_data_leaves_exactly_those_unknown(make_site, window):
    site = make_site(script={"drop_every": 6}, DELIVERY_WINDOW=str(window))
    rows = _run(site, 40)
    dropped = set(site.dropped())
    assert len(dropped) == 6
    assert {identity for state, identity, _error in rows if state == "unknown"} == dropped
    judge(site, rows, recipients=40, unknown=6)


def test_server_that_greylists_gets_each_message_once_at_the_second_try(make_site):
    site = make_site(script={"greylist": True})
    site.enqueue(20)
    site.start_worker(beat=True)
    site.wait_until(lambda states: _put_off(site, 20), seconds=60)
    assert site.accepted() == []
    site.bring_forward()
    judge(site, site.wait_until_done(seconds=60), recipients=20, unknown=0)


def _put_off(site, number):
    """Whether at least ``number`` rows wait after a try; how many try before the circuit opens is not this test's."""
    return sum(state == "pending" and error != "" for state, _identity, error in site.rows()) >= number


def test_slow_server_outlives_the_lease_and_gets_each_message_once(make_site):
    """Ten messages take longer than the three seconds of a claim: what was claimed with them goes back and comes again."""
    site = make_site(script={"slow": 0.1, "delay": 0.3}, DELIVERY_TURN_SECONDS="60")
    rows = _run(site, 15)
    judge(site, rows, recipients=15, unknown=0)


def test_server_that_refuses_one_recipient_gets_the_others(make_site):
    site = make_site(script={"refuse": ["p7@example.com"]})
    rows = _run(site, 20)
    assert Counter((state, error) for state, _identity, error in rows) == {("sent", ""): 19, ("failed", "recipient"): 1}
    assert len(site.accepted()) == len(set(site.accepted())) == 19


@pytest.mark.parametrize(
    ("window", "farewell"), [pytest.param(10, "", id="silently"), pytest.param(1, "421 enough for now", id="with 421")]
)
def test_server_that_closes_after_some_messages_gets_all_in_several_connections(make_site, window, farewell):
    site = make_site(script={"close_after": 4, "farewell": farewell}, DELIVERY_WINDOW=str(window))
    rows = _run(site, 30)
    judge(site, rows, recipients=30, unknown=0)


def test_server_away_for_a_while(make_site):
    """Nobody listens: nothing was begun, nothing counts as a try, and all goes when it is back."""
    site = make_site(script={})
    site.stop_smtp()
    site.enqueue(10)
    site.start_worker(beat=True)
    site.wait_until(lambda states: _put_off(site, 1), seconds=60)
    site.start_smtp()
    site.wait_until(lambda states: not {"claimed", "sending"} & set(states), seconds=30)
    site.bring_forward()
    rows = site.wait_until_done(seconds=60)
    assert not OPEN & {state for state, _identity, _error in rows}
    judge(site, rows, recipients=10, unknown=0)

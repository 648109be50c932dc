"""SIGKILL of a PostgreSQL backend in the middle of sending: the server throws everybody out and recovers."""

import time

import pytest

from tests.faults.site import judge

pytestmark = pytest.mark.fault


def _database_of(site):
    return site.environment["DATABASE_URL"].rpartition("/")[2]


@pytest.mark.parametrize("window", [pytest.param(1, marks=pytest.mark.long), 10])
def test_killed_backend_loses_nothing_and_sends_nothing_twice(make_site, postgres_server, window):
    site = make_site("postgres", script={"delay": 0.02}, DELIVERY_WINDOW=str(window))
    site.enqueue(200)
    site.start_worker(beat=True)
    kills = 2
    for _kill in range(kills):
        site.wait_for(len(site.accepted()) + 25)
        assert postgres_server.kill_backend(_database_of(site))
        time.sleep(0.5)
        postgres_server.wait_until_ready()
    rows = site.wait_until_done(seconds=120)
    judge(site, rows, recipients=200, unknown=kills * window)

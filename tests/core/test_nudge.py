"""A broker that is down, refuses or hangs never reaches the request."""

import socket
import threading
import time
import uuid

import pytest
from celery import Celery
from django.db import transaction

from core import nudge as module
from core.nudge import failed_nudges, nudge


@pytest.fixture(autouse=True)
def fresh_publisher(monkeypatch):
    monkeypatch.setattr(module, "_publisher", module._Publisher())


def _probe(number):
    return number


def _task(broker_url):
    app = Celery("probe", broker=broker_url, set_as_current=False)
    app.conf.broker_connection_timeout = 1
    app.conf.task_default_queue = uuid.uuid4().hex
    return app, app.task(name=f"probe.{uuid.uuid4().hex}")(_probe)


@pytest.mark.django_db(transaction=True)
def test_nudge_publishes_after_the_commit_only(tmp_path):
    app, task = _task("memory://nudge-commit")
    with app.connection_for_write() as connection, transaction.atomic():
        channel = connection.default_channel
        nudge(task, 7)
        assert channel._size(app.conf.task_default_queue) == 0
    with app.connection_for_write() as connection:
        assert connection.default_channel._size(app.conf.task_default_queue) == 1
    assert failed_nudges() == 0


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_nudges_nobody():
    app, task = _task("memory://nudge-rollback")
    with transaction.atomic():
        nudge(task, 7)
        transaction.set_rollback(True)
    with app.connection_for_write() as connection:
        assert connection.default_channel._size(app.conf.task_default_queue) == 0


@pytest.mark.django_db(transaction=True)
def test_a_refused_connection_is_counted_and_not_raised():
    _app, task = _task("amqp://guest@127.0.0.1:1//")
    nudge(task, 7)
    assert failed_nudges() == 1


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_accepts_and_never_answers_costs_about_a_second():
    silent = socket.create_server(("127.0.0.1", 0))
    accepted = []
    threading.Thread(target=lambda: accepted.append(silent.accept()), daemon=True).start()
    _app, task = _task(f"amqp://guest@127.0.0.1:{silent.getsockname()[1]}//")
    started = time.monotonic()
    nudge(task, 7)
    first = time.monotonic() - started
    nudge(task, 8)
    second = time.monotonic() - started - first
    silent.close()
    assert failed_nudges() == 2
    assert first < 2
    assert second < 0.2

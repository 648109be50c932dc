"""RabbitMQ and Redis, used for real: a nudge through them reaches a worker, which sends."""

import uuid

import pytest
from celery import Celery

pytestmark = pytest.mark.fault


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("amqp://guest:guest@127.0.0.1:5672//", marks=pytest.mark.rabbitmq, id="rabbitmq"),
        pytest.param("redis://127.0.0.1:6379/14", marks=pytest.mark.redis, id="redis"),
    ],
)
def test_messages_are_sent_by_a_nudge_alone(make_site, url):
    """No beat runs, so nothing but the nudge can have told the worker."""
    queue = f"edu-test-{uuid.uuid4().hex}"
    site = make_site(0, TEST_BROKER_URL=url, CELERY_QUEUE=queue)
    try:
        # A nudge has one second, which a busy machine may not keep: what counts is one that got through.
        batches = next(number for number in range(1, 6) if site.enqueue(20)["failed_nudges"] == 0)
        site.start_worker()
        site.wait_for(20 * batches, seconds=60)
        rows = site.wait_until_done(seconds=30)
        assert len(rows) == len(set(site.accepted())) == len(site.accepted()) == 20 * batches
    finally:
        with Celery(broker=url, set_as_current=False).connection_for_write() as connection:
            connection.default_channel.queue_delete(queue)

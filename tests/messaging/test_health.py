from datetime import timedelta

import pytest

from messaging.actions import enqueue
from messaging.actions.health import open_routes, record_failure, record_success, try_again_now
from messaging.backends.port import SENT, Outcome, Verdict
from messaging.enums import ErrorClass
from messaging.models import BackendHealth, Delivery
from tests.factories.messaging import mail_contact, sms_contact

pytestmark = pytest.mark.django_db

WAIT = Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, "OSError")
THROTTLED = Outcome(Verdict.RETRY, ErrorClass.THROTTLED, "busy")


def _fail(now, name="email", times=1):
    for _time in range(times):
        row = record_failure(name=name, channel="email", error_class="unavailable", error_code="x", now=now)
    return row


def _letter(now, key="a:1", contact=None):
    return enqueue(
        event_key=key, contact_point=contact or mail_contact(), template="tests.plain", context={"name": "王阿姨"},
        now=now,
    )  # fmt: skip


def test_three_failures_in_a_row_open_the_circuit_and_a_success_in_between_does_not(now):
    _fail(now, times=2)
    record_success(name="email", channel="email", now=now)
    assert _fail(now, times=2).state == "closed"
    assert "email" in open_routes(now=now)
    assert _fail(now).state == "open"
    assert "email" not in open_routes(now=now)


def test_one_worker_tries_after_the_pause_and_its_success_opens_the_way_for_all(now):
    retry_at = _fail(now, times=3).retry_at
    assert retry_at == now + timedelta(seconds=5)
    assert "email" not in open_routes(now=retry_at - timedelta(seconds=1))
    assert open_routes(now=retry_at)["email"] == ("email",)
    assert "email" not in open_routes(now=retry_at)
    record_success(name="email", channel="email", now=retry_at)
    assert open_routes(now=retry_at)["email"] == ("email",)
    row = BackendHealth.objects.get(name="email")
    assert (row.state, row.failures, row.trips, row.retry_at) == ("closed", 0, 0, None)


def test_who_tries_and_dies_is_followed_by_another(now):
    retry_at = _fail(now, times=3).retry_at
    open_routes(now=retry_at)
    assert "email" in open_routes(now=retry_at + timedelta(seconds=60))


def test_each_failed_trial_doubles_the_pause_up_to_ten_minutes(now):
    pauses, moment = [], now
    row = _fail(moment, times=3)
    for _trial in range(9):
        pauses.append(int((row.retry_at - moment).total_seconds()))
        moment = row.retry_at
        open_routes(now=moment)
        row = _fail(moment)
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 600, 600]


def test_a_person_may_ask_for_a_trial_at_once(now):
    _fail(now, times=3)
    assert try_again_now(name="email", now=now) is True
    assert "email" in open_routes(now=now)
    assert try_again_now(name="email", now=now) is False


def test_a_success_is_written_once_a_minute(now, django_assert_num_queries):
    record_success(name="email", channel="email", now=now)
    with django_assert_num_queries(0):
        record_success(name="email", channel="email", now=now + timedelta(seconds=59))
    record_success(name="email", channel="email", now=now + timedelta(seconds=60))
    assert BackendHealth.objects.get(name="email").last_ok_at == now + timedelta(seconds=60)


def test_the_fall_back_takes_at_once_what_the_usual_backend_did_not(now, settings, plain_template, backend, run_sender):
    settings.EMAIL_FALLBACK_URL = "memory:"
    rows = [_letter(now, f"a:{number}") for number in range(5)]
    usual, other = backend(WAIT, name="email"), backend(SENT, name="email-fallback")
    run_sender(now)
    # The first refusal is enough for the batch.
    assert len(usual.parcels) == 1
    assert sorted(parcel.delivery_id for parcel in other.parcels) == [row.pk for row in rows]
    assert set(Delivery.objects.values_list("state", "backend")) == {("sent", "email-fallback")}


def test_the_usual_backend_is_tried_again_and_used_again(now, settings, plain_template, backend, run_sender):
    settings.EMAIL_FALLBACK_URL = "memory:"
    retry_at = _fail(now, times=3).retry_at
    usual, other = backend(SENT, name="email"), backend(SENT, name="email-fallback")
    _letter(now, "a:1")
    run_sender(now)
    _letter(now, "a:2")
    run_sender(retry_at)
    assert (len(other.parcels), len(usual.parcels)) == (1, 1)
    assert Delivery.objects.get(event_key="a:2").backend == "email"


def test_a_shut_channel_does_not_hold_up_the_other(now, plain_template, backend, run_sender):
    _fail(now, times=3)
    letter, text = _letter(now, "m"), _letter(now, "s", sms_contact())
    backend(SENT)
    assert run_sender(now) is True
    letter.refresh_from_db()
    text.refresh_from_db()
    assert (letter.state, letter.due_at, text.state, text.backend, text.segments) == ("pending", now, "sent", "sms", 1)


def test_a_gateway_that_throttles_costs_no_attempt(now, plain_template, backend, run_sender):
    row = _letter(now)
    backend(THROTTLED)
    run_sender(now)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error_class) == ("pending", 0, "throttled")
    assert BackendHealth.objects.get(name="email").failures == 1


def test_a_server_that_falls_silent_again_and_again_is_left_alone(now, plain_template, backend, run_sender):
    for number in range(5):
        _letter(now, f"a:{number}")
    fake = backend(Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "timeout"))
    run_sender(now)
    assert len(fake.parcels) == 3
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["pending"] * 2 + ["unknown"] * 3
    assert BackendHealth.objects.get(name="email").state == "open"

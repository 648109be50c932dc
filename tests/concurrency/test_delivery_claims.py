"""Several senders at once: each row goes to one of them."""

import contextlib
import threading
import uuid
from collections import Counter

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.utils import timezone

from messaging import templates
from messaging.actions import sending
from messaging.actions.claiming import claim_batch
from messaging.actions.delivering import send_due
from messaging.actions.rates import RateGate
from messaging.actions.sending import Departure, begin_sending
from messaging.backends.port import SENT, Backend
from messaging.enums import Category, DeliveryState
from messaging.models import Delivery
from messaging.templates import MessageTemplate
from tests.factories.messaging import DeliveryFactory, mail_contact, sms_contact

# On SQLite writers take turns by a lock of the whole file; the fault runs cover it with processes of their own.
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def _together(number, work):
    """Run ``work`` in ``number`` threads that start at once; return what each returned, or raise what one raised."""
    barrier, results, errors = threading.Barrier(number), [], []

    def run():
        try:
            barrier.wait(10)
            results.append(work())
        except Exception as error:  # noqa: BLE001 -- handed to the test
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if errors:
        raise errors[0]
    return results


def _rows(count):
    now = timezone.now()
    return [DeliveryFactory(created_at=now) for _number in range(count)]


def test_no_row_is_claimed_twice():
    _rows(60)
    now = timezone.now()
    claims = _together(
        8, lambda: [row.pk for _turn in range(4) for row in claim_batch(token=uuid.uuid4(), now=now, limit=5)]
    )
    counted = Counter(pk for claim in claims for pk in claim)
    assert max(counted.values()) == 1
    assert len(counted) == Delivery.objects.filter(state=DeliveryState.CLAIMED).count()


def test_control_without_the_lock_claims_rows_twice():
    _rows(20)
    ready = threading.Barrier(4)

    def careless():
        ids = list(Delivery.objects.filter(state=DeliveryState.PENDING).order_by("id").values_list("pk", flat=True)[:5])
        ready.wait(10)
        Delivery.objects.filter(pk__in=ids).update(
            state=DeliveryState.CLAIMED, token=uuid.uuid4(), lease_until=timezone.now()
        )
        return ids

    claims = _together(4, careless)
    assert max(Counter(pk for claim in claims for pk in claim).values()) == 4


def test_claims_do_not_wait_for_each_other():
    _rows(10)
    now = timezone.now()
    taken, release = threading.Event(), threading.Event()

    def slow():
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT id FROM messaging_delivery ORDER BY id LIMIT 5 FOR UPDATE")
            taken.set()
            release.wait(10)
            cursor.execute("ROLLBACK")
        connections.close_all()

    holder = threading.Thread(target=slow)
    holder.start()
    taken.wait(10)
    claimed = claim_batch(token=uuid.uuid4(), now=now, limit=5)
    release.set()
    holder.join(10)
    assert len(claimed) == 5


def test_one_row_begins_once_though_many_try():
    (row,) = _rows(1)
    now = timezone.now()
    token = uuid.uuid4()
    claim_batch(token=token, now=now)
    begun = _together(6, lambda: begin_sending(rows=[Departure(row, "<d@example.com>", "email")], token=token, now=now))
    assert sorted(map(len, begun)) == [0, 0, 0, 0, 0, 1]


def test_many_senders_send_each_message_once(monkeypatch, settings, tmp_path):
    settings.VAR_DIR, settings.DELIVERY_SENDERS = tmp_path, 4
    monkeypatch.setattr(templates._templates, "_items", dict(templates._templates._items))
    templates.register_template(
        MessageTemplate(
            key="tests.plain", label="x", category=Category.SERVICE, subject="x", text="{name}", params=("name",)
        )
    )
    _rows(60)
    sent, lock = [], threading.Lock()

    class Counting(Backend):
        def send(self, parcel):
            with lock:
                sent.append(parcel.message_id)
            return SENT

    monkeypatch.setattr("messaging.actions.delivering.backend_for", lambda _channel: Counting())
    _together(4, lambda: send_due(clock=timezone.now, seconds=20))
    assert (len(sent), len(set(sent))) == (60, 60)
    assert Delivery.objects.filter(state=DeliveryState.SENT).count() == 60


def test_one_sender_a_machine_and_none_waits(monkeypatch, settings, tmp_path):
    settings.VAR_DIR, settings.DELIVERY_SENDERS = tmp_path, 1
    inside, most, lock = [0], [0], threading.Lock()

    def drain(_clock, _ends, _call_another):
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        threading.Event().wait(0.2)
        with lock:
            inside[0] -= 1
        return True

    monkeypatch.setattr("messaging.actions.delivering._drain", drain)
    assert _together(3, lambda: send_due(clock=timezone.now, seconds=1)) == [False, False, False]
    assert most == [1]


def _two_ways_to_one_person():
    user = get_user_model().objects.create_user()
    contacts = [mail_contact(), sms_contact()]
    now, token = timezone.now(), uuid.uuid4()
    rows = []
    for contact in contacts:
        contact.user = user
        contact.save()
        rows.append(DeliveryFactory(contact_point=contact, category="campaign", created_at=now))
    claim_batch(token=token, now=now)
    return user, rows, token, now


def _begin_both_at_once(monkeypatch, user, rows, token, now):
    """Each begins its own row, and holds its commit until the other has counted, if the other can."""
    both = threading.Barrier(2)
    begin = sending._begin

    def begin_and_hold(*arguments):
        begun = begin(*arguments)
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(1)
        return begun

    monkeypatch.setattr(sending, "_begin", begin_and_hold)
    left = iter(rows)
    lock = threading.Lock()

    def work():
        with lock:
            row = next(left)
        departure = Departure(row, f"<d{row.pk}@example.com>", "email", user.pk)
        return len(begin_sending(rows=[departure], token=token, now=now))

    return sum(_together(2, work))


def test_two_workers_do_not_write_to_one_person_twice_a_day(monkeypatch, settings):
    settings.CAMPAIGNS_PER_PERSON_DAY = 1
    assert _begin_both_at_once(monkeypatch, *_two_ways_to_one_person()) == 1


def test_control_without_turns_writes_twice(monkeypatch, settings):
    settings.CAMPAIGNS_PER_PERSON_DAY = 1
    monkeypatch.setattr(sending, "_take_turns", lambda rows: None)
    assert _begin_both_at_once(monkeypatch, *_two_ways_to_one_person()) == 2


def test_two_workers_pass_no_more_than_a_domain_may_get(settings):
    settings.MAIL_DOMAIN_RATES = {"*": 25}
    now = timezone.now()
    rows = [[DeliveryFactory(created_at=now) for _number in range(5)] for _worker in range(8)]
    left = iter(rows)
    lock = threading.Lock()

    def work():
        with lock:
            mine = next(left)
        return len(RateGate().let_through(rows=mine, backend="email", now=now)[0])

    assert sum(_together(8, work)) == 25

"""What the desk of messages reads."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from messaging import desk_queries
from messaging.enums import Category, DeliveryState
from messaging.models import ArchivedDelivery, Delivery
from tests.factories.messaging import NOW, DeliveryFactory, mail_contact, sms_contact

pytestmark = pytest.mark.django_db


def _found(typed):
    found = desk_queries.find_deliveries(Delivery.objects.order_by("-id"), typed)
    return [row.event_key for row in found.rows]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("Zhao@Example.com", ["mail"]),
        ("z***@example.com", ["mail"]),
        ("q***@example.com", []),
        ("138 0013 8000", ["phone"]),
        ("１３８００１３８０００", ["phone"]),
        ("8000", ["phone"]),
        ("138****8000", ["phone"]),
        ("139****8000", []),
        ("phone", ["phone"]),
        ("<d7.abc@example.com>", ["mail"]),
        ("d7.abc@example.com", ["mail"]),
        ("zhao", []),
        ("#999999999999999999999", []),
        ("", []),
    ],
)
def test_a_message_is_found_by_what_staff_know_of_it(typed, keys):
    DeliveryFactory(
        event_key="mail", contact_point=mail_contact("zhao@example.com"), sent=True, message_id="<d7.abc@example.com>"
    )
    DeliveryFactory(event_key="phone", contact_point=sms_contact())
    assert _found(typed) == keys


def test_a_message_is_found_by_its_number():
    row = DeliveryFactory(event_key="mine")
    DeliveryFactory()
    assert _found(f"#{row.pk}") == ["mine"]


def test_a_masked_address_of_a_large_domain_names_nobody(monkeypatch):
    monkeypatch.setattr(desk_queries, "MASKED_LIMIT", 1)
    for name in ("zhao", "zhang"):
        DeliveryFactory(contact_point=mail_contact(f"{name}@example.com"))
    found = desk_queries.find_deliveries(Delivery.objects.all(), "z***@example.com")
    assert (list(found.rows), found.too_many) == ([], True)


def test_an_archived_event_is_still_known():
    ArchivedDelivery.objects.create(
        event_key="old", channel="email", category="service", template="tests.plain", state="sent", closed_at=NOW
    )
    found = desk_queries.find_deliveries(Delivery.objects.all(), "old")
    assert (list(found.rows), found.archived.state) == ([], "sent")


def test_queue_counts_what_is_due_by_class_channel_and_age():
    sms = sms_contact()
    for minutes in (0, 3, 90):
        DeliveryFactory(category=Category.CAMPAIGN, due_at=NOW - timedelta(minutes=minutes))
    DeliveryFactory(contact_point=sms, category=Category.CODE, due_at=NOW - timedelta(minutes=1))
    DeliveryFactory(priority=12, due_at=NOW - timedelta(minutes=20))
    DeliveryFactory(due_at=NOW + timedelta(minutes=5))
    DeliveryFactory(sent=True)
    queue = desk_queries.queue_now(NOW)
    waits = {(entry.category, entry.channel): (entry.rows, entry.waited(NOW)) for entry in queue.waiting}
    assert waits["campaign", "email"] == (3, timedelta(minutes=90))
    assert waits["code", "sms"] == (1, timedelta(minutes=1))
    assert waits["service", "email"] == (1, timedelta(minutes=20))
    assert waits["service", "sms"] == (0, timedelta(0))
    assert queue.ages == {
        "under_1": {"email": 1, "sms": 0},
        "under_5": {"email": 1, "sms": 1},
        "under_15": {"email": 0, "sms": 0},
        "under_60": {"email": 1, "sms": 0},
        "over_60": {"email": 1, "sms": 0},
    }
    assert queue.total == 5


def test_backends_count_what_they_closed_today_only():
    yesterday = NOW - timedelta(days=1)
    DeliveryFactory(sent=True, backend="email")
    DeliveryFactory(sent=True, backend="email")
    DeliveryFactory(failed=True, backend="email")
    DeliveryFactory(sent=True, backend="email", created_at=yesterday)
    today = {row.name: row.today for row in desk_queries.backends_now(NOW)}
    assert today == {"email": {DeliveryState.SENT: 2, DeliveryState.FAILED: 1}, "sms": {}}


def test_spending_counts_segments_of_the_archive_too(settings):
    settings.SMS_SEGMENT_PRICE = "0.05"
    sms = sms_contact()
    DeliveryFactory(contact_point=sms, sent=True, segments=2)
    DeliveryFactory(contact_point=sms, sent=True, segments=7, created_at=datetime(2026, 10, 31, 2, 0, tzinfo=UTC))
    DeliveryFactory(sent=True)
    archived = {"channel": "sms", "category": "code", "template": "tests.code", "state": "sent", "closed_at": NOW}
    ArchivedDelivery.objects.create(event_key="old", segments=1, sent_at=NOW, **archived)
    spent = desk_queries.sms_spending(since=desk_queries.start_of_month(NOW))
    assert (spent.messages, spent.segments, spent.cost) == (2, 3, Decimal("0.15"))

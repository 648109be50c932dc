from datetime import timedelta

import pytest

from messaging.actions import Order, enqueue, enqueue_many
from messaging.actions.receipts import Report, apply_receipt
from messaging.actions.retention import archive_closed, purge_archive
from messaging.errors import ArchivedEventError
from messaging.models import ArchivedDelivery, Delivery, Receipt, Suppression
from messaging.queries import progress_of
from tests.factories.messaging import DeliveryFactory, mail_contact

pytestmark = pytest.mark.django_db


def _old(now, days, **options):
    row = DeliveryFactory(**options)
    Delivery.objects.filter(pk=row.pk).update(closed_at=now - timedelta(days=days))
    return row


def test_each_category_is_archived_at_its_age(now, settings):
    settings.DELIVERY_KEEP_DAYS = {"code": 7, "service": 180, "campaign": 365}
    kept = [
        _old(now, 6, sent=True, category="code", params=None),
        _old(now, 179, sent=True),
        _old(now, 364, sent=True, category="campaign"),
    ]
    gone = [
        _old(now, 8, sent=True, category="code", params=None),
        _old(now, 181, sent=True),
        _old(now, 366, sent=True, category="campaign"),
    ]
    assert archive_closed(now=now) == 3
    assert set(Delivery.objects.values_list("pk", flat=True)) == {row.pk for row in kept}
    archived = ArchivedDelivery.objects.values_list("event_key", flat=True)
    assert set(archived) == {row.event_key for row in gone}


def test_what_nobody_knows_stays_until_it_is_settled(now):
    row = _old(now, 900, unknown=True)
    waiting = DeliveryFactory(created_at=now - timedelta(days=900))
    assert archive_closed(now=now) == 0
    assert set(Delivery.objects.values_list("pk", flat=True)) == {row.pk, waiting.pk}


def test_an_archived_event_is_not_sent_again(now, plain_template):
    row = _old(now, 200, sent=True)
    archive_closed(now=now)
    contact, context = mail_contact(), {"name": "王阿姨"}
    with pytest.raises(ArchivedEventError):
        enqueue(event_key=row.event_key, contact_point=contact, template="tests.plain", context=context, now=now)
    orders = [Order(row.event_key, contact, context), Order("new", contact, context)]
    enqueue_many(orders=orders, template="tests.plain", now=now)
    assert list(Delivery.objects.values_list("event_key", flat=True)) == ["new"]


def test_progress_counts_what_was_archived(now):
    _old(now, 400, sent=True, source="campaign:7", category="campaign")
    DeliveryFactory(sent=True, source="campaign:7", category="campaign")
    archive_closed(now=now)
    assert progress_of("campaign:7")["sent"] == 2


def test_purge_keeps_what_a_person_has_to_decide(now, settings):
    row = _old(now, 200, sent=True)
    archive_closed(now=now)
    for number in range(2):
        apply_receipt(report=Report(source="t", external_id=str(number), kind="hard_bounce"), now=now)
    Receipt.objects.filter(external_id="0").update(state="dismissed")
    contact = mail_contact()
    Suppression.objects.create(channel="email", index=contact.index, reason="soft_bounce", expires_at=now)
    Suppression.objects.create(channel="sms", index=contact.index, reason="upstream")
    later = now + timedelta(days=settings.DELIVERY_ARCHIVE_DAYS + 1)
    purge_archive(now=later)
    assert ArchivedDelivery.objects.filter(event_key=row.event_key).count() == 0
    assert list(Receipt.objects.values_list("external_id", flat=True)) == ["1"]
    assert list(Suppression.objects.values_list("reason", flat=True)) == ["upstream"]

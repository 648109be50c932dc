"""newsletters.receivers: leaving by reply or complaint ends the subscription."""

import pytest

from accounts.models import ConsentEntry
from messaging.actions.receipts import Report, apply_receipt
from messaging.actions.upstream import receive_reply
from messaging.enums import Proof, ReceiptKind
from messaging.models import Delivery, Suppression
from newsletters.enums import SubscriptionStatus
from newsletters.models import Subscription
from tests.factories.messaging import DeliveryFactory, mail_contact, sms_contact
from tests.factories.newsletters import make_subscription

pytestmark = pytest.mark.django_db


def leave(now, external_id="u1", text="TD"):
    return receive_reply(backend="sms", external_id=external_id, phone="13800138000", text=text, now=now)


def goodbyes():
    return Delivery.objects.filter(template="newsletters.unsubscribed").count()


def test_reply_withdraws_the_subscription_and_the_consent_and_says_so_once(now):
    subscription = make_subscription(contact=sms_contact())
    for number in range(3):
        leave(now, external_id=f"u{number}")
    subscription.refresh_from_db()
    assert (subscription.status, subscription.unsubscribed_at, goodbyes()) == (SubscriptionStatus.UNSUBSCRIBED, now, 1)
    assert ConsentEntry.objects.filter(kind="newsletter_sms", granted=False).count() == 1


def test_the_goodbye_is_not_stopped_by_the_suppression(now, run_sender):
    make_subscription(contact=sms_contact())
    leave(now)
    texts = [parcel.data.decode() for parcel in run_sender(now)["sms"]]
    assert texts == ["【示例投教】已退订，不会再发。已报名活动的通知照常。有事请打000-0000-0000"]


def test_reply_of_somebody_without_a_subscription_sends_nothing(now):
    leave(now)
    assert (Delivery.objects.count(), Suppression.objects.count()) == (0, 1)


def test_other_numbers_and_other_words_stay(now):
    other, same = make_subscription(contact=sms_contact("13900139001")), make_subscription(contact=sms_contact())
    leave(now, text="收到，谢谢")
    same.refresh_from_db()
    leave(now, external_id="u2")
    other.refresh_from_db()
    assert (same.status, other.status) == (SubscriptionStatus.ACTIVE, SubscriptionStatus.ACTIVE)


def test_complaint_about_a_mail_ends_the_subscription(now):
    contact = mail_contact()
    make_subscription(contact=contact)
    row = DeliveryFactory(contact_point=contact, sent=True, category="campaign")
    report = Report("test", "c1", ReceiptKind.COMPLAINT, delivery_id=row.pk, proof=Proof.PROVIDER)
    apply_receipt(report=report, now=now)
    assert Subscription.objects.get().status == SubscriptionStatus.UNSUBSCRIBED

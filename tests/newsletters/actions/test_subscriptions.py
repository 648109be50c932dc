import json
from datetime import timedelta

import pytest

from accounts.errors import CodeNotSentError, CodeWrongError
from accounts.models import ConsentDetail, ConsentEntry, ContactCode
from accounts.signals import code_due, consent_withdrawn
from core.limits import LimitExceeded
from messaging.models import Delivery, Suppression
from newsletters.actions.subscriptions import (
    change_choices,
    confirm_by_code,
    confirm_by_link,
    purge_unconfirmed,
    request_subscription,
    subscribe_verified,
    unsubscribe,
)
from newsletters.enums import Frequency, SubscriptionStatus, Topic
from newsletters.errors import AlreadyConfirmedError, RequestWithdrawnError, SubscriptionError
from newsletters.models import Subscriber, Subscription
from tests.factories.accounts import ContactFactory, InvestorFactory, PhoneFactory
from tests.factories.newsletters import make_subscription

pytestmark = pytest.mark.django_db


def ask(contact, now, topics=(Topic.MONTHLY,), client="203.0.113.7"):
    return request_subscription(
        contact=contact, topics=topics, wording="我同意接收。", source="form", client=client, now=now
    )


def templates():
    return list(Delivery.objects.order_by("pk").values_list("template", flat=True))


@pytest.fixture
def codes():
    """The codes that were sent, newest last."""
    sent = []

    def keep(sender, *, code, **_rest):
        sent.append(code)

    code_due.connect(keep, weak=False)
    yield sent
    code_due.disconnect(keep)


def test_asking_by_mail_waits_for_the_confirmation(now):
    subscription = ask(ContactFactory(), now, topics=(Topic.RISK, Topic.MONTHLY))

    assert subscription.status == SubscriptionStatus.PENDING
    assert subscription.topic_keys == [Topic.MONTHLY, Topic.RISK]
    assert templates() == ["newsletters.confirm"]
    assert ConsentEntry.objects.count() == 0


def test_confirming_by_link_starts_it_records_consent_and_welcomes(now):
    subscription = ask(ContactFactory(), now)

    confirm_by_link(subscription_id=subscription.pk, round_=1, now=now + timedelta(hours=1))

    subscription.refresh_from_db()
    assert (subscription.status, subscription.confirmed_at) == (SubscriptionStatus.ACTIVE, now + timedelta(hours=1))
    entry = ConsentEntry.objects.get()
    assert (entry.kind, entry.granted, entry.source) == ("newsletter_email", True, "form")
    assert ConsentDetail.objects.get(entry_id=entry.pk).detail == {"wording": "我同意接收。"}
    assert templates() == ["newsletters.confirm", "newsletters.welcome"]


def test_confirming_twice_is_refused_and_changes_nothing(now):
    subscription = ask(ContactFactory(), now)
    confirm_by_link(subscription_id=subscription.pk, round_=1, now=now)

    with pytest.raises(AlreadyConfirmedError):
        confirm_by_link(subscription_id=subscription.pk, round_=1, now=now + timedelta(hours=1))

    subscription.refresh_from_db()
    assert subscription.confirmed_at == now
    assert ConsentEntry.objects.count() == 1


def test_an_old_link_does_not_undo_leaving(now):
    subscription = ask(ContactFactory(), now)
    confirm_by_link(subscription_id=subscription.pk, round_=1, now=now)
    unsubscribe(subscription_id=subscription.pk, source="link", now=now)

    with pytest.raises(RequestWithdrawnError):
        confirm_by_link(subscription_id=subscription.pk, round_=1, now=now)

    subscription.refresh_from_db()
    assert subscription.status == SubscriptionStatus.UNSUBSCRIBED


def test_an_old_link_does_not_confirm_a_new_request(now):
    contact = ContactFactory()
    subscription = ask(contact, now)
    confirm_by_link(subscription_id=subscription.pk, round_=1, now=now)
    unsubscribe(subscription_id=subscription.pk, source="link", now=now)
    again = ask(contact, now + timedelta(days=2))

    with pytest.raises(RequestWithdrawnError):
        confirm_by_link(subscription_id=subscription.pk, round_=1, now=now)
    confirm_by_link(subscription_id=again.pk, round_=again.round, now=now + timedelta(days=2))

    again.refresh_from_db()
    assert again.status == SubscriptionStatus.ACTIVE
    assert again.unsubscribed_at is None


def test_a_double_post_sends_one_mail(now):
    contact = ContactFactory()

    ask(contact, now)
    ask(contact, now + timedelta(seconds=2))

    assert templates() == ["newsletters.confirm"]
    assert Subscription.objects.count() == 1


def test_one_mailbox_gets_five_confirming_mails_a_day(now):
    contact = ContactFactory()

    for minute in range(8):
        ask(contact, now + timedelta(minutes=2 * minute))

    assert Delivery.objects.filter(template="newsletters.confirm").count() == 5


def test_one_client_may_ask_thirty_times_an_hour(now):
    for _number in range(30):
        ask(ContactFactory(), now)

    with pytest.raises(LimitExceeded):
        ask(ContactFactory(), now)

    assert Subscription.objects.count() == 30


def test_asking_for_an_active_address_changes_and_sends_nothing(now):
    active = make_subscription(topics=(Topic.MONTHLY,))

    ask(active.contact_point, now, topics=(Topic.EVENTS,))

    active.refresh_from_db()
    assert (active.status, active.topic_keys) == (SubscriptionStatus.ACTIVE, [Topic.MONTHLY])
    assert templates() == []


def test_without_a_topic_nothing_is_stored(now):
    with pytest.raises(SubscriptionError):
        ask(ContactFactory(), now, topics=("unknown",))

    assert Subscription.objects.count() == 0


def test_a_phone_confirms_by_code(now, codes):
    subscription = ask(PhoneFactory(), now)

    confirm_by_code_outside_transaction(subscription, codes[-1], now)

    subscription.refresh_from_db()
    assert subscription.status == SubscriptionStatus.ACTIVE
    assert ConsentEntry.objects.get().kind == "newsletter_sms"
    assert Delivery.objects.filter(template="newsletters.welcome").count() == 1


def confirm_by_code_outside_transaction(subscription, code, now):
    """``verify_code`` insists on a transaction of its own; in the tests' transaction that check is off."""
    return confirm_by_code(subscription=subscription, code=code, now=now)


def test_a_wrong_code_changes_nothing(now, codes):
    subscription = ask(PhoneFactory(), now)
    wrong = f"{(int(codes[-1]) + 1) % 10**6:06d}"

    with pytest.raises(CodeWrongError):
        confirm_by_code_outside_transaction(subscription, wrong, now)

    subscription.refresh_from_db()
    assert subscription.status == SubscriptionStatus.PENDING


def test_a_double_post_of_a_phone_sends_one_code(now):
    phone = PhoneFactory()

    ask(phone, now)
    ask(phone, now + timedelta(seconds=2))

    assert ContactCode.objects.count() == 1


def test_a_phone_with_too_many_codes_is_refused_whole(now):
    phone = PhoneFactory()
    for minute in range(5):
        ask(phone, now + timedelta(minutes=2 * minute))

    with pytest.raises(CodeNotSentError):
        ask(phone, now + timedelta(minutes=20), topics=(Topic.EVENTS,))

    assert Subscription.objects.get().topic_keys == [Topic.MONTHLY]


def test_unsubscribing_is_recorded_and_announced_once(now):
    active = make_subscription()

    first = unsubscribe(subscription_id=active.pk, source="one-click", now=now)
    second = unsubscribe(subscription_id=active.pk, source="link", now=now + timedelta(minutes=1))

    active.refresh_from_db()
    assert (first, second) == (True, False)
    assert (active.status, active.unsubscribed_at) == (SubscriptionStatus.UNSUBSCRIBED, now)
    assert [(entry.granted, entry.source) for entry in ConsentEntry.objects.all()] == [(False, "one-click")]
    assert templates() == ["newsletters.unsubscribed"]


def test_confirming_again_lifts_the_persons_own_suppression(now):
    contact = ContactFactory()
    Suppression.objects.create(channel="email", index=contact.index, category="campaign", reason="unsubscribed")
    subscription = ask(contact, now)

    confirm_by_link(subscription_id=subscription.pk, round_=1, now=now)

    assert Suppression.objects.count() == 0


def test_choices_change_and_a_stranger_to_the_list_cannot(now):
    active = make_subscription()
    gone = make_subscription(status=SubscriptionStatus.UNSUBSCRIBED)

    change_choices(subscription_id=active.pk, topics=[Topic.EVENTS, Topic.RISK], frequency=Frequency.QUARTERLY, now=now)
    with pytest.raises(SubscriptionError):
        change_choices(subscription_id=gone.pk, topics=[Topic.EVENTS], frequency=Frequency.EVERY, now=now)

    active = Subscription.objects.get(pk=active.pk)
    assert (active.topic_keys, active.frequency) == ([Topic.EVENTS, Topic.RISK], Frequency.QUARTERLY)


def test_a_signed_in_person_subscribes_their_verified_contact_only(now):
    user = InvestorFactory()
    own = ContactFactory(user=user, verified_at=now)
    foreign = ContactFactory(user=InvestorFactory(), verified_at=now)
    unverified = ContactFactory(user=user)
    fields = {"topics": [Topic.MONTHLY], "frequency": Frequency.EVERY, "wording": "我同意。", "now": now}

    subscribe_verified(user=user, contact=own, **fields)
    for contact in (foreign, unverified):
        with pytest.raises(SubscriptionError):
            subscribe_verified(user=user, contact=contact, **fields)

    subscription = Subscription.objects.get()
    assert (subscription.contact_point, subscription.is_active) == (own, True)
    assert subscription.subscriber.user == user


def test_withdrawn_consent_ends_the_subscription_of_that_channel(now):
    user = InvestorFactory()
    mail = make_subscription(contact=ContactFactory(user=user, verified_at=now))
    phone = make_subscription(contact=PhoneFactory(user=user, verified_at=now))

    consent_withdrawn.send(sender=None, contact_or_user=user, kind="newsletter_sms", now=now)

    mail.refresh_from_db()
    phone.refresh_from_db()
    assert (mail.status, phone.status) == (SubscriptionStatus.ACTIVE, SubscriptionStatus.UNSUBSCRIBED)


def test_what_nobody_confirmed_is_forgotten(now):
    stale = ask(ContactFactory(), now - timedelta(days=31))
    fresh = ask(ContactFactory(), now)
    make_subscription()

    purged = purge_unconfirmed(before=now - timedelta(days=30))

    assert purged == 1
    assert not Subscriber.objects.filter(pk=stale.subscriber_id).exists()
    assert Subscriber.objects.filter(pk=fresh.subscriber_id).exists()


def test_no_message_of_a_subscription_holds_the_address_in_the_clear(now):
    contact = ContactFactory(value="secret.reader@example.com")
    ask(contact, now)

    params = json.loads(Delivery.objects.get().params)

    assert set(params) == {"link", "subscription", "round"}
    assert "secret.reader" not in json.dumps(params)

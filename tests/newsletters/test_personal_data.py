import pytest

from messaging.enums import DeliveryState
from messaging.models import Delivery
from newsletters.actions.sending import queue_batch, start_sending
from newsletters.models import CampaignRecipient, Subscriber
from newsletters.personal_data import erase, export
from tests.factories.accounts import ContactFactory, InvestorFactory
from tests.factories.newsletters import make_approved_campaign, make_marketer, make_subscription

pytestmark = pytest.mark.django_db


def test_the_copy_holds_ones_own_subscriptions_only(now):
    user = InvestorFactory()
    make_subscription(contact=ContactFactory(user=user, value="own@example.com"))
    make_subscription(contact=ContactFactory(value="other@example.com"))

    data = export(user)["subscriptions"]

    assert [(entry["contact"], entry["topics"]) for entry in data] == [("own@example.com", ["每月一封信"])]


def test_erasing_removes_the_person_and_drops_the_waiting_letter(now, run_sender):
    user = InvestorFactory()
    make_subscription(contact=ContactFactory(user=user))
    campaign = make_approved_campaign(now=now)
    start_sending(campaign_id=campaign.pk, user=make_marketer(), now=now)
    queue_batch(campaign_id=campaign.pk, now=now)

    erase(user)
    run_sender(now)

    assert Subscriber.objects.count() == 0
    assert CampaignRecipient.objects.get().subscription is None
    assert Delivery.objects.get(source=campaign.source).state == DeliveryState.SUPPRESSED

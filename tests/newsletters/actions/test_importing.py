import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from messaging.models import Delivery
from newsletters.actions.campaigns import submit_for_review
from newsletters.actions.importing import import_demo_campaign, import_demo_subscriptions
from newsletters.enums import CampaignStatus
from newsletters.models import Campaign, Subscription
from newsletters.queries import audience_count, broken_rules
from tests.factories.accounts import ContactFactory, InvestorFactory
from tests.factories.newsletters import make_marketer

pytestmark = pytest.mark.django_db
DATA = tomllib.loads(
    (Path(settings.BASE_DIR) / "edu_site" / "demo" / "content" / "newsletter.toml").read_text(encoding="utf-8")
)


def test_the_demonstration_letter_is_a_draft_ready_for_review_and_comes_once(now):
    author = make_marketer()

    first = import_demo_campaign(data=DATA, author=author, now=now)
    again = import_demo_campaign(data=DATA, author=author, now=now)

    assert (first.status, again.pk, Campaign.objects.count()) == (CampaignStatus.DRAFT, first.pk, 1)
    assert [block.block_type for block in first.body] == ["paragraph", "paragraph", "keep", "note", *["item"] * 5]
    assert submit_for_review(campaign_id=first.pk, user=author, now=now).status == CampaignStatus.IN_REVIEW
    assert audience_count(first, now=now).segments == 1
    assert audience_count(first, now=now).sms_text.startswith("【示例投教】12月的信")
    assert audience_count(first, now=now).sms_text.endswith("。拒收请回复R")


def test_demonstration_subscribers_are_subscribed_without_a_message_and_once(now):
    investors = [InvestorFactory() for _number in range(3)]
    for user in investors:
        ContactFactory(user=user, verified_at=now)

    import_demo_subscriptions(investors=investors, now=now)
    done = import_demo_subscriptions(investors=investors, now=now)

    assert done == 5
    assert [row.is_active for row in Subscription.objects.all()] == [True] * 5
    assert Subscription.objects.filter(subscriber__contact_point__channel="sms").count() == 2
    assert Delivery.objects.count() == 0
    assert broken_rules() == []

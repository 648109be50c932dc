"""Factories of the newsletters app."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import Permission

from accounts.models import ContactPoint, User
from newsletters.actions.campaigns import approve_campaign, save_campaign, submit_for_review
from newsletters.enums import Frequency, SubscriptionStatus, Topic
from newsletters.models import Campaign, Subscriber, Subscription
from tests.factories.accounts import ContactFactory, PhoneFactory, StaffFactory

CONFIRMED = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


def make_subscription(
    *,
    contact: ContactPoint | None = None,
    topics: tuple[str, ...] = (Topic.MONTHLY,),
    status: str = SubscriptionStatus.ACTIVE,
    confirmed_at: datetime = CONFIRMED,
    frequency: str = Frequency.EVERY,
) -> Subscription:
    """A subscription as it stands after the journey, without its messages."""
    contact = contact or ContactFactory()
    subscriber = Subscriber.objects.create(contact_point=contact, user=contact.user)
    subscription = Subscription.objects.create(
        subscriber=subscriber,
        status=status,
        frequency=frequency,
        consent_wording="我同意。",
        consent_source="form",
        requested_at=confirmed_at,
        confirmed_at=None if status == SubscriptionStatus.PENDING else confirmed_at,
        unsubscribed_at=confirmed_at if status == SubscriptionStatus.UNSUBSCRIBED else None,
    )
    subscription.set_topics(topics)
    return subscription


def make_phone_subscription(**fields: Any) -> Subscription:
    return make_subscription(contact=PhoneFactory(), **fields)


def make_staff(*codenames: str, superuser: bool = False) -> User:
    """A member of staff with permissions of this app."""
    user = StaffFactory(is_superuser=superuser)
    permissions = Permission.objects.filter(codename__in=codenames, content_type__app_label="newsletters")
    user.user_permissions.set(permissions)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return user


def make_marketer() -> User:
    return make_staff("view_campaign", "add_campaign", "change_campaign", "send_campaign", "view_subscription")


def make_reviewer() -> User:
    return make_staff("view_campaign", "approve_campaign")


def campaign_fields(**fields: Any) -> dict[str, Any]:
    return {
        "title": "十二月的信",
        "slug": "2026-12",
        "topic": Topic.MONTHLY,
        "to_email": True,
        "to_sms": True,
        "subject": "要先交钱才能追回损失？",
        "preheader": "三分钟读完。",
        "headline": "要先交钱才能追回损失？|先停一停",
        "body": [
            {"type": "paragraph", "value": "<p>谁先向您收钱，就<b>先不信</b>谁。</p>"},
            {"type": "keep", "value": "追回损失先收钱，多半是骗第二遍。"},
            {
                "type": "item",
                "value": {
                    "kind": "风险提示 · 读 4 分钟",
                    "title": "要先交保证金？先停一停",
                    "text": "一张表，看清真假。",
                    "page": None,
                    "path": "/help/now/",
                    "link_text": "看怎么认",
                },
            },
        ],
        "sms_text": "12月的信：先交费才追损失，多半是第二次骗。别转账，打110。",
        **fields,
    }


def make_campaign(*, author: User, now: datetime, **fields: Any) -> Campaign:
    """A draft, written by ``author``."""
    from newsletters.blocks import LetterBlock

    values = campaign_fields(**fields)
    values["body"] = LetterBlock().to_python(values["body"])
    return save_campaign(campaign=Campaign(**values), user=author, now=now)


def make_approved_campaign(*, now: datetime, author: User | None = None, **fields: Any) -> Campaign:
    """A campaign that may be sent."""
    author = author or make_marketer()
    campaign = make_campaign(author=author, now=now, **fields)
    submit_for_review(campaign_id=campaign.pk, user=author, now=now)
    return approve_campaign(campaign_id=campaign.pk, digest=campaign.content_digest, user=make_reviewer(), now=now)

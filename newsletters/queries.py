"""Reads that cross tables: who would get a letter, how far a campaign is, what the archive holds."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Channel
from accounts.models import User
from accounts.queries import contact_points_of
from messaging.enums import DeliveryState
from messaging.models import Delivery
from messaging.sms import estimate, sign
from newsletters.enums import STARTED, Frequency, SubscriptionStatus
from newsletters.letters import sms_body
from newsletters.models import Campaign, CampaignRecipient, Subscription


def audience(campaign: Campaign, *, now: datetime) -> QuerySet[Subscription]:
    """Return the subscriptions that ``campaign`` goes to at ``now``.

    Active, confirmed before the sending began, of its topic and channels, without a campaign of that topic today and,
    for those who want one a quarter, without one this quarter.
    """
    today = timezone.localdate(now)
    channels = [
        channel for channel, wanted in ((Channel.EMAIL, campaign.to_email), (Channel.SMS, campaign.to_sms)) if wanted
    ]
    earlier = CampaignRecipient.objects.filter(subscription=OuterRef("pk"), topic=campaign.topic)
    return Subscription.objects.filter(
        ~Exists(earlier.filter(queued_on=today)),
        Q(frequency=Frequency.EVERY) | ~Exists(earlier.filter(queued_on__gte=_quarter_start(today))),
        status=SubscriptionStatus.ACTIVE,
        confirmed_at__lte=campaign.started_at or now,
        topics__topic=campaign.topic,
        subscriber__contact_point__channel__in=channels,
    )


def _quarter_start(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


@dataclass(frozen=True)
class AudienceCount:
    """How many would get it, and what the short messages would cost."""

    email: int
    sms: int
    segments: int
    cost: Decimal
    sms_text: str

    @property
    def total(self) -> int:
        return self.email + self.sms


def audience_count(campaign: Campaign, *, now: datetime) -> AudienceCount:
    """Count the audience by channel, and the segments that carriers bill."""
    by_channel = dict(
        audience(campaign, now=now)
        .order_by()
        .values_list("subscriber__contact_point__channel")
        .annotate(number=Count("pk"))
    )
    emails, people = by_channel.get(Channel.EMAIL, 0), by_channel.get(Channel.SMS, 0)
    if not campaign.sms_text.strip():
        return AudienceCount(emails, people, 0, Decimal(0), "")
    one = estimate(campaign.sms_text, campaign=True)
    text = sign(sms_body(campaign), settings.SMS_SIGNATURE)
    return AudienceCount(emails, people, one.segments, people * one.cost, text)


@dataclass(frozen=True)
class Progress:
    """How far a campaign is, in numbers of letters."""

    total: int
    waiting: int
    sent: int
    dropped: int
    failed: int
    unknown: int

    @property
    def done(self) -> int:
        return self.sent + self.dropped + self.failed + self.unknown

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0


_FAILED = (DeliveryState.FAILED, DeliveryState.EXPIRED, DeliveryState.BOUNCED)


def progress(campaign: Campaign) -> Progress:
    """Count the campaign's deliveries by what became of them; what is not queued yet counts as waiting."""
    states = dict(
        Delivery.objects.filter(source=campaign.source).order_by().values_list("state").annotate(number=Count("pk"))
    )
    sent = states.get(DeliveryState.SENT, 0) + states.get(DeliveryState.DELIVERED, 0)
    failed = sum(states.get(state, 0) for state in _FAILED)
    dropped, unknown = states.get(DeliveryState.SUPPRESSED, 0), states.get(DeliveryState.UNKNOWN, 0)
    total = max(campaign.recipients_count, sum(states.values()))
    return Progress(total, total - sent - failed - dropped - unknown, sent, dropped, failed, unknown)


def archive() -> QuerySet[Campaign]:
    """Return the letters that anyone may read, newest first."""
    return Campaign.objects.filter(status__in=STARTED, to_email=True).order_by("-started_at")


def subscriptions_of(user: User) -> list[dict[str, Any]]:
    """Return each contact point of ``user`` with its subscription or None, for the desk."""
    contacts = list(contact_points_of(user))
    known = {
        subscription.subscriber.contact_point_id: subscription
        for subscription in Subscription.objects.filter(subscriber__contact_point__in=contacts)
        .select_related("subscriber__contact_point")
        .prefetch_related("topics")
    }
    return [{"contact": contact, "subscription": known.get(contact.pk)} for contact in contacts]


def broken_rules() -> list[str]:
    """Return a sentence for each thing that must never be: letters without consent, content nobody approved."""
    found = [
        _("第 %(id)d 期正在发送或已发送，内容却不是审核通过的那一版。") % {"id": campaign.pk}
        for campaign in Campaign.objects.filter(status__in=STARTED)
        if campaign.compute_digest() != campaign.approved_digest
    ]
    found += [
        _("第 %(id)d 期由写过它的人审核。") % {"id": campaign.pk}
        for campaign in Campaign.objects.filter(approved_by__isnull=False)
        if campaign.edits.filter(user=campaign.approved_by_id).exists()
    ]
    for campaign in Campaign.objects.exclude(started_at=None):
        allowed = campaign.recipients.count()
        queued = Delivery.objects.filter(source=campaign.source).count()
        if queued > allowed:
            found.append(
                _("第 %(id)d 期排了 %(queued)d 封，确认过的收件人只有 %(allowed)d 位。")
                % {"id": campaign.pk, "queued": queued, "allowed": allowed}
            )
    late = CampaignRecipient.objects.filter(campaign__started_at__isnull=True).values_list("campaign_id", flat=True)
    found += [_("第 %(id)d 期还没有开始发送，却已经有收件人。") % {"id": pk} for pk in late.distinct()]
    return found

"""Sending a campaign: to whom it goes at this moment, in batches that a crash cannot double."""

from datetime import datetime, timedelta
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.contacts import get_or_create_contact
from accounts.enums import Channel
from accounts.models import ContactPoint, User
from accounts.queries import contact_points_of
from core import pagecache
from core.actions.audit import record_audit
from core.nudge import nudge
from messaging.actions import Order, enqueue, enqueue_many
from messaging.enums import CLOSED_STATES, Category, DeliveryState
from messaging.models import Delivery
from messaging.schedule import sending_time
from newsletters.actions.campaigns import check_complete
from newsletters.enums import CampaignStatus
from newsletters.errors import CampaignError, CampaignStateError, ContentChangedError, NotAllowedError
from newsletters.links import UNSUBSCRIBE, link_url
from newsletters.models import Campaign, CampaignRecipient, Subscription
from newsletters.queries import audience

BATCH = 200
# A letter that could not go out for this long is old news.
_KEEP_TRYING = timedelta(days=5)
SEND_PERMISSION = "newsletters.send_campaign"


def send_test(*, campaign_id: int, user: User, now: datetime) -> list[Delivery]:
    """Send the letter as it stands to ``user``'s own contact points, marked 测试, through the outbox like any other.

    Raises ``CampaignError`` when the user has none that the campaign's channels reach. A double click sends once.
    """
    if not user.has_perm("newsletters.change_campaign") and not user.has_perm("newsletters.approve_campaign"):
        raise NotAllowedError(_("您没有这一步的权限。"))
    campaign = Campaign.objects.get(pk=campaign_id)
    with transaction.atomic():
        contacts = _own_contacts(campaign, user, now)
        if not contacts:
            raise CampaignError(_("您的账户没有可以收测试的邮箱或手机号。"))
        return [
            enqueue(
                event_key=f"campaign:{campaign.pk}:test:{contact.pk}:{int(now.timestamp()) // 10}",
                contact_point=contact,
                template="newsletters.campaign_test",
                context={"campaign": campaign.pk},
                now=now,
                user=user,
            )
            for contact in contacts
        ]


def _own_contacts(campaign: Campaign, user: User, now: datetime) -> list[ContactPoint]:
    contacts = [contact for contact in contact_points_of(user) if contact.channel == Channel.SMS and campaign.to_sms][
        :1
    ]
    if campaign.to_email and user.email:
        contacts.insert(0, get_or_create_contact(channel=Channel.EMAIL, value=user.email, now=now))
    return contacts


def start_sending(*, campaign_id: int, user: User, now: datetime) -> Campaign:
    """Begin to send an approved campaign to everybody who is subscribed to its topic at this moment.

    Asked twice, it starts once: the second raises ``CampaignStateError``. Raises ``ContentChangedError`` when the
    content is not the approved one, ``CampaignError`` when nobody would get it. A worker queues the letters after the
    commit.
    """
    from newsletters.tasks import queue_campaign_task

    _require_sender(user)
    with transaction.atomic():
        campaign = _locked(campaign_id)
        if campaign.status != CampaignStatus.APPROVED:
            raise CampaignStateError(_refusal(campaign))
        if campaign.approved_digest != campaign.compute_digest():
            raise ContentChangedError(_("内容和审核通过的那一版不一样，不能发送。请重新提交审核。"))
        check_complete(campaign)
        count = audience(campaign, now=now).count()
        if not count:
            raise CampaignError(_("现在没有人会收到：还没有人订阅这一项，或者今天已经收过。"))
        campaign.status = CampaignStatus.SENDING
        campaign.started_by, campaign.started_at, campaign.recipients_count = user, now, count
        campaign.save()
        record_audit(
            action="newsletters.campaign.start", target=campaign, user=user, now=now, detail={"recipients": count}
        )
        pagecache.purge_on_commit()
        nudge(queue_campaign_task, campaign.pk)
    return campaign


def queue_batch(*, campaign_id: int, now: datetime, size: int = BATCH) -> bool:
    """Queue the next ``size`` letters in one transaction; return whether there may be more.

    The cursor, the record of recipients and the deliveries commit together, so a killed worker leaves whole batches.
    Two workers take turns on the campaign's row; the event key keeps a letter from being queued twice in any case.
    """
    with transaction.atomic():
        campaign = _locked(campaign_id)
        if campaign.status != CampaignStatus.SENDING or campaign.queued_at is not None:
            return False
        batch = list(
            audience(campaign, now=now)
            .filter(pk__gt=campaign.queue_cursor)
            .select_related("subscriber__contact_point")
            .order_by("pk")[:size]
        )
        if batch:
            campaign.queue_cursor = batch[-1].pk
            _queue(campaign, batch, now)
        if len(batch) < size:
            campaign.queued_at = now
            campaign.recipients_count = campaign.recipients.count()
        campaign.save(update_fields=["queue_cursor", "queued_at", "recipients_count"])
        return campaign.queued_at is None


def _queue(campaign: Campaign, batch: list[Subscription], now: datetime) -> None:
    CampaignRecipient.objects.bulk_create(
        [
            CampaignRecipient(
                campaign=campaign,
                subscription=subscription,
                topic=campaign.topic,
                confirmed_at=cast("datetime", subscription.confirmed_at),  # the audience is confirmed
                queued_at=now,
                queued_on=timezone.localdate(now),
            )
            for subscription in batch
        ],
        # Another campaign of the topic may have taken somebody's day in between.
        ignore_conflicts=True,
    )
    taken = set(
        campaign.recipients.filter(subscription__in=[subscription.pk for subscription in batch]).values_list(
            "subscription_id", flat=True
        )
    )
    enqueue_many(
        orders=(
            Order(
                event_key=f"campaign:{campaign.pk}:{subscription.pk}",
                contact_point=subscription.contact_point,
                context={
                    "campaign": campaign.pk,
                    "subscription": subscription.pk,
                    "unsubscribe_url": link_url(kind=UNSUBSCRIBE, subscription=subscription, now=now),
                    "list_id": campaign.topic,
                },
            )
            for subscription in batch
            if subscription.pk in taken
        ),
        template="newsletters.campaign",
        now=now,
        expires_at=now + _KEEP_TRYING,
        user=campaign.started_by,
        source=campaign.source,
    )


def finish_campaign(*, campaign_id: int, now: datetime) -> bool:
    """Mark the campaign as sent once every letter has its end; return whether it is."""
    with transaction.atomic():
        campaign = _locked(campaign_id)
        if campaign.status != CampaignStatus.SENDING or campaign.queued_at is None:
            return campaign.status == CampaignStatus.SENT
        if Delivery.objects.filter(source=campaign.source).exclude(state__in=CLOSED_STATES).exists():
            return False
        campaign.status, campaign.finished_at = CampaignStatus.SENT, now
        campaign.save(update_fields=["status", "finished_at"])
        record_audit(action="newsletters.campaign.finish", target=campaign, user=None, now=now)
        pagecache.purge_on_commit()
    return True


def pause_sending(*, campaign_id: int, user: User, now: datetime) -> Campaign:
    """Hold back every letter that has not been handed to a worker; what is in a worker's hands still goes."""
    return _change(
        campaign_id, user, now, allowed={CampaignStatus.SENDING}, to=CampaignStatus.PAUSED, action="pause", due=_NEVER
    )


def resume_sending(*, campaign_id: int, user: User, now: datetime) -> Campaign:
    """Let the letters that were held back go on."""
    from newsletters.tasks import queue_campaign_task

    campaign = _change(
        campaign_id, user, now, allowed={CampaignStatus.PAUSED}, to=CampaignStatus.SENDING, action="resume", due=now
    )
    nudge(queue_campaign_task, campaign.pk)
    return campaign


def cancel_campaign(*, campaign_id: int, user: User, now: datetime) -> Campaign:
    """Stop for good: letters that have not gone are dropped when their turn comes."""
    allowed = set(CampaignStatus) - {CampaignStatus.SENT, CampaignStatus.CANCELLED}
    return _change(campaign_id, user, now, allowed=allowed, to=CampaignStatus.CANCELLED, action="cancel", due=now)


# Later than any letter is kept for: its expiry ends a letter that nobody lets go.
_NEVER = datetime(9000, 1, 1, tzinfo=timezone.get_default_timezone())


def _change(
    campaign_id: int, user: User, now: datetime, *, allowed: set[Any], to: CampaignStatus, action: str, due: datetime
) -> Campaign:
    _require_sender(user)
    with transaction.atomic():
        campaign = _locked(campaign_id)
        if campaign.status not in allowed:
            raise CampaignStateError(_refusal(campaign))
        campaign.status = to
        if to == CampaignStatus.CANCELLED:
            campaign.approved_digest = ""
        campaign.save(update_fields=["status", "approved_digest"])
        for channel in Channel.values:
            # A short message that was held back keeps to its hours all the same.
            due_at = sending_time(channel=channel, category=Category.CAMPAIGN, wanted=due)
            waiting = Delivery.objects.filter(source=campaign.source, state=DeliveryState.PENDING, channel=channel)
            waiting.update(due_at=due_at)
        record_audit(action=f"newsletters.campaign.{action}", target=campaign, user=user, now=now)
        pagecache.purge_on_commit()
    return campaign


def _refusal(campaign: Campaign) -> str:
    if campaign.status in {CampaignStatus.SENDING, CampaignStatus.PAUSED, CampaignStatus.SENT}:
        return _("这一期已经开始发送，状态是“%(status)s”。") % {"status": campaign.get_status_display()}
    return _("这一期的状态是“%(status)s”，不能这样做。") % {"status": campaign.get_status_display()}


def _locked(campaign_id: int) -> Campaign:
    return Campaign.objects.select_for_update(of=("self",)).get(pk=campaign_id)


def _require_sender(user: User) -> None:
    if not user.is_active or not user.has_perm(SEND_PERMISSION):
        raise NotAllowedError(_("您没有发送的权限。"))

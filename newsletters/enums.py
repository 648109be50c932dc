"""Choices of the newsletters app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """What a person may ask to be sent; each is chosen on its own."""

    MONTHLY = "monthly", _("每月一封信")
    EVENTS = "events", _("活动通知")
    RISK = "risk", _("风险提示")


class Frequency(models.TextChoices):
    """How often a person wants a topic's letters."""

    EVERY = "every", _("每期都收")
    QUARTERLY = "quarterly", _("每季一次，只收当季第一期")


class SubscriptionStatus(models.TextChoices):
    """Where a subscription stands: nothing but the confirming message goes to one that is not active."""

    PENDING = "pending", _("等待确认")
    ACTIVE = "active", _("订阅中")
    UNSUBSCRIBED = "unsubscribed", _("已退订")


class CampaignStatus(models.TextChoices):
    """Where a campaign stands."""

    DRAFT = "draft", _("草稿")
    IN_REVIEW = "in_review", _("等待审核")
    APPROVED = "approved", _("审核通过")
    SENDING = "sending", _("正在发送")
    PAUSED = "paused", _("已暂停")
    SENT = "sent", _("发送完毕")
    CANCELLED = "cancelled", _("已取消")


EDITABLE = (CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED)
# Somebody else has approved exactly this content.
SIGNED_OFF = (CampaignStatus.APPROVED, CampaignStatus.SENDING, CampaignStatus.PAUSED, CampaignStatus.SENT)
# Its letters are on their way or out: readers may open it in the archive.
STARTED = (CampaignStatus.SENDING, CampaignStatus.PAUSED, CampaignStatus.SENT)

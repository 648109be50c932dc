"""Letters sent to many: what they say, who answers for it, who was written to."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField

from newsletters.blocks import LetterBlock
from newsletters.enums import EDITABLE, SIGNED_OFF, STARTED, CampaignStatus, Topic
from newsletters.models.subscriptions import Subscription

_PERSON: dict[str, Any] = {"on_delete": models.SET_NULL, "null": True, "blank": True, "related_name": "+"}


class Campaign(models.Model):
    """One letter, by mail and as a short message.

    ``content_digest`` covers everything that is sent and to whom. An approval names the digest it approved; the
    constraints refuse a campaign that is approved, sending or sent with any other content.
    """

    title = models.CharField(_("内部名称"), max_length=80, help_text=_("只有同事看得到，例如“十二月的信”。"))
    slug = models.SlugField(
        _("往期地址"),
        max_length=60,
        unique=True,
        help_text=_("信在网页上的地址，只用小写字母、数字和连字符，例如 2026-12。"),
        validators=[RegexValidator(r"^[a-z0-9-]+$", _("只用小写字母、数字和连字符。"))],
    )
    topic = models.CharField(
        _("发给订了什么的人"),
        max_length=10,
        choices=Topic.choices,
        default=Topic.MONTHLY,
        help_text=_("只有选了这一项、并且已经确认订阅的人会收到。"),
    )
    to_email = models.BooleanField(_("发邮件"), default=True)
    to_sms = models.BooleanField(_("发短信"), default=False)

    subject = models.CharField(
        _("邮件主题"), max_length=60, help_text=_("像对熟人说话；不写收益、不催促。二十个字以内最好。")
    )
    preheader = models.CharField(
        _("主题后面的一句"), max_length=80, blank=True, help_text=_("收件箱里显示在主题后面的灰字。")
    )
    headline = models.CharField(
        _("信里的大标题"), max_length=60, help_text=_("可以用 | 标出断行的地方，例如：要先交钱|才能追回损失？")
    )
    body = StreamField(LetterBlock(), verbose_name=_("正文"), blank=True, default=list)
    sms_text = models.TextField(
        _("短信正文"),
        blank=True,
        default="",
        max_length=300,
        help_text=_("不写链接、签名和退订说明：签名和“拒收请回复R”会自动加上。70 个字以内按一条计费。"),
    )

    status = models.CharField(_("状态"), max_length=10, choices=CampaignStatus.choices, default=CampaignStatus.DRAFT)
    content_digest = models.CharField(max_length=64, editable=False)
    approved_digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    review_note = models.TextField(_("审核意见"), blank=True, default="", editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("起草人"), **_PERSON)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("提交人"), **_PERSON)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("审核人"), **_PERSON)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("发送人"), **_PERSON)
    created_at = models.DateTimeField(_("起草时间"), default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True, editable=False)
    approved_at = models.DateTimeField(_("审核时间"), null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("开始发送"), null=True, blank=True, editable=False)
    queued_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("发完时间"), null=True, blank=True, editable=False)
    recipients_count = models.PositiveIntegerField(_("收件人数"), default=0, editable=False)
    queue_cursor = models.BigIntegerField(default=0, editable=False)

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("title"),
                FieldPanel("slug"),
                FieldPanel("topic"),
                FieldRowPanel([FieldPanel("to_email"), FieldPanel("to_sms")]),
            ],
            heading=_("这是什么，发给谁"),
        ),
        MultiFieldPanel(
            [FieldPanel("subject"), FieldPanel("preheader"), FieldPanel("headline"), FieldPanel("body")],
            heading=_("邮件"),
        ),
        MultiFieldPanel([FieldPanel("sms_text")], heading=_("短信")),
    ]

    class Meta:
        verbose_name = _("一期信")
        verbose_name_plural = _("群发的信")
        ordering = ("-created_at", "-pk")
        permissions = (
            ("approve_campaign", _("可以审核群发的信")),
            ("send_campaign", _("可以发送群发的信")),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=CampaignStatus.values), name="newsletters_campaign_status_known"
            ),
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="newsletters_campaign_topic_known"),
            # Approval is for exactly this content; people may be erased later, so their keys are not asked for here.
            models.CheckConstraint(
                condition=~Q(status__in=SIGNED_OFF) | Q(approved_at__isnull=False, approved_digest=F("content_digest")),
                name="newsletters_campaign_approved",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW)) | Q(approved_digest=""),
                name="newsletters_campaign_not_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (
                    (Q(created_by__isnull=True) | ~Q(approved_by=F("created_by")))
                    & (Q(submitted_by__isnull=True) | ~Q(approved_by=F("submitted_by")))
                ),
                name="newsletters_campaign_second_person",
            ),
            models.CheckConstraint(
                condition=Q(status__in=STARTED, started_at__isnull=False)
                | Q(status__in=EDITABLE, started_at__isnull=True)
                | Q(status=CampaignStatus.CANCELLED),
                name="newsletters_campaign_started",
            ),
            models.CheckConstraint(
                condition=~Q(status=CampaignStatus.SENT) | Q(finished_at__isnull=False, queued_at__isnull=False),
                name="newsletters_campaign_finished",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def source(self) -> str:
        """The mark that its deliveries carry."""
        return f"campaign:{self.pk}"

    def compute_digest(self) -> str:
        """Return the SHA-256 of everything that is sent and of whom it goes to."""
        content = {
            "title": self.title,
            "slug": self.slug,
            "topic": self.topic,
            "to_email": self.to_email,
            "to_sms": self.to_sms,
            "subject": self.subject,
            "preheader": self.preheader,
            "headline": self.headline,
            "body": _without_ids(self.body.get_prep_value()),
            "sms_text": self.sms_text,
        }
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


class CampaignEdit(models.Model):
    """Who changed the content of a campaign, when, and to what: none of them may approve it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="edits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("修改人"), **_PERSON)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(_("修改时间"))

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.at:%Y-%m-%d %H:%M}"


class CampaignRecipient(models.Model):
    """One subscription that a campaign was queued for.

    ``confirmed_at`` is the confirmation that it rests on. The second constraint keeps a person from getting two
    campaigns of one topic on one day, whichever worker queues first.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="recipients")
    subscription = models.ForeignKey(
        Subscription, on_delete=models.SET_NULL, null=True, related_name="received_campaigns"
    )
    topic = models.CharField(max_length=10, choices=Topic.choices)
    confirmed_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    queued_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("campaign", "subscription"), name="newsletters_recipient_once"),
            models.UniqueConstraint(
                fields=("subscription", "topic", "queued_on"), name="newsletters_recipient_one_a_day"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__lte=F("queued_at")), name="newsletters_recipient_confirmed_first"
            ),
        )

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.subscription_id}"


def _without_ids(value: Any) -> Any:
    """Drop the ids of stream blocks, which say nothing to a reader and may differ between two saves."""
    if isinstance(value, list):
        return [_without_ids(item) for item in value]
    if isinstance(value, dict):
        is_block = {"type", "value"} <= value.keys()
        return {key: _without_ids(item) for key, item in value.items() if not (is_block and key == "id")}
    return value

"""Every message to a person is one row."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Channel
from accounts.models import ContactPoint
from core.constraints import StoredCheck
from core.fields import EncryptedTextField
from messaging.enums import (
    ACCEPTED_STATES,
    CLOSED_STATES,
    Category,
    DeliveryState,
    ErrorClass,
)

_HELD = (DeliveryState.CLAIMED, DeliveryState.SENDING)
_NEEDS_REASON = (
    DeliveryState.BOUNCED,
    DeliveryState.FAILED,
    DeliveryState.SUPPRESSED,
    DeliveryState.EXPIRED,
    DeliveryState.UNKNOWN,
)

# What a row must look like in each state, whoever wrote it. One constraint of them all: every change of state pays for
# each constraint anew.
_KNOWN = models.Q(state__in=DeliveryState.values)
_CLAIM_HELD = (
    models.Q(state__in=_HELD, token__isnull=False, lease_until__isnull=False)
    | models.Q(state=DeliveryState.UNKNOWN, lease_until__isnull=True)
    | (~models.Q(state__in=(*_HELD, DeliveryState.UNKNOWN)) & models.Q(token__isnull=True, lease_until__isnull=True))
)
_SENT_AT = models.Q(state__in=ACCEPTED_STATES, sent_at__isnull=False) | (
    ~models.Q(state__in=ACCEPTED_STATES) & models.Q(sent_at__isnull=True)
)
_CLOSED_AT = models.Q(state__in=CLOSED_STATES, closed_at__isnull=False) | (
    ~models.Q(state__in=CLOSED_STATES) & models.Q(closed_at__isnull=True)
)
_IDENTIFIED = ~models.Q(state__in=(DeliveryState.SENDING, *ACCEPTED_STATES)) | ~models.Q(message_id="")
_REASON_GIVEN = ~models.Q(state__in=_NEEDS_REASON) | ~models.Q(error_class="")
_CODE_ERASED = ~models.Q(category=Category.CODE, state__in=CLOSED_STATES) | models.Q(params__isnull=True)
_SENDABLE = ~models.Q(state__in=(DeliveryState.PENDING, DeliveryState.CLAIMED)) | models.Q(
    contact_point__isnull=False, params__isnull=False
)
_CONSISTENT = _KNOWN & _CLAIM_HELD & _SENT_AT & _CLOSED_AT & _IDENTIFIED & _REASON_GIVEN & _CODE_ERASED & _SENDABLE
_REMARKABLE = models.Q(state__in=_NEEDS_REASON)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Rows by what may happen to them next."""

    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Rows that a worker may claim now, in the order in which it must."""
        return self.filter(state=DeliveryState.PENDING, due_at__lte=now).order_by("priority", "due_at", "id")


class Delivery(models.Model):
    """One message to one contact point.

    ``event_key`` is given by the caller and unique: asking twice for the same event makes one row. Rows change state
    only through ``messaging.actions``; the constraints below keep states and columns consistent whoever writes.
    ``params`` fills the template; it is encrypted and, where it holds a code, erased as soon as the row is closed.
    """

    event_key = models.CharField(_("事件"), max_length=200, unique=True)
    # Every change of state writes every index that does not name a condition, so there are few: the person's index
    # begins with this key.
    contact_point = models.ForeignKey(
        ContactPoint,
        on_delete=models.SET_NULL,
        null=True,
        db_index=False,
        related_name="deliveries",
        verbose_name=_("收件人"),
    )
    channel = models.CharField(_("渠道"), max_length=8, choices=Channel.choices)
    category = models.CharField(_("类别"), max_length=10, choices=Category.choices)
    priority = models.PositiveSmallIntegerField(_("优先级"))
    template = models.CharField(_("模板"), max_length=100)
    params = EncryptedTextField(null=True)  # NULL is "erased", and differs from an empty set of parameters
    source = models.CharField(_("来源"), max_length=100, blank=True, default="")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )

    state = models.CharField(_("状态"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    error_class = models.CharField(
        _("原因"), max_length=20, choices=ErrorClass.choices, blank=True, default=ErrorClass.NONE
    )
    error_code = models.CharField(_("代码"), max_length=20, blank=True, default="")
    message_id = models.CharField(max_length=200, blank=True, default="")
    backend = models.CharField(_("发送通道"), max_length=40, blank=True, default="")
    provider_id = models.CharField(max_length=100, blank=True, default="")
    segments = models.PositiveSmallIntegerField(_("计费条数"), null=True, blank=True)

    created_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    not_before = models.DateTimeField(_("最早发送"), null=True, blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("最晚发送"), null=True, blank=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    receipt_at = models.DateTimeField(_("回执时间"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        permissions = (("settle_delivery", _("可以处理结果不明的消息")),)
        constraints = (StoredCheck(condition=_CONSISTENT, name="messaging_delivery_consistent"),)
        indexes = (
            # One queue for each channel: a channel that is shut does not stand in the way of the other.
            models.Index(
                fields=("channel", "priority", "due_at", "id"),
                condition=models.Q(state=DeliveryState.PENDING),
                name="messaging_delivery_due",
            ),
            models.Index(fields=("lease_until",), condition=models.Q(state__in=_HELD), name="messaging_delivery_lease"),
            models.Index(
                fields=("expires_at",),
                condition=models.Q(state=DeliveryState.PENDING, expires_at__isnull=False),
                name="messaging_delivery_expiry",
            ),
            models.Index(
                fields=("requested_by",),
                condition=models.Q(requested_by__isnull=False),
                name="messaging_delivery_asker",
            ),
            models.Index(fields=("source", "state"), condition=~models.Q(source=""), name="messaging_delivery_source"),
            models.Index(fields=("contact_point", "sent_at"), name="messaging_delivery_person"),
            # What staff look for by its state; the states that every message passes through would only be written.
            models.Index(fields=("state", "-id"), condition=_REMARKABLE, name="messaging_delivery_state"),
            models.Index(fields=("message_id",), condition=~models.Q(message_id=""), name="messaging_delivery_msgid"),
            models.Index(
                fields=("backend", "provider_id"),
                condition=~models.Q(provider_id=""),
                name="messaging_delivery_provider",
            ),
            models.Index(
                fields=("category", "closed_at"),
                condition=models.Q(closed_at__isnull=False),
                name="messaging_delivery_closed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.template} #{self.pk}"

    @property
    def masked_recipient(self) -> str:
        """The recipient as staff may see it; 已删除 when the person's data was erased."""
        return self.contact_point.masked if self.contact_point else str(_("已删除"))


class SentCopy(models.Model):
    """A message as it was sent, codes included: written in demo settings only, shown in the demo outbox."""

    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="copy")
    subject = EncryptedTextField(blank=True)
    text = EncryptedTextField()
    html = EncryptedTextField(blank=True)

    def __str__(self) -> str:
        return f"#{self.delivery_id}"

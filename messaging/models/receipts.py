"""What comes back: receipts, bounces, complaints, and replies by SMS."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ContactPoint
from core.fields import EncryptedTextField
from messaging.enums import Proof, ReceiptKind, ReceiptState, UpstreamMeaning
from messaging.models.deliveries import Delivery


class Receipt(models.Model):
    """One thing that one source said once; the source's own identity of it makes a replay harmless.

    Without a proof that it speaks of one of our messages a receipt changes nothing: it is held for a person.
    """

    source = models.CharField(_("来自"), max_length=60)
    external_id = models.CharField(max_length=200)
    kind = models.CharField(_("内容"), max_length=12, choices=ReceiptKind.choices)
    proof = models.CharField(_("凭证"), max_length=12, choices=Proof.choices, blank=True, default=Proof.NONE)
    state = models.CharField(_("处理"), max_length=10, choices=ReceiptState.choices)
    delivery = models.ForeignKey(
        Delivery, on_delete=models.SET_NULL, null=True, blank=True, related_name="receipts", verbose_name=_("消息")
    )
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("收件人")
    )
    status_code = models.CharField(_("代码"), max_length=20, blank=True, default="")
    # What the other side wrote may hold an address.
    diagnostic = EncryptedTextField(blank=True, default="")
    received_at = models.DateTimeField(_("收到时间"), default=timezone.now)
    settled_at = models.DateTimeField(_("判断时间"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("回执")
        verbose_name_plural = _("回执")
        permissions = (("settle_receipt", _("可以判断没有凭证的回执")),)
        constraints = (
            models.UniqueConstraint(fields=("source", "external_id"), name="messaging_receipt_once"),
            models.CheckConstraint(
                condition=~models.Q(state=ReceiptState.APPLIED) | ~models.Q(proof=""), name="messaging_receipt_proof"
            ),
        )
        indexes = (
            models.Index(fields=("-id",), condition=models.Q(state=ReceiptState.HELD), name="messaging_receipt_held"),
            models.Index(fields=("contact_point", "kind", "received_at"), name="messaging_receipt_person"),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.kind}"


class UpstreamSms(models.Model):
    """A reply that a person sent to our number; kept encrypted, and what was done about it."""

    backend = models.CharField(_("发送通道"), max_length=40)
    external_id = models.CharField(max_length=200)
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("号码")
    )
    text = EncryptedTextField(blank=True, default="")
    meaning = models.CharField(_("含义"), max_length=10, choices=UpstreamMeaning.choices)
    answered = models.BooleanField(_("已照办"), default=False)
    received_at = models.DateTimeField(_("收到时间"), default=timezone.now)

    class Meta:
        verbose_name = _("短信回复")
        verbose_name_plural = _("短信回复")
        constraints = (models.UniqueConstraint(fields=("backend", "external_id"), name="messaging_upstream_once"),)
        indexes = (models.Index(fields=("-received_at",), name="messaging_upstream_recent"),)

    def __str__(self) -> str:
        return f"{self.backend} {self.meaning}"

"""Whom nothing may be sent to, and on which days short messages keep other hours."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Channel
from messaging.enums import Category, SuppressionReason


class Suppression(models.Model):
    """A contact point that nothing of a kind may be sent to; only its blind index is kept, so that it outlives it.

    ``category`` empty means every message but codes, which the person asks for at that very moment.
    """

    channel = models.CharField(_("渠道"), max_length=8, choices=Channel.choices)
    index = models.CharField(max_length=64)
    category = models.CharField(_("类别"), max_length=10, choices=Category.choices, blank=True, default="")
    reason = models.CharField(_("原因"), max_length=20, choices=SuppressionReason.choices)
    created_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    expires_at = models.DateTimeField(_("到期"), null=True, blank=True)

    class Meta:
        verbose_name = _("拒收名单")
        verbose_name_plural = _("拒收名单")
        constraints = (
            models.UniqueConstraint(fields=("channel", "index", "category"), name="messaging_suppression_unique"),
            models.CheckConstraint(
                condition=~models.Q(reason=SuppressionReason.SOFT_BOUNCE) | models.Q(expires_at__isnull=False),
                name="messaging_suppression_soft_expires",
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.index[:8]}"


class CalendarDay(models.Model):
    """A day on which campaigns by SMS keep other hours than ``SMS_WINDOW``; without hours none are sent that day."""

    day = models.DateField(_("日期"), unique=True)
    opens = models.TimeField(_("几点开始"), null=True, blank=True)
    closes = models.TimeField(_("几点结束"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=80, blank=True, default="", help_text=_("例如：春节、高考。"))

    class Meta:
        verbose_name = _("短信日历")
        verbose_name_plural = _("短信日历")
        ordering = ("day",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(opens__isnull=True, closes__isnull=True)
                | models.Q(opens__isnull=False, closes__isnull=False, opens__lt=models.F("closes")),
                name="messaging_calendar_hours",
            ),
        )

    def __str__(self) -> str:
        return self.day.isoformat()

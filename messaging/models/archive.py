"""What stays of a message when its retention has passed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Channel
from messaging.enums import CLOSED_STATES, Category, DeliveryState


class ArchivedDelivery(models.Model):
    """A closed message without its person and without what it said.

    Its ``event_key`` still counts: what was sent once is not sent again because its row was archived.
    """

    event_key = models.CharField(_("事件"), max_length=200, unique=True)
    channel = models.CharField(_("渠道"), max_length=8, choices=Channel.choices)
    category = models.CharField(_("类别"), max_length=10, choices=Category.choices)
    template = models.CharField(_("模板"), max_length=100)
    source = models.CharField(_("来源"), max_length=100, blank=True, default="")
    state = models.CharField(_("状态"), max_length=10, choices=DeliveryState.choices)
    error_class = models.CharField(_("原因"), max_length=20, blank=True, default="")
    backend = models.CharField(_("发送通道"), max_length=40, blank=True, default="")
    segments = models.PositiveSmallIntegerField(_("计费条数"), null=True, blank=True)
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"))

    class Meta:
        verbose_name = _("归档的消息")
        verbose_name_plural = _("归档的消息")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=CLOSED_STATES) & ~models.Q(state=DeliveryState.UNKNOWN),
                name="messaging_archived_closed",
            ),
        )
        indexes = (
            models.Index(fields=("source", "state"), condition=~models.Q(source=""), name="messaging_archived_source"),
            models.Index(fields=("closed_at",), name="messaging_archived_closed_at"),
        )

    def __str__(self) -> str:
        return f"{self.template} {self.closed_at:%Y-%m-%d}"

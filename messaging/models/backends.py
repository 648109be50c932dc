"""How each way out is doing, and which texts a carrier has let through."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Channel
from messaging.enums import CircuitState, ErrorClass, FilingState


class BackendHealth(models.Model):
    """One row for each configured backend, shared by all workers: the circuit breaker's memory.

    ``failures`` counts in a row, and is 0 again after a success. While ``open`` and before ``retry_at`` nobody uses
    the backend; after it one worker tries (``half_open``) until ``retry_at`` again.
    """

    name = models.CharField(_("通道"), max_length=40, unique=True)
    channel = models.CharField(_("渠道"), max_length=8, choices=Channel.choices)
    state = models.CharField(_("状态"), max_length=10, choices=CircuitState.choices, default=CircuitState.CLOSED)
    failures = models.PositiveIntegerField(_("连续失败"), default=0)
    trips = models.PositiveIntegerField(default=0)  # openings since the last success: each doubles the pause
    retry_at = models.DateTimeField(_("再试时间"), null=True, blank=True)
    last_ok_at = models.DateTimeField(_("最近成功"), null=True, blank=True)
    last_error_at = models.DateTimeField(_("最近失败"), null=True, blank=True)
    last_error_class = models.CharField(
        _("失败原因"), max_length=20, choices=ErrorClass.choices, blank=True, default=ErrorClass.NONE
    )
    last_error_code = models.CharField(_("代码"), max_length=20, blank=True, default="")

    class Meta:
        verbose_name = _("发送通道")
        verbose_name_plural = _("发送通道")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state=CircuitState.CLOSED) | models.Q(retry_at__isnull=False),
                name="messaging_backend_retry_at",
            ),
        )

    def __str__(self) -> str:
        return self.name


class SmsFiling(models.Model):
    """A text as it was filed with the carrier behind one backend.

    ``digest`` is that of the text with its placeholders: a text that is changed later is another text and needs a
    filing of its own. ``provider_code`` is the gateway's name of the template.
    """

    backend = models.CharField(_("发送通道"), max_length=40, default="sms")
    template = models.CharField(_("模板"), max_length=100)
    text = models.TextField(_("报备的文字"))
    digest = models.CharField(max_length=64)
    provider_code = models.CharField(_("通道给的模板号"), max_length=60, blank=True, default="")
    state = models.CharField(_("报备状态"), max_length=10, choices=FilingState.choices, default=FilingState.DRAFT)
    note = models.CharField(_("说明"), max_length=200, blank=True, default="")
    changed_at = models.DateTimeField(_("更新时间"))

    class Meta:
        verbose_name = _("短信报备")
        verbose_name_plural = _("短信报备")
        constraints = (
            models.UniqueConstraint(fields=("backend", "template", "digest"), name="messaging_filing_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=FilingState.values), name="messaging_filing_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.template} {self.digest[:8]}"

"""What has to be looked at again, as work for somebody."""

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReviewTask(models.Model):
    """One review of one object for one due date. Nothing expires by itself: it stays public and this stays open.

    Closed by the publication that moves the object's date of review beyond ``due``.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待核对")
        DONE = "done", _("已核对")

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=64)
    label = models.CharField(_("是什么"), max_length=40)
    title = models.CharField(_("标题"), max_length=255)
    due = models.DateField(_("到期"))
    group = models.ForeignKey(
        Group, on_delete=models.SET_NULL, null=True, related_name="review_tasks", verbose_name=_("交给")
    )
    state = models.CharField(_("状态"), max_length=4, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField(_("开始"))
    closed_at = models.DateTimeField(_("完成"), null=True, blank=True)

    class Meta:
        ordering = ("due", "pk")
        verbose_name = _("复审任务")
        verbose_name_plural = _("复审任务")
        constraints = (
            models.UniqueConstraint(fields=("content_type", "object_id", "due"), name="compliance_reviewtask_once"),
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at__isnull=True)
                | models.Q(state="done", closed_at__isnull=False),
                name="compliance_reviewtask_closed",
            ),
        )
        indexes = (models.Index(fields=("state", "due"), name="compliance_reviewtask_open"),)

    def __str__(self) -> str:
        return f"{self.title} ({self.due:%Y-%m-%d})"

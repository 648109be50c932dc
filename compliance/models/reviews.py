"""By when a submission is to be looked at."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import TaskState


class ReviewDeadline(models.Model):
    """The day by which a reviewer answers, and when the reviewers were told and reminded: once each."""

    task_state = models.OneToOneField(TaskState, on_delete=models.CASCADE, related_name="deadline")
    submitted_at = models.DateTimeField(_("提交时间"))
    due_at = models.DateTimeField(_("最晚审核"), db_index=True)
    told_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("due_at",)
        verbose_name = _("审核期限")
        verbose_name_plural = _("审核期限")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(due_at__gt=models.F("submitted_at")), name="compliance_deadline_after"
            ),
            models.CheckConstraint(
                condition=models.Q(reminded_at__isnull=True) | models.Q(told_at__isnull=False),
                name="compliance_deadline_told_first",
            ),
        )

    def __str__(self) -> str:
        return f"{self.task_state_id} {self.due_at:%Y-%m-%d}"

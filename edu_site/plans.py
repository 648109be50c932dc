"""What is planned for a page or snippet, beside it: planning is no content and passes no gate."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class EditorialPlan(models.Model):
    """By when somebody has something written or looked at. One for an object; without date and person there is none."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=64)
    subject = GenericForeignKey("content_type", "object_id")
    planned_on = models.DateField(_("计划哪天写完"), null=True, blank=True, db_index=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="editorial_plans",
        verbose_name=_("谁负责"),
    )
    note = models.CharField(_("备注"), max_length=120, blank=True, help_text=_("给同事看，不公开。"))
    changed_at = models.DateTimeField(_("最近改动"))

    class Meta:
        ordering = ("planned_on", "pk")
        verbose_name = _("排期")
        verbose_name_plural = _("排期")
        constraints = (
            models.UniqueConstraint(fields=("content_type", "object_id"), name="edu_site_plan_once"),
            models.CheckConstraint(
                condition=models.Q(planned_on__isnull=False) | models.Q(responsible__isnull=False) | ~models.Q(note=""),
                name="edu_site_plan_says_something",
            ),
        )

    def __str__(self) -> str:
        return f"{self.content_type_id}/{self.object_id} {self.planned_on or ''}".rstrip()

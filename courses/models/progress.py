"""How far a learner is in a lesson."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LessonProgress(models.Model):
    """One learner and one lesson: the part last read, and when it was finished."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lesson_progress")
    lesson = models.ForeignKey("courses.LessonPage", on_delete=models.CASCADE, related_name="progress")
    last_anchor = models.CharField(_("读到哪里"), max_length=8, blank=True)
    started_at = models.DateTimeField(_("开始"))
    updated_at = models.DateTimeField(_("最近一次"))
    finished_at = models.DateTimeField(_("学完"), null=True, blank=True)

    class Meta:
        ordering = ("-updated_at", "-pk")
        verbose_name = _("学习进度")
        verbose_name_plural = _("学习进度")
        constraints = (
            models.UniqueConstraint(fields=("user", "lesson"), name="courses_progress_unique"),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True) | models.Q(finished_at__gte=models.F("started_at")),
                name="courses_progress_finished_after_start",
            ),
        )
        indexes = (models.Index(fields=("user", "-updated_at"), name="courses_progress_recent"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.lesson_id}"

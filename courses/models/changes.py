"""What changed in a page that is public, in words for those who have read it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.audit import AppendOnlyModel
from courses.enums import ChangeKind


class PageChange(AppendOnlyModel):
    """A correction or an update of a page, as its editor put it; public from ``at``. It goes with its page."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("哪一种"), max_length=12, choices=ChangeKind.choices)
    text = models.CharField(_("改了什么"), max_length=200)
    revision_id = models.BigIntegerField()
    at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("更正与更新")
        verbose_name_plural = _("更正与更新")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("page", "revision_id"), name="courses_change_of_revision"),
            models.CheckConstraint(condition=models.Q(kind__in=ChangeKind.values), name="courses_change_kind"),
            models.CheckConstraint(condition=~models.Q(text=""), name="courses_change_text"),
        )
        indexes = (models.Index(fields=("page", "-at"), name="courses_change_page"),)

    def __str__(self) -> str:
        return f"{self.page_id} {self.at:%Y-%m-%d}"

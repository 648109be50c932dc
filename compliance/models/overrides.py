"""Who answers for a finding that would have stopped a publication."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from core.models.audit import AppendOnlyModel

SHORTEST_REASON = 10


class FindingOverride(AppendOnlyModel):
    """One finding, let through by name and with a reason, for exactly this text of this object.

    ``digest`` names the rule, the words and the words around them (``PlacedFinding.digest``): changed text needs a new
    row. ``reviewer`` is the key of a user, kept when the account goes. ``revision_id`` is what the reviewer looked at;
    letters have none.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64)
    revision_id = models.BigIntegerField(null=True)
    title = models.CharField(_("标题"), max_length=255)
    rule = models.CharField(_("规则"), max_length=64)
    match = models.TextField(_("文字"))
    context = models.TextField(_("前后文"))
    place = models.CharField(_("位置"), max_length=255)
    digest = models.CharField(max_length=64)
    reason = models.TextField(_("理由"))
    reviewer = models.CharField(_("放行人"), max_length=64)
    created_at = models.DateTimeField(_("放行时间"), db_index=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("放行记录")
        verbose_name_plural = _("放行记录")
        indexes = (models.Index(fields=("content_type", "object_id", "digest"), name="compliance_override_text"),)
        constraints = (
            models.CheckConstraint(
                condition=GreaterThanOrEqual(Length("reason"), SHORTEST_REASON), name="compliance_override_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule} {self.title}"

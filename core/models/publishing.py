"""The review step of the publishing workflow, and the record of everything that was public."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask

from core.models.audit import AppendOnlyModel
from core.registries import check_for_publication
from core.revisions import newest_of, wrote_since_live


class ComplianceReviewTask(AbstractGroupApprovalTask):
    """Approval by somebody who wrote none of what is to be published, superusers included."""

    def start(self, workflow_state: Any, user: Any = None) -> Any:
        """Begin the review of the latest revision; raise ``PublicationRefusedError`` when it could never go live."""
        check_for_publication(newest_of(workflow_state.content_object))
        return super().start(workflow_state, user=user)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        actions: list[tuple[str, str, bool]] = super().get_actions(obj, user)
        if wrote_since_live(obj, user):
            return [action for action in actions if action[0] != "approve"]
        return actions

    @classmethod
    def get_description(cls) -> str:
        return str(_("由没有参与撰写的审核人员通过，通过后发布"))

    class Meta:
        verbose_name = _("内容合规审核")
        verbose_name_plural = _("内容合规审核")
        permissions = (("approve_publication", _("可以审核通过要发布的内容")),)


class PublishedVersion(AppendOnlyModel):
    """One version that was public: its text, who wrote and who approved it. Kept when the page is deleted."""

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64)
    revision_id = models.BigIntegerField()
    title = models.CharField(max_length=255)
    text = models.TextField()
    # The facts in the text: key to the revision that was live.
    facts = models.JSONField(default=dict)
    authors = models.JSONField(default=list)
    approved_by = models.CharField(max_length=64)
    approved_at = models.DateTimeField()
    published_at = models.DateTimeField()
    # What somebody answered for: findings that would have stopped it, as compliance describes them.
    released = models.JSONField(default=list)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("content_type", "object_id", "published_at"), name="core_pubver_object"),)

    def __str__(self) -> str:
        return f"{self.title} ({self.published_at:%Y-%m-%d})"

"""What Wagtail does when a workflow ends. Loaded before Wagtail's models, so it imports none of them."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import PublicationRefusedError


def publish_approved_revision(workflow_state: Any, user: Any = None) -> None:
    """Publish the revision that the workflow approved, not whatever was saved since."""
    approved = (
        workflow_state.task_states.filter(status="approved").order_by("-finished_at").select_related("revision").first()
    )
    if approved is None:
        raise PublicationRefusedError(_("这一版还没有通过审核，不能发布。请提交审核，由另一位同事通过。"))
    approved.revision.publish(user=user, skip_permission_checks=True)

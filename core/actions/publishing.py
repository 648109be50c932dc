"""The two-step workflow, and publishing through it from code."""

import logging
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Revision, Task, Workflow, WorkflowContentType, WorkflowPage, WorkflowTask

from core.errors import PublicationRefusedError
from core.models import ComplianceReviewTask

WORKFLOW_NAME = "内容合规审核"
_SHIPPED_NAME = "Moderators approval"
logger = logging.getLogger(__name__)


def ensure_review_workflow(*, reviewers: Group, root_page: Any, snippet_models: tuple[type, ...] = ()) -> Workflow:
    """Make the workflow (submit, then approval by ``reviewers``) and attach it to ``root_page`` and all below it.

    ``snippet_models`` use it too. Doing it twice changes nothing.
    """
    with transaction.atomic():
        _retire_wagtails_own_workflow()
        task, _created = ComplianceReviewTask.objects.get_or_create(name=WORKFLOW_NAME)
        task.groups.set([reviewers])
        workflow, _created = Workflow.objects.get_or_create(name=WORKFLOW_NAME)
        WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
        WorkflowPage.objects.update_or_create(page=root_page, defaults={"workflow": workflow})
        for model in snippet_models:
            WorkflowContentType.objects.update_or_create(
                content_type=ContentType.objects.get_for_model(model), defaults={"workflow": workflow}
            )
    return workflow


def _retire_wagtails_own_workflow() -> None:
    """What Wagtail ships would approve what the publish gate then refuses."""
    WorkflowPage.objects.filter(workflow__name=_SHIPPED_NAME).delete()
    Workflow.objects.filter(name=_SHIPPED_NAME).update(active=False)
    Task.objects.filter(name=_SHIPPED_NAME).update(active=False)


def publish_through_review(*, page: Any, author: Any, reviewer: Any, now: datetime) -> Any:
    """Publish what ``page`` (a page or publishable snippet) holds as two people would.

    ``author`` saves a revision and submits it; ``reviewer`` approves, which publishes. Raises
    ``PublicationRefusedError`` when the gate refuses, for instance because both are the same person; nothing is saved
    then. Returns the live object.
    """
    with transaction.atomic():
        running = page.current_workflow_state if page.pk else None
        if running is not None:
            running.cancel(user=author)
        page.save_revision(user=author)
        workflow = page.get_workflow()
        if workflow is None:
            raise PublicationRefusedError(_("还没有设置审核流程，不能发布。"))
        state = workflow.start(page, user=author)
        state.current_task_state.specific.approve(user=reviewer)
    return type(page)._default_manager.get(pk=page.pk)


def publish_due(*, now: datetime) -> list[str]:
    """Publish the revisions whose time has come; return a sentence for each that the gate refused.

    A refused one leaves the schedule: it would be refused each time, and hold up whatever is due after it.
    """
    refusals = []
    due = Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at")
    for revision in list(due):
        try:
            revision.publish(log_action="wagtail.publish.scheduled")
        except PublicationRefusedError as error:
            Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
            logger.warning("scheduled publication refused", extra={"revision": revision.pk})
            refusals.append(f"{revision.object_str}: {error}")
    return refusals

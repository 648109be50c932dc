"""Fixtures of tests that publish real pages and snippets."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import TaskState, WorkflowState

from core.models import ComplianceReviewTask

BLOCKED = "本产品保证收益，稳赚不赔。"


@pytest.fixture(autouse=True)
def _second_factor(monkeypatch):
    """These sessions used a second factor; the gate itself is tested in accounts."""
    monkeypatch.setattr("accounts.middleware.used_second_factor", lambda _request, _user: True)


@pytest.fixture
def enter(client):
    """Return a function that signs a member of staff in."""

    def sign_in(user):
        client.force_login(user, backend="accounts.backends.StaffPasswordBackend")
        return client

    return sign_in


@pytest.fixture
def approve_by_hand(course_site):
    """Return a function that writes an approval of a revision into the tables, past the workflow and its check."""

    def approve(obj, revision, reviewer=None):
        obj.workflow_states.update(status=WorkflowState.STATUS_CANCELLED)
        state = WorkflowState(
            content_type=obj.get_content_type(), base_content_type=obj.get_base_content_type(), object_id=str(obj.pk),
            workflow=obj.get_workflow(), status=WorkflowState.STATUS_APPROVED,
        )  # fmt: skip
        state.save()
        return TaskState.objects.create(
            workflow_state=state, revision=revision, task=ComplianceReviewTask.objects.get(),
            status=TaskState.STATUS_APPROVED, finished_at=timezone.now() + timedelta(seconds=1),
            finished_by=reviewer or course_site.reviewer,
        )  # fmt: skip

    return approve

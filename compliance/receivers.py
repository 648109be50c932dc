"""What follows from a submission."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import TaskState
from wagtail.signals import task_submitted

from compliance.actions.deadlines import open_deadline
from core.models import ComplianceReviewTask


@receiver(task_submitted, dispatch_uid="compliance.open_deadline")
def give_the_review_a_day(instance: TaskState, **_kwargs: Any) -> None:
    """A review began, or began again after an edit: it has its own deadline."""
    if isinstance(instance.task.specific, ComplianceReviewTask):
        open_deadline(task_state=instance, now=timezone.now())

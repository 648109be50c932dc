"""Planning: by when, and by whom."""

from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from core.errors import DomainError
from edu_site.plans import EditorialPlan
from edu_site.roles import CHANGE_CALENDAR


class PlanRefusedError(DomainError):
    """Only who may plan plans."""


def plan_content(
    *, subject: Any, planned_on: date | None, responsible: Any, note: str, user: Any, now: datetime
) -> EditorialPlan | None:
    """Set the plan of ``subject``; nothing to say removes it and returns None.

    Raises ``PlanRefusedError`` when ``user`` may not plan. The text itself is not touched.
    """
    if not user.has_perm(CHANGE_CALENDAR):
        raise PlanRefusedError
    key: dict[str, Any] = {
        "content_type": ContentType.objects.get_for_model(type(subject)),
        "object_id": str(subject.pk),
    }
    with transaction.atomic():
        if planned_on is None and responsible is None and not note:
            EditorialPlan.objects.filter(**key).delete()
            return None
        values = {"planned_on": planned_on, "responsible": responsible, "note": note, "changed_at": now}
        return EditorialPlan.objects.update_or_create(**key, defaults=values)[0]

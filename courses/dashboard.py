"""What the staff's first page says of lessons, articles and terms."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import TaskState

from core.dashboard import Waiting, WaitingPanel
from core.publishing import APPROVE_PERMISSION
from courses.queries import due_reviews

_SHOWN = 8
_AHEAD = timedelta(days=30)


def editorial_panels(user: Any, *, today: date) -> list[WaitingPanel]:
    """Return what is due for another look, to editors; to a reviewer for whom nothing waits, that sentence."""
    panels = []
    if user.has_perm(APPROVE_PERMISSION) and not TaskState.objects.reviewable_by(user).exists():
        panels.append(
            WaitingPanel(
                name="nothing-to-review",
                order=220,
                heading=_("等您审核的内容"),
                rows=[],
                empty=_("没有等您审核的内容。有新的提交时会列在这里。"),
            )
        )
    if user.has_perm("courses.add_glossaryterm"):
        panels.append(
            WaitingPanel(
                name="review-due",
                order=330,
                heading=_("该复审的内容"),
                rows=_due(today),
                empty=_("三十天内没有到期要复审的内容。"),
            )
        )
    return panels


def _due(today: date) -> list[Waiting]:
    return [
        Waiting(row.title, row.edit_url, gettext("%(day)s 到期") % {"day": row.due.isoformat()})
        for row in due_reviews(today + _AHEAD)[:_SHOWN]
    ]

"""What the staff's first page says of lessons, articles and terms."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import TaskState

from core.dashboard import Waiting, WaitingPanel
from core.publishing import APPROVE_PERMISSION
from courses.models import GlossaryTerm
from courses.pages import ArticlePage, LessonPage

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
    limit = today + _AHEAD
    found: list[tuple[date, str, str]] = []
    for model in (LessonPage, ArticlePage):
        pages = model.objects.live().filter(review_by__lte=limit).order_by("review_by").defer("body", "sources")
        found += [
            (page.review_by, str(page), reverse("wagtailadmin_pages:edit", args=[page.pk])) for page in pages[:_SHOWN]
        ]
    name = GlossaryTerm.snippet_viewset.get_url_name("edit")
    terms = GlossaryTerm.objects.filter(live=True, review_by__lte=limit).order_by("review_by")[:_SHOWN]
    found += [(term.review_by, term.term, reverse(name, args=[term.pk])) for term in terms]
    found.sort(key=lambda row: row[0])
    return [
        Waiting(title, url, gettext("%(day)s 到期") % {"day": day.isoformat()}) for day, title, url in found[:_SHOWN]
    ]

"""课程反馈: whether readers found the lessons clear, for those who write and review them."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page

from courses.forms import LARGEST_ID
from courses.learning.feedback import Share, feedback_on, lessons_with_feedback
from courses.pages import LessonPage
from courses.roles import VIEW_FEEDBACK


class FeedbackMenuItem(MenuItem):
    """Only for those who may read the report."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(VIEW_FEEDBACK))


class FeedbackReportView(ReportView):
    """A row for each lesson with enough answers: about the version that is public now, and about all versions.

    ``?lesson=`` shows one lesson. There are no people in it.
    """

    page_title = gettext_lazy("课程反馈")
    header_icon = "help"
    index_url_name = "lesson_feedback"
    index_results_url_name = "lesson_feedback_results"
    model = LessonPage
    is_searchable = False
    list_export: list[str] = []
    paginate_by = 30
    columns = [
        TitleColumn(
            "title", label=gettext_lazy("课"), get_url=lambda row: reverse("wagtailadmin_pages:edit", args=[row.pk])
        ),
        Column("now", label=gettext_lazy("上次发布以来"), accessor=lambda row: share_text(row.feedback.now)),
        Column(
            "now_section", label=gettext_lazy("最多人没懂的一节"), accessor=lambda row: section_text(row.feedback.now)
        ),
        Column("ever", label=gettext_lazy("全部"), accessor=lambda row: share_text(row.feedback.ever)),
        Column(
            "ever_section",
            label=gettext_lazy("全部里最多人没懂的一节"),
            accessor=lambda row: section_text(row.feedback.ever),
        ),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm(VIEW_FEEDBACK):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[LessonPage]:
        rows = lessons_with_feedback()
        asked = self.request.GET.get("lesson", "")
        if asked.isascii() and asked.isdigit() and len(asked) <= len(str(LARGEST_ID)) and int(asked) <= LARGEST_ID:
            return rows.filter(pk=int(asked))
        return rows

    def get_queryset(self) -> QuerySet[LessonPage]:
        return self.get_base_queryset()

    def decorate_paginated_queryset(self, object_list: Any) -> list[Any]:
        """Add to the lessons of one page what was answered about them."""
        rows = list(object_list)
        found = feedback_on(rows)
        for row in rows:
            row.feedback = found[row.pk]
        return rows

    def get_filename(self) -> str:
        return "lesson-feedback"


def feedback_url(page: Page) -> str:
    """Return the address of the report on one lesson."""
    return reverse("lesson_feedback") + "?" + urlencode({"lesson": page.pk})


def share_text(share: Share) -> str:
    """Say how many answered and which share found it clear; nothing more of a few."""
    if not share.is_shown:
        return _("不足 5 份，先不显示")
    return _("%(total)d 份，%(percent)d%% 清楚") % {"total": share.total, "percent": share.percent}


def section_text(share: Share) -> str:
    return share.section if share.is_shown and share.section else "—"

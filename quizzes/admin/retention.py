"""The report 复习记住率: how much learners together still know at each interval."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from quizzes.models.reviews import INTERVALS
from quizzes.reviews import report

VIEW_PERMISSION = "quizzes.view_question"
_ROWS_A_PAGE = 50


class RetentionView(WagtailAdminTemplateMixin, TemplateView):
    """Over all questions, then question by question; never a person."""

    page_title = gettext_lazy("复习记住率")
    header_icon = "help"
    template_name = "quizzes/admin/retention.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if not request.user.has_perm(VIEW_PERMISSION):  # type: ignore[union-attr]
            raise PermissionDenied
        super().setup(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        page = Paginator(report.question_rows(), _ROWS_A_PAGE).get_page(self.request.GET.get("p"))
        return {
            **context,
            "headings": [_("第 %(days)d 天") % {"days": interval} for interval in INTERVALS],
            "overall": report.shares_overall(),
            "page": page,
            "fewest": report.FEWEST_LEARNERS,
        }

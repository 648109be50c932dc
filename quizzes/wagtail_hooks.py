"""What quizzes adds to the Wagtail admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from quizzes.admin.choosers import QuestionChooserViewSet, question_chooser_viewset
from quizzes.admin.retention import VIEW_PERMISSION, RetentionView
from quizzes.admin.viewsets import QuizGroup

register_snippet(QuizGroup)


@hooks.register("register_admin_viewset")
def register_question_chooser() -> QuestionChooserViewSet:
    """Let quizzes choose questions by their words."""
    return question_chooser_viewset


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Return the report on reviews."""
    return [path("reports/reviews/", RetentionView.as_view(), name="quizzes_retention")]


class _RetentionItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW_PERMISSION)  # type: ignore[union-attr]


@hooks.register("register_reports_menu_item")
def register_retention_item() -> MenuItem:
    """Put the report into the menu of reports, for whoever may see the question bank."""
    return _RetentionItem(_("复习记住率"), reverse("quizzes_retention"), icon_name="help", order=900)

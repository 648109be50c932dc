"""The check beside the form, the page of the review, and the reports."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from compliance.models import ReviewDeadline
from compliance.reviews import may_review, review_url
from compliance.views.check import check_form
from compliance.views.overrides import VIEW_PERMISSION as OVERRIDES_PERMISSION
from compliance.views.overrides import OverrideReportView, report_url
from compliance.views.review import ReviewView
from compliance.views.versions import VIEW_PERMISSION as VERSIONS_PERMISSION
from compliance.views.versions import FindVersionView, ObjectVersionsView, VersionReportView, VersionView


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Return the pages of reviewers and of whoever asks what stood on the site."""
    base = "compliance/"
    one = "<slug:app_label>/<slug:model_name>/<slug:pk>/"
    return [
        path(f"{base}check/", check_form, name="compliance_check"),
        path(f"{base}review/{one}", ReviewView.as_view(), name="compliance_review"),
        path(f"{base}overrides/", OverrideReportView.as_view(), name="compliance_overrides"),
        path(
            f"{base}overrides/results/",
            OverrideReportView.as_view(results_only=True),
            name="compliance_overrides_results",
        ),
        path(f"{base}versions/", VersionReportView.as_view(), name="compliance_versions"),
        path(
            f"{base}versions/results/", VersionReportView.as_view(results_only=True), name="compliance_versions_results"
        ),
        path(f"{base}versions/find/", FindVersionView.as_view(), name="compliance_find_version"),
        path(f"{base}versions/<int:pk>/", VersionView.as_view(), name="compliance_version"),
        path(f"{base}versions/{one}", ObjectVersionsView.as_view(), name="compliance_object_versions"),
    ]


@hooks.register("insert_editor_js")
def link_check_script() -> SafeString:
    """Link the script that shows findings beside the form; the words come with it, as no script is inline."""
    words = {
        "title": _("合规检查"),
        "shelf": _("写作时的检查"),
        "stops": _("要改"),
        "look": _("请看"),
        "noted": _("留意"),
        "clean": _("没有发现要改的地方。"),
        "jump": _("跳到这里"),
        "take": _("改成“#”"),
        "instead": _("可以这样写："),
        "released": _("已放行"),
        "failed": _("这一次没有检查成，改动后会再试。"),
        "large": _("内容太长，不能边写边查。请分成几篇，或先存草稿再提交。"),
        "hide": _("收起"),
        "help": _("提交时，“要改”的地方会拦下来；确有必要保留的，请没有参与撰写的审核人写明理由放行。"),
    }
    return format_html(
        '<script src="{}" defer data-compliance-url="{}"{}></script>',
        static("js/compliance.js"),
        reverse("compliance_check"),
        format_html_join("", ' data-word-{}="{}"', words.items()),
    )


@hooks.register("register_page_header_buttons")
def offer_review(page: Page, user: Any, view_name: str, next_url: str | None = None, **_kwargs: Any) -> list[Button]:
    """Lead from the form of a page to the page of its review."""
    if view_name != "edit" or page.pk is None or not may_review(page, user):
        return []
    return [Button(_("审核这一版"), url=review_url(page.specific), icon_name="tasks", priority=15)]


class ReviewsWaitingPanel(WorkflowObjectsToModeratePanel):
    """What waits for this person, by the day by which it is to be answered, with the way to its review."""

    template_name = "compliance/review/waiting_panel.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        numbers = [state["task_state"].pk for state in context["states"]]
        due = dict(ReviewDeadline.objects.filter(task_state__in=numbers).values_list("task_state_id", "due_at"))
        now = timezone.now()
        for state in context["states"]:
            state["due_at"] = due.get(state["task_state"].pk)
            state["overdue"] = state["due_at"] is not None and state["due_at"] < now
            obj = state["obj"]
            state["review_url"] = review_url(obj.specific if isinstance(obj, Page) else obj)
        context["states"].sort(key=lambda state: (state["due_at"] or now, state["task_state"].started_at))
        return context


@hooks.register("construct_homepage_panels")
def show_what_waits_oldest_first(request: HttpRequest, panels: list[Any]) -> None:
    """Put our list in the place of Wagtail's, which shows the newest first and no dates."""
    panels[:] = [ReviewsWaitingPanel() if type(panel) is WorkflowObjectsToModeratePanel else panel for panel in panels]


class _PermittedMenuItem(MenuItem):
    """An entry for those who may read what it leads to."""

    def __init__(self, *args: Any, permission: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(self._permission))  # type: ignore[union-attr]


@hooks.register("register_reports_menu_item")
def versions_menu_item() -> MenuItem:
    return _PermittedMenuItem(
        _("公开过的版本"),
        reverse("compliance_versions"),
        name="published-versions",
        icon_name="history",
        order=50,
        permission=VERSIONS_PERMISSION,
    )


@hooks.register("register_reports_menu_item")
def overrides_menu_item() -> MenuItem:
    return _PermittedMenuItem(
        _("放行记录"),
        report_url(),
        name="finding-overrides",
        icon_name="warning",
        order=60,
        permission=OVERRIDES_PERMISSION,
    )

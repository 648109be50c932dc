"""What the site adds to the editor: the editorial calendar, the words of the search, the style page and the guides."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from edu_site.calendar_entries import may_be_planned
from edu_site.calendar_views import CalendarListView, CalendarMonthView, PlanView
from edu_site.guides import show_guide, show_picture
from edu_site.roles import CHANGE_CALENDAR, VIEW_CALENDAR, VIEW_VAIN_SEARCHES
from edu_site.search_admin import SynonymViewSet, VainSearchReportView
from edu_site.style_page import style_page


@hooks.register("register_admin_urls")
def own_urls() -> list[URLPattern]:
    return [
        path("style/", style_page, name="style_page"),
        path("guide/", show_guide, name="guides"),
        path("guide/img/<slug:name>.png", show_picture, name="guide_picture"),
        path("guide/<slug:name>/", show_guide, name="guide"),
    ]


@hooks.register("register_help_menu_item")
def guide_menu_item() -> Any:
    return MenuItem(_("使用指南"), reverse("guides"), name="guides", icon_name="help", order=100)


@hooks.register("register_help_menu_item")
def style_page_menu_item() -> Any:
    return MenuItem(_("样式页"), reverse("style_page"), name="style-page", icon_name="view", order=900)


@hooks.register("register_admin_urls")
def calendar_urls() -> list[URLPattern]:
    one = "<slug:app_label>/<slug:model_name>/<slug:pk>/"
    return [
        path("calendar/", CalendarListView.as_view(), name="editorial_calendar"),
        path("calendar/month/", CalendarMonthView.as_view(), name="editorial_month"),
        path(f"calendar/plan/{one}", PlanView.as_view(), name="editorial_plan"),
    ]


register_snippet(SynonymViewSet)


@hooks.register("register_admin_urls")
def vain_search_urls() -> list[URLPattern]:
    return [
        path("reports/vain-searches/", VainSearchReportView.as_view(), name="vain_searches"),
        path(
            "reports/vain-searches/results/",
            VainSearchReportView.as_view(results_only=True),
            name="vain_searches_results",
        ),
    ]


class _VainSearchMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(VIEW_VAIN_SEARCHES))  # type: ignore[union-attr]


@hooks.register("register_reports_menu_item")
def vain_search_menu_item() -> MenuItem:
    return _VainSearchMenuItem(
        _("没找到的搜索"), reverse("vain_searches"), name="vain-searches", icon_name="search", order=700
    )


class _CalendarMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(VIEW_CALENDAR))  # type: ignore[union-attr]


@hooks.register("register_admin_menu_item")
def calendar_menu_item() -> MenuItem:
    return _CalendarMenuItem(
        _("编辑日历"), reverse("editorial_calendar"), name="editorial-calendar", icon_name="calendar-alt", order=150
    )


@hooks.register("register_page_header_buttons")
def plan_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Offer the plan of a page beside its form."""
    if page.pk and may_be_planned(page.specific_class) and user.has_perm(CHANGE_CALENDAR):
        yield Button(_("排期"), plan_url(page.specific_deferred, next_url), icon_name="calendar-alt", priority=60)


@hooks.register("register_snippet_listing_buttons")
def plan_snippet_button(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """Offer the plan of a term, a fact or a quiz in its list."""
    if may_be_planned(type(snippet)) and user.has_perm(CHANGE_CALENDAR):
        yield Button(_("排期"), plan_url(snippet, next_url), icon_name="calendar-alt", priority=60)


def plan_url(subject: Any, next_url: str | None = None) -> str:
    """Return the address of the plan of ``subject``, which leads back to ``next_url``."""
    opts = subject._meta
    address = reverse("editorial_plan", args=[opts.app_label, opts.model_name, subject.pk])
    return f"{address}?{urlencode({'next': next_url})}" if next_url else address

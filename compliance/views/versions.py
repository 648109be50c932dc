"""Report: what stood on the site, on which day, and who answered for it."""

from datetime import date
from typing import Any

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import HeaderButton

from compliance.reviews import names_of
from compliance.versions import MOST_TITLES, record_of, standings, stood_on, titled
from core.models import PublishedVersion

VIEW_PERMISSION = "core.view_publishedversion"
_LONGEST = 255


class _ReadersOnly:
    """Lets in who may read the versions of record."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        # Before anything is looked up.
        if not request.user.has_perm(VIEW_PERMISSION):  # type: ignore[union-attr]
            raise PermissionDenied
        super().setup(request, *args, **kwargs)  # type: ignore[misc]


def version_url(version: PublishedVersion) -> str:
    """Return the address of one version as it stood."""
    return reverse("compliance_version", args=[version.pk])


def object_versions_url(version: PublishedVersion) -> str:
    """Return the address of all versions of the object of ``version``."""
    kind = version.content_type
    return reverse("compliance_object_versions", args=[kind.app_label, kind.model, version.object_id])


def _kinds(_request: Any) -> QuerySet[ContentType]:
    found = PublishedVersion.objects.order_by().values_list("content_type", flat=True).distinct()
    return ContentType.objects.filter(pk__in=list(found)).order_by("app_label", "model")


class _KindFilter(django_filters.ModelChoiceFilter):
    """Names a kind of content as its model does."""

    @property
    def field(self) -> Any:
        field = super().field
        field.label_from_instance = lambda kind: str(kind.name)
        return field


class VersionFilterSet(WagtailFilterSet):
    """By title, kind and day."""

    title = django_filters.CharFilter(label=gettext_lazy("标题里有"), lookup_expr="icontains")
    content_type = _KindFilter(label=gettext_lazy("类型"), queryset=_kinds)
    published_at = django_filters.DateFromToRangeFilter(label=gettext_lazy("公开日期"), widget=DateRangePickerWidget)

    class Meta:
        model = PublishedVersion
        fields = ["title", "content_type", "published_at"]


class VersionReportView(_ReadersOnly, ReportView):
    """公开过的版本."""

    page_title = gettext_lazy("公开过的版本")
    header_icon = "history"
    index_url_name = "compliance_versions"
    index_results_url_name = "compliance_versions_results"
    filterset_class = VersionFilterSet
    model = PublishedVersion
    default_ordering = "-published_at"
    columns = [
        TitleColumn("title", label=gettext_lazy("标题"), get_url=version_url),
        Column("kind", label=gettext_lazy("类型"), accessor=lambda row: str(row.content_type.name)),
        Column("published_at", label=gettext_lazy("公开时间"), accessor=lambda row: _moment(row.published_at)),
        Column("approved_by", label=gettext_lazy("审核人"), accessor=lambda row: row.reviewer_name),
        TitleColumn(
            "all", label=gettext_lazy("全部版本"), get_url=object_versions_url, accessor=lambda _row: _("按日期查")
        ),
    ]
    list_export: list[str] = []

    @property
    def header_buttons(self) -> list[Any]:
        """Lead to the search by title and day."""
        return [HeaderButton(_("按标题和日期查"), url=reverse("compliance_find_version"), icon_name="search")]

    def get_base_queryset(self) -> QuerySet[PublishedVersion]:
        return PublishedVersion.objects.select_related("content_type").defer("text").order_by("-published_at", "-pk")

    def get_queryset(self) -> QuerySet[PublishedVersion]:
        return self.get_base_queryset()

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        """Put the reviewers' names on the rows, in one query."""
        rows = list(object_list)
        names = names_of([row.approved_by for row in rows])
        for row in rows:
            row.reviewer_name = names.get(row.approved_by, row.approved_by)
        return rows


class FindVersionView(_ReadersOnly, WagtailAdminTemplateMixin, TemplateView):
    """What stood there on that day: asks for a title and a day, and leads to the version."""

    template_name = "compliance/versions/find.html"
    header_icon = "search"
    page_title = gettext_lazy("按标题和日期查")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*_crumbs(self.breadcrumbs_items), {"url": "", "label": self.get_page_title()}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.words, self.asked = request.GET.get("title", "").strip()[:_LONGEST], request.GET.get("day", "")
        self.day = _day(self.asked)
        self.found = titled(self.words) if self.words and self.day else []
        if self.day and len(self.found) == 1:
            [only] = self.found
            stood = stood_on(self.day, standings(only.content_type, only.object_id))
            return redirect(version_url(stood[0].version) if len(stood) == 1 else self._on_that_day(only))
        return super().get(request, *args, **kwargs)

    def _on_that_day(self, version: PublishedVersion) -> str:
        return f"{object_versions_url(version)}?day={self.asked}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "words": self.words,
            "asked": self.asked,
            "day": self.day,
            "rows": [
                {"title": row.title, "kind": row.content_type.name, "url": self._on_that_day(row)} for row in self.found
            ],
            "most": MOST_TITLES if len(self.found) == MOST_TITLES else 0,
            "today": timezone.localdate(),
        }


class ObjectVersionsView(_ReadersOnly, WagtailAdminTemplateMixin, TemplateView):
    """All versions of one object, and what stood on a day that the reader picks."""

    template_name = "compliance/versions/object.html"
    header_icon = "history"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.kind = get_object_or_404(ContentType, app_label=kwargs["app_label"], model=kwargs["model_name"])
        self.rows = standings(self.kind, kwargs["pk"])

    def get_page_title(self) -> str:
        title = self.rows[0].version.title if self.rows else "—"
        return _("%(title)s：哪一天是什么") % {"title": title}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*_crumbs(self.breadcrumbs_items), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("day", "")
        day = _day(asked)
        return {
            **super().get_context_data(**kwargs),
            "rows": self.rows,
            "asked": asked,
            "day": day,
            "stood": stood_on(day, self.rows) if day else [],
            "today": timezone.localdate(),
        }


class VersionView(_ReadersOnly, WagtailAdminTemplateMixin, TemplateView):
    """One version as it stood: its words, escaped, and who answered for them; as a file too."""

    template_name = "compliance/versions/version.html"
    header_icon = "doc-full"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.version = get_object_or_404(PublishedVersion.objects.select_related("content_type"), pk=kwargs["pk"])

    def get_page_title(self) -> str:
        return self.version.title

    def get_page_subtitle(self) -> str:
        return _moment(self.version.published_at)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *_crumbs(self.breadcrumbs_items),
            {"url": object_versions_url(self.version), "label": self.version.title},
            {"url": "", "label": f"{self.version.title} · {self.get_page_subtitle()}"},
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.GET.get("file", "")
        if wanted not in {"json", "html"}:
            return super().get(request, *args, **kwargs)
        record = record_of(self.version)
        if wanted == "json":
            response: HttpResponse = JsonResponse(record, json_dumps_params={"ensure_ascii": False, "indent": 2})
        else:
            response = HttpResponse(render_to_string("compliance/versions/file.html", {"record": record}))
        response.headers["Content-Disposition"] = f'attachment; filename="version-{self.version.pk}.{wanted}"'
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "version": self.version,
            "record": record_of(self.version),
            "object_url": object_versions_url(self.version),
        }


def _crumbs(base: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*base, {"url": reverse("compliance_versions"), "label": _("公开过的版本")}]


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _moment(value: Any) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")

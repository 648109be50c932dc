"""Report: what was let through, by whom and why."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.functions import TruncMonth
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.mixins import Echo
from wagtail.admin.views.reports import ReportView

from compliance.models import FindingOverride
from compliance.reviews import names_of
from core.spreadsheets import safe_cell

VIEW_PERMISSION = "compliance.view_findingoverride"
_BATCH = 500


def _months(_request: Any = None) -> list[tuple[str, str]]:
    months = FindingOverride.objects.annotate(month=TruncMonth("created_at")).values_list("month", flat=True)
    texts = [timezone.localtime(month).strftime("%Y-%m") for month in months.order_by("-month").distinct()]
    return [(text, text) for text in texts]


class OverrideFilterSet(WagtailFilterSet):
    """By month and rule."""

    month = django_filters.ChoiceFilter(label=_("月份"), choices=_months, method="in_month")
    rule = django_filters.AllValuesFilter(label=_("规则"), field_name="rule")

    class Meta:
        model = FindingOverride
        fields = ["month", "rule"]

    def in_month(self, queryset: QuerySet[FindingOverride], _name: str, value: str) -> QuerySet[FindingOverride]:
        begin = timezone.make_aware(datetime.strptime(value, "%Y-%m"))  # noqa: DTZ007 -- made aware at once
        end = begin.replace(year=begin.year + begin.month // 12, month=begin.month % 12 + 1)
        return queryset.filter(created_at__gte=begin, created_at__lt=end)


class OverrideReportView(ReportView):
    """放行记录, by month, as a table for a spreadsheet too."""

    page_title = _("放行记录")
    header_icon = "warning"
    index_url_name = "compliance_overrides"
    index_results_url_name = "compliance_overrides_results"
    filterset_class = OverrideFilterSet
    model = FindingOverride
    default_ordering = "-created_at"
    list_export = ["created_at", "title", "rule", "match", "context", "place", "reason", "reviewer"]
    export_headings = {"match": _("放行的文字"), "context": _("前后文")}
    columns = [
        Column("created_at", label=_("放行时间"), accessor=lambda row: _moment(row.created_at)),
        Column("title", label=_("标题")),
        Column("rule", label=_("规则")),
        Column("context", label=_("放行的文字"), classname="cp-wide"),
        Column("reason", label=_("理由"), classname="cp-wide"),
        Column("reviewer", label=_("放行人"), accessor=lambda row: row.reviewer_name),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm(VIEW_PERMISSION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[FindingOverride]:
        return FindingOverride.objects.order_by("-created_at", "-pk")

    def get_queryset(self) -> QuerySet[FindingOverride]:
        return self.get_base_queryset()

    def get_filename(self) -> str:
        return f"overrides-{timezone.localdate():%Y%m%d}"

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        """Put the reviewers' names on the rows, in one query."""
        if self.is_export:
            return object_list
        rows = list(object_list)
        names = names_of([row.reviewer for row in rows])
        for row in rows:
            row.reviewer_name = names.get(row.reviewer, row.reviewer)
        return rows

    def stream_csv(self, queryset: QuerySet[FindingOverride]) -> Iterator[str]:
        """Yield the table line by line; a mark in front tells that it is UTF-8, and no cell is a formula."""
        writer = csv.writer(Echo())
        yield "\ufeff"
        yield writer.writerow([self.get_heading(queryset, name) for name in self.list_export])
        names = names_of(list(queryset.order_by().values_list("reviewer", flat=True).distinct()))
        for row in queryset.iterator(chunk_size=_BATCH):
            cells = {name: getattr(row, name) for name in self.list_export}
            cells["created_at"] = _moment(row.created_at)
            cells["reviewer"] = names.get(row.reviewer, row.reviewer)
            yield writer.writerow([safe_cell(cell) for cell in cells.values()])


def _moment(value: datetime) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


def report_url() -> str:
    """Return the address of the report."""
    return reverse("compliance_overrides")

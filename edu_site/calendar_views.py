"""编辑日历: what is due as a list and as a month, and the plan of one thing."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core.dates import first_of_next_month
from edu_site.actions.plans import plan_content
from edu_site.calendar_entries import Entry, Kind, Period, Who, calendar_entries, may_be_planned
from edu_site.calendar_forms import CalendarForm, PlanForm
from edu_site.plans import EditorialPlan
from edu_site.roles import CHANGE_CALENDAR, VIEW_CALENDAR

ENTRIES_A_PAGE = 30
# How far the list looks ahead.
_AHEAD = timedelta(days=366)
# A day of the month shows so many; the rest is one link away.
ENTRIES_A_DAY = 5
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class _CalendarPage(WagtailAdminTemplateMixin, TemplateView):
    """A page of the calendar, for those who may see it."""

    page_title = gettext_lazy("编辑日历")
    header_icon = "calendar-alt"
    view_name = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        _let_in(request, VIEW_CALENDAR)
        super().setup(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    @cached_property
    def form(self) -> CalendarForm:
        return CalendarForm(self.request.GET or None)

    @cached_property
    def who(self) -> str:
        return str(self._asked("who") or Who.ALL)

    @cached_property
    def kinds(self) -> Sequence[str]:
        kind = self._asked("kind")
        return [kind] if kind else Kind.values

    def _asked(self, name: str) -> Any:
        return self.form.asked(name) if self.form.is_bound else None

    def entries(self, period: Period) -> list[Entry]:
        return calendar_entries(period=period, user=self.request.user, who=self.who, kinds=self.kinds)

    def query(self, **changes: Any) -> str:
        """Return the query of another page of the calendar with the same filters."""
        values = {"who": self.who if self.who != Who.ALL else "", "kind": self._asked("kind") or "", **changes}
        return urlencode({name: value for name, value in values.items() if value})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "filters": CalendarForm(initial={"who": self.who, "kind": self._asked("kind") or ""}),
            "view_name": self.view_name,
            "list_url": f"{reverse('editorial_calendar')}?{self.query()}",
            "month_url": f"{reverse('editorial_month')}?{self.query()}",
            "today": timezone.localdate(),
            # Who plans may open what is planned; others are led to what they review.
            "may_edit": self.request.user.has_perm(CHANGE_CALENDAR),  # type: ignore[union-attr]
        }


class CalendarListView(_CalendarPage):
    """Everything that is overdue or due within a year, or what is due on one day."""

    template_name = "edu_site/admin/calendar_list.html"
    view_name = "list"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        day: date | None = self._asked("day")
        today = timezone.localdate()
        one = timedelta(days=1)
        period = Period(day, day + one) if day and day < date.max else Period(None, today + _AHEAD)
        page = Paginator(self.entries(period), ENTRIES_A_PAGE).get_page(self.request.GET.get("p"))
        return {**context, "page": page, "day": day, "query": self.query(day=day.isoformat() if day else "")}


@dataclass(frozen=True)
class CalendarDay:
    """One cell of the month: ``more`` entries are not shown in it."""

    day: date
    inside: bool
    entries: Sequence[Entry]
    more: int
    more_url: str


class CalendarMonthView(_CalendarPage):
    """One month as weeks that begin on Monday."""

    template_name = "edu_site/admin/calendar_month.html"
    view_name = "month"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        first = self._first()
        by_day: dict[date, list[Entry]] = {}
        for entry in self.entries(Period(first, first_of_next_month(first))):
            by_day.setdefault(entry.day, []).append(entry)
        weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
        before, after = (first - timedelta(days=1)).replace(day=1), first_of_next_month(first)
        return {
            **context,
            "first": first,
            "weeks": [[self._day(day, first, by_day) for day in week] for week in weeks],
            "is_empty": not by_day,
            "month_field": f"{first:%Y-%m}",
            "before": (before, self.query(month=f"{before:%Y-%m}")),
            "after": (after, self.query(month=f"{after:%Y-%m}")),
        }

    def _first(self) -> date:
        """Return the first day of the month that is asked for; of this month for anything that is none."""
        year, _dash, month = self.request.GET.get("month", "").partition("-")
        try:
            first = date(int(year), int(month), 1)
        except ValueError:
            first = date.min
        return first if _FIRST_YEAR <= first.year <= _LAST_YEAR else timezone.localdate().replace(day=1)

    def _day(self, day: date, first: date, by_day: dict[date, list[Entry]]) -> CalendarDay:
        entries = by_day.get(day, [])
        return CalendarDay(
            day=day,
            inside=day.month == first.month,
            entries=entries[:ENTRIES_A_DAY],
            more=max(0, len(entries) - ENTRIES_A_DAY),
            more_url=f"{reverse('editorial_calendar')}?{self.query(day=day.isoformat())}",
        )


class PlanView(WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]
    """By when and by whom one text is to be written."""

    form_class = PlanForm
    template_name = "edu_site/admin/plan.html"
    page_title = gettext_lazy("排期")
    header_icon = "calendar-alt"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        _let_in(request, CHANGE_CALENDAR)
        super().setup(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return str(self.subject).replace("|", "")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        calendar_item = {"url": reverse("editorial_calendar"), "label": _("编辑日历")}
        return [*super().get_breadcrumbs_items(), calendar_item, {"url": "", "label": self.get_page_subtitle()}]

    @cached_property
    def subject(self) -> Any:
        kind = ContentType.objects.filter(app_label=self.kwargs["app_label"], model=self.kwargs["model_name"]).first()
        model = kind.model_class() if kind else None
        if model is None or not may_be_planned(model) or not self.kwargs["pk"].isdecimal():
            raise Http404
        return get_object_or_404(model, pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        plan = EditorialPlan.objects.filter(
            content_type=ContentType.objects.get_for_model(type(self.subject)), object_id=str(self.subject.pk)
        ).first()
        return {"planned_on": plan.planned_on, "responsible": plan.responsible_id, "note": plan.note} if plan else {}

    def form_valid(self, form: PlanForm) -> HttpResponse:
        plan = plan_content(subject=self.subject, user=self.request.user, now=timezone.now(), **form.cleaned_data)
        text = _("“%(title)s”的排期已保存。") if plan else _("“%(title)s”不再有排期。")
        messages.success(self.request, text % {"title": self.get_page_subtitle()})
        return HttpResponseRedirect(self._back())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "next": get_valid_next_url_from_request(self.request), "back": self._back()}

    def _back(self) -> str:
        return get_valid_next_url_from_request(self.request) or reverse("editorial_calendar")


def _let_in(request: HttpRequest, permission: str) -> None:
    """Raise ``PermissionDenied`` before anything is looked up."""
    if not request.user.has_perm(permission):  # type: ignore[union-attr]
        raise PermissionDenied

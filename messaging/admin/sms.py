"""短信日历 and 短信回复."""

import re
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from messaging.admin.listing import LookOnlyPermissionPolicy, QuickIndexView, QuickPaginator, moment
from messaging.forms import CalendarDayForm, UpstreamSmsFilterSet
from messaging.models import CalendarDay, UpstreamSms

# A person may answer with the code that we sent.
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


def hours(day: CalendarDay) -> str:
    """Return when campaigns may be sent by SMS that day."""
    if day.opens is None or day.closes is None:
        return gettext("不发订阅短信")
    return f"{day.opens:%H:%M}–{day.closes:%H:%M}"


class CalendarIndexView(generic.IndexView):
    """Days with hours of their own."""

    paginator_class = QuickPaginator
    results_template_name = "messaging/admin/quick_results.html"
    add_item_label = _("添加一天")

    @property
    def no_results_message(self) -> str:
        return gettext("还没有特别的日子，每天都按平常的时间发订阅短信。")


class _CalendarTitles:
    """Says what is edited in the house's words."""

    def get_page_subtitle(self) -> str:
        return ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        here = {"url": "", "label": str(self.page_title)}  # type: ignore[attr-defined]
        return [*super().get_breadcrumbs_items()[:-1], here]  # type: ignore[misc]


class CalendarCreateView(_CalendarTitles, generic.CreateView):
    page_title = _("添加一天")
    success_message = _("已添加 %(object)s。")


class CalendarEditView(_CalendarTitles, generic.EditView):
    page_title = _("修改一天")
    success_message = _("已保存 %(object)s。")


class CalendarViewSet(ModelViewSet):
    """短信日历."""

    model = CalendarDay
    name = "messaging_calendar"
    url_prefix = "messages/calendar"
    icon = "calendar-alt"
    menu_label = _("短信日历")
    menu_name = "messages-calendar"
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = False
    index_view_class = CalendarIndexView
    add_view_class = CalendarCreateView
    edit_view_class = CalendarEditView
    list_per_page = 50
    ordering = ["day"]
    list_display: list[Any] = [
        "day",
        Column("hours", label=_("订阅短信"), accessor=hours),
        Column("note", label=_("说明"), accessor=lambda row: row.note or "—"),
    ]

    def get_form_class(self, for_update: bool = False) -> type[CalendarDayForm]:
        return CalendarDayForm


def reply_text(row: UpstreamSms) -> str:
    """Return what a person answered, without what may be a code."""
    return _CODE.sub("••••••", row.text) or "—"


class ReplyIndexView(QuickIndexView):
    """What people answered by SMS, for those who take care of people."""

    def get_base_queryset(self) -> QuerySet[UpstreamSms]:
        return UpstreamSms.objects.select_related("contact_point")


class ReplyViewSet(ModelViewSet):
    """短信回复."""

    model = UpstreamSms
    name = "messaging_replies"
    url_prefix = "messages/replies"
    icon = "mobile-alt"
    menu_label = _("短信回复")
    menu_name = "messages-replies"
    add_to_reference_index = False
    copy_view_enabled = False
    permission_policy = LookOnlyPermissionPolicy(UpstreamSms)
    index_view_class = ReplyIndexView
    exclude_form_fields: list[str] = []
    filterset_class = UpstreamSmsFilterSet
    list_per_page = 50
    ordering = ["-received_at"]
    list_display: list[Any] = [
        Column(
            "who",
            label=_("号码"),
            accessor=lambda row: row.contact_point.masked if row.contact_point else gettext("已删除"),
        ),
        Column("text", label=_("回复"), accessor=reply_text),
        Column("meaning", label=_("含义"), accessor=lambda row: row.get_meaning_display()),
        Column("answered", label=_("已照办"), accessor=lambda row: gettext("是") if row.answered else gettext("否")),
        Column("received_at", label=_("收到时间"), accessor=lambda row: moment(row.received_at)),
    ]

"""消息记录 in the Wagtail admin."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet

from messaging.admin.listing import (
    LookOnlyPermissionPolicy,
    QuickIndexView,
    detail_url,
    moment,
    template_label,
)
from messaging.desk_queries import find_deliveries
from messaging.forms import ContactSearchForm, DeliveryFilterSet
from messaging.models import Delivery


class DeliveryIndexView(QuickIndexView):
    """Who was written to, with addresses masked; a person is found, never browsed for."""

    page_title = _("消息记录")
    is_searchable = True
    results_template_name = "messaging/admin/deliveries_results.html"
    search_note = ""

    def get_base_queryset(self) -> QuerySet[Delivery]:
        return Delivery.objects.select_related("contact_point").defer("params")

    def get_search_form(self) -> ContactSearchForm:
        data = self.request.GET if self.search_kwarg in self.request.GET else None
        return ContactSearchForm(data, placeholder=gettext("邮箱、手机号或后四位"))

    def search_queryset(self, queryset: QuerySet[Delivery]) -> QuerySet[Delivery]:
        if not self.is_searching:
            return queryset
        found = find_deliveries(queryset, self.search_query)
        if found.too_many:
            self.search_note = gettext("这个后缀的邮箱太多，分不出是谁，请输入完整邮箱。")
        elif found.archived is not None:
            self.search_note = gettext(
                "这件事的消息已经归档：%(template)s，%(state)s，%(at)s。收件人和内容已按期限删除。"
            ) % {
                "template": template_label(found.archived),
                "state": found.archived.get_state_display(),
                "at": moment(found.archived.sent_at or found.archived.closed_at),
            }
        return found.rows

    @cached_property
    def no_results_message(self) -> str:  # type: ignore[override]
        if self.is_searching:
            return gettext(
                "没有找到。可以输入：完整邮箱、完整手机号、手机后四位、列表里看到的样子（带 * 号）、"
                "事件、# 加编号，或邮件编号。"
            )
        return super().no_results_message


class DeliveryViewSet(ModelViewSet):
    """消息记录."""

    model = Delivery
    name = "messaging_deliveries"
    url_prefix = "messages"
    icon = "mail"
    menu_label = _("消息记录")
    menu_name = "messages"
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = False
    permission_policy = LookOnlyPermissionPolicy(Delivery)
    index_view_class = DeliveryIndexView
    exclude_form_fields: list[str] = []
    filterset_class = DeliveryFilterSet
    list_per_page = 50
    ordering = ["-id"]
    list_display: list[Any] = [
        TitleColumn("recipient", label=_("收件人"), accessor="masked_recipient", get_url=detail_url),
        Column("template", label=_("内容"), accessor=template_label),
        Column("channel", label=_("渠道"), accessor=lambda row: row.get_channel_display()),
        Column("state", label=_("状态"), accessor=lambda row: row.get_state_display()),
        Column(
            "reason", label=_("原因"), accessor=lambda row: row.get_error_class_display() if row.error_class else "—"
        ),
        Column("created_at", label=_("登记时间"), accessor=lambda row: moment(row.created_at)),
        Column("sent_at", label=_("发出时间"), accessor=lambda row: moment(row.sent_at)),
    ]

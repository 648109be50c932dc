"""The list of messages in the Wagtail admin."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import ModelPermissionPolicy

from messaging.errors import UnknownTemplateError
from messaging.forms import DeliveryFilterSet
from messaging.models import Delivery
from messaging.templates import get_template


def template_label(delivery: Delivery) -> str:
    """Return the name of a delivery's template as staff know it."""
    try:
        return str(get_template(delivery.template).label)
    except UnknownTemplateError:
        return delivery.template


def moment(value: datetime | None) -> str:
    """Return a time in the site's zone, or a dash."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S") if value else "—"


def detail_url(delivery: Delivery) -> str:
    """Return the address of a delivery's own page."""
    return reverse("messaging_delivery", args=[delivery.pk])


class LookOnlyPermissionPolicy(ModelPermissionPolicy):
    """Rows are made and changed by the engine alone, superusers included."""

    def user_has_permission(self, user: AbstractBaseUser, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, action)


class DeliveryIndexView(generic.IndexView):
    """Who was written to, with addresses masked."""

    def get_base_queryset(self) -> QuerySet[Delivery]:
        return Delivery.objects.select_related("contact_point").defer("params")

    def get_edit_url(self, instance: Delivery) -> None:
        return None

    def get_list_buttons(self, instance: Delivery) -> list[Any]:
        return []


class DeliveryViewSet(ModelViewSet):
    """消息记录."""

    model = Delivery
    name = "messaging_deliveries"
    url_prefix = "messages"
    icon = "mail"
    menu_label = _("消息记录")
    menu_order = 420
    menu_name = "messages"
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = False
    permission_policy = LookOnlyPermissionPolicy(Delivery)
    index_view_class = DeliveryIndexView
    exclude_form_fields: list[str] = []
    filterset_class = DeliveryFilterSet
    list_per_page = 50
    ordering = ["-id"]
    list_display = [
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

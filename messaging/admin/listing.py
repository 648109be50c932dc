"""What the lists of messaging share: a quick paginator, policies, and how things are named to staff."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import ModelPermissionPolicy

from messaging.errors import UnknownTemplateError
from messaging.models import Delivery
from messaging.templates import get_template

BACKEND_LABELS: dict[str, Any] = {
    "email": _("邮件主通道"),
    "email-fallback": _("邮件备用通道"),
    "sms": _("短信主通道"),
    "sms-fallback": _("短信备用通道"),
}


def backend_label(name: str) -> str:
    """Return a backend's name as staff know it, a dash for none."""
    return str(BACKEND_LABELS.get(name, name)) or "—"


def template_label(delivery: Any) -> str:
    """Return the name of a row's template as staff know it."""
    try:
        return str(get_template(delivery.template).label)
    except UnknownTemplateError:
        return str(delivery.template)


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


class QuickPaginator(WagtailPaginator):
    """Pages over the first ``limit`` rows: counting stops there, however many rows the table holds."""

    limit = 5000

    @cached_property
    def _found(self) -> int:
        return self.object_list.order_by()[: self.limit + 1].count()

    @cached_property
    def count(self) -> int:  # type: ignore[override]
        return min(self._found, self.limit)

    @property
    def has_more(self) -> bool:
        """Whether there are rows beyond the last page."""
        return self._found > self.limit

    @property
    def items_count_label(self) -> str:
        values = {"count": self.count}
        return gettext("最新的 %(count)s 条") % values if self.has_more else gettext("共 %(count)s 条") % values


class QuickIndexView(generic.IndexView):
    """A list of the engine's rows, newest first, without buttons that change them."""

    paginator_class = QuickPaginator
    results_template_name = "messaging/admin/quick_results.html"

    @property
    def no_results_message(self) -> str:
        if self.is_searching or self.is_filtering:
            return gettext("没有符合条件的记录，换个条件再试。")
        return gettext("还没有记录。")

    def get_edit_url(self, instance: Any) -> None:
        return None

    def get_list_buttons(self, instance: Any) -> list[Any]:
        return []


class PermittedViewSet(ViewSet):
    """A page of its own in the menu, shown to those who have ``permission``."""

    permission = ""

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        permission = self.permission

        class PermittedMenuItem(MenuItem):
            def is_shown(self, request: HttpRequest) -> bool:
                return request.user.has_perm(permission)  # type: ignore[union-attr]

        return PermittedMenuItem

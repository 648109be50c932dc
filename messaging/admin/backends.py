"""发送通道: how each way out is doing, what it did today, and what short messages cost."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Channel
from messaging.actions.desk import retry_backend
from messaging.admin.listing import PermittedViewSet, backend_label, moment
from messaging.admin.unknown import DeskView
from messaging.admin.words import REASONS
from messaging.backends import backend_names
from messaging.desk_queries import BackendRow, backends_now, sms_spending, start_of_day, start_of_month
from messaging.enums import CircuitState, DeliveryState
from messaging.sms_budget import code_budgets

_WORDS: dict[str, Any] = {
    CircuitState.CLOSED: gettext_lazy("正常，有消息就发。"),
    CircuitState.OPEN: gettext_lazy("连续失败，暂停使用；到再试时间会自动试一条。"),
    CircuitState.HALF_OPEN: gettext_lazy("正在试探：通了就恢复，不通再停。"),
}
_LEVELS: dict[str, Any] = {
    "ok": gettext_lazy("正常"),
    "most": gettext_lazy("已用八成以上，请看看是不是有人在刷"),
    "all": gettext_lazy("已用完，暂时不再发验证码短信"),
}
_SHOWN = (
    DeliveryState.SENT,
    DeliveryState.DELIVERED,
    DeliveryState.BOUNCED,
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
)


class BackendsView(DeskView):
    """Every configured backend, and the button that tries a resting one at once."""

    permission = "messaging.view_backendhealth"
    template_name = "messaging/admin/backends.html"
    page_title = gettext_lazy("发送通道")
    header_icon = "resubmit"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Try a backend again."""
        if not request.user.has_perm("messaging.change_backendhealth"):  # type: ignore[union-attr]
            raise PermissionDenied
        name = request.POST.get("backend", "")
        if name not in {known for channel in Channel.values for known in backend_names(channel)}:
            raise Http404
        if retry_backend(name=name, user=request.user, now=timezone.now()):
            messages.success(request, _("下一条消息会立刻用“%(name)s”试发。") % {"name": backend_label(name)})
        else:
            messages.info(request, _("“%(name)s”没有暂停，不用再试。") % {"name": backend_label(name)})
        return redirect(reverse("messaging_backends:index"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        may_retry = self.request.user.has_perm("messaging.change_backendhealth")  # type: ignore[union-attr]
        spending = [
            (_("今天"), sms_spending(since=start_of_day(now))),
            (_("本月"), sms_spending(since=start_of_month(now))),
        ]
        return {
            **super().get_context_data(**kwargs),
            "budgets": [
                {
                    "window": _("%(count)s 小时") % {"count": budget.hours},
                    "used": budget.used,
                    "limit": budget.limit,
                    "level": budget.level,
                    "words": _LEVELS[budget.level],
                    "closes": moment(budget.closes_at),
                }
                for budget in code_budgets(now=now)
            ],
            "backends": [_box(row, may_retry=may_retry) for row in backends_now(now)],
            "spending": [
                {"when": when, "messages": sums.messages, "segments": sums.segments, "cost": f"{sums.cost:.2f}"}
                for when, sums in spending
            ],
        }


def _box(row: BackendRow, *, may_retry: bool) -> dict[str, Any]:
    health = row.health
    state = health.state if health else CircuitState.CLOSED
    error = REASONS.get(health.last_error_class) if health else None
    return {
        "name": row.name,
        "label": backend_label(row.name),
        "state": state,
        "state_label": CircuitState(state).label,
        "words": _WORDS[state] if health else _("还没有用过。"),
        "failures": health.failures if health else 0,
        "ok": moment(health.last_ok_at) if health else "—",
        "error": moment(health.last_error_at) if health else "—",
        "error_words": error.what if error else "",
        "error_code": health.last_error_code if health else "",
        "retry": moment(health.retry_at) if health and health.retry_at else "",
        "may_retry": may_retry and state == CircuitState.OPEN,
        "today": [(DeliveryState(name).label, row.today.get(name, 0)) for name in _SHOWN],
    }


class BackendsViewSet(PermittedViewSet):
    """发送通道."""

    name = "messaging_backends"
    url_prefix = "messages/backends"
    permission = BackendsView.permission
    icon = "resubmit"
    menu_label = gettext_lazy("发送通道")
    menu_name = "messages-backends"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", BackendsView.as_view(), name="index")]

"""What the staff's first page says of messages."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.dashboard import Waiting, WaitingPanel
from messaging.admin.listing import backend_label, detail_url, moment, template_label
from messaging.desk_queries import held_receipts, unknown_deliveries
from messaging.enums import CircuitState
from messaging.models import BackendHealth

_SHOWN = 5


def message_panels(user: Any) -> list[WaitingPanel]:
    """Return what this user has to settle, and the ways out that are shut."""
    panels = []
    if user.has_perm("messaging.settle_delivery"):
        panels.append(_unknown_panel())
    # The others only when there is something: a quiet day fills no page.
    if user.has_perm("messaging.settle_receipt"):
        panels += _receipt_panels()
    if user.has_perm("messaging.view_backendhealth"):
        panels += _backend_panels()
    return panels


def _unknown_panel() -> WaitingPanel:
    rows = [
        Waiting(f"{row.masked_recipient} · {template_label(row)}", detail_url(row), moment(row.created_at))
        for row in unknown_deliveries()[:_SHOWN]
    ]
    return WaitingPanel(
        name="messages-unknown",
        order=340,
        heading=_("结果不明、要人确认的消息"),
        rows=rows,
        empty=_("没有要确认的消息。"),
        more=(_("看全部结果不明的消息"), reverse("messaging_unknown:index")) if rows else None,
    )


def _receipt_panels() -> list[WaitingPanel]:
    address = reverse("messaging_receipts:index")
    rows = [
        Waiting(
            f"{row.contact_point.masked if row.contact_point else row.source} · {row.get_kind_display()}",
            f"{address}#receipt-{row.pk}",
            moment(row.received_at),
        )
        for row in held_receipts()[:_SHOWN]
    ]
    heading = _("没有凭证、要人判断的回执")
    return [WaitingPanel(name="messages-receipts", order=341, heading=heading, rows=rows, empty="")] if rows else []


def _backend_panels() -> list[WaitingPanel]:
    address = reverse("messaging_backends:index")
    shut = BackendHealth.objects.exclude(state=CircuitState.CLOSED).order_by("name")
    rows = [
        Waiting(f"{backend_label(row.name)} · {row.get_state_display()}", address, moment(row.last_error_at))
        for row in shut
    ]
    heading = _("暂停使用的发送通道")
    return [WaitingPanel(name="messages-backends", order=205, heading=heading, rows=rows, empty="")] if rows else []

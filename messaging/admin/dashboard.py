"""What the staff's first page says of messages."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.dashboard import Waiting, WaitingPanel
from messaging.enums import DeliveryState
from messaging.models import Delivery
from messaging.viewsets import detail_url, moment, template_label

_SHOWN = 5


def settling_panels(user: Any) -> list[WaitingPanel]:
    """Return the messages of unknown result, for those who may settle them."""
    if not user.has_perm("messaging.settle_delivery"):
        return []
    unknown = Delivery.objects.filter(state=DeliveryState.UNKNOWN).select_related("contact_point").defer("params")
    rows = [
        Waiting(f"{row.masked_recipient} · {template_label(row)}", detail_url(row), moment(row.created_at))
        for row in unknown.order_by("id")[:_SHOWN]
    ]
    more = (_("看全部消息"), reverse("messaging_deliveries:index"))
    return [
        WaitingPanel(
            name="messages-unknown",
            order=340,
            heading=_("结果不明、要人确认的消息"),
            rows=rows,
            empty=_("没有要确认的消息。"),
            more=more,
        )
    ]

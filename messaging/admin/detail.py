"""One message: why it did or did not arrive, step by step, without what it says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.enums import Channel
from messaging.actions.settling import settle_unknown
from messaging.admin.demo import demo_url
from messaging.admin.listing import backend_label, detail_url, moment, template_label
from messaging.admin.words import explain, receipt_outlook
from messaging.desk_queries import earlier_decisions
from messaging.enums import DeliveryState
from messaging.errors import MessagingError
from messaging.forms import SettleForm
from messaging.models import Delivery, Receipt

_MAY_HAVE_LEFT = (DeliveryState.SENT, DeliveryState.UNKNOWN)


@dataclass(frozen=True)
class Step:
    """One thing that happened, or is planned."""

    at: datetime
    label: str
    detail: str = ""
    planned: bool = False


class DeliveryView(WagtailAdminTemplateMixin, TemplateView):
    """What is known about one message; the place to settle an unknown result."""

    template_name = "messaging/admin/delivery.html"
    page_title = gettext_lazy("一条消息")
    header_icon = "mail"
    form: SettleForm | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("messaging.view_delivery"):  # type: ignore[union-attr]
            raise PermissionDenied
        rows = Delivery.objects.select_related("contact_point").defer("params")
        self.delivery = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Settle the result; a refusal is said beside the form and changes nothing."""
        if not request.user.has_perm("messaging.settle_delivery"):  # type: ignore[union-attr]
            raise PermissionDenied
        self.form = SettleForm(request.POST)
        if self.form.is_valid():
            try:
                settle_unknown(
                    delivery_id=self.delivery.pk,
                    arrived=self.form.cleaned_data["arrived"],
                    reason=self.form.cleaned_data["reason"],
                    user=request.user,
                    now=timezone.now(),
                )
            except MessagingError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, _("已记下结果。"))
            return redirect(detail_url(self.delivery))
        return self.render_to_response(self.get_context_data())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("messaging_deliveries:index"), "label": _("消息记录")},
            {"url": "", "label": str(self.page_title)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, now = self.delivery, timezone.now()
        may_settle = row.state == DeliveryState.UNKNOWN and self.request.user.has_perm("messaging.settle_delivery")  # type: ignore[union-attr]
        receipts = list(row.receipts.order_by("received_at", "id"))
        return {
            **super().get_context_data(**kwargs),
            "delivery": row,
            "explanation": explain(row, now=now),
            "outlook": receipt_outlook(row, now=now) if row.state in _MAY_HAVE_LEFT and not receipts else "",
            "steps": _steps(row, receipts, now),
            "receipts": [_receipt_row(receipt) for receipt in receipts],
            "facts": _facts(row),
            "form": (self.form or SettleForm()) if may_settle else None,
            "demo_url": demo_url(row),
        }


def _steps(row: Delivery, receipts: list[Receipt], now: datetime) -> list[Step]:
    steps = [Step(row.created_at, _("登记"), _("来源：%(source)s") % {"source": row.source} if row.source else "")]
    if row.claimed_at:
        steps.append(Step(row.claimed_at, _("领取"), _("轮到这一条，程序取走准备发送")))
    if row.sent_at:
        steps.append(Step(row.sent_at, _("发出"), backend_label(row.backend) if row.backend else ""))
    elif row.closed_at:
        steps.append(Step(row.closed_at, str(row.get_state_display()), _reason(row)))
    steps += [
        Step(receipt.received_at, _("回执"), f"{receipt.get_kind_display()} · {receipt.get_state_display()}")
        for receipt in receipts
    ]
    steps += [Step(entry.at, _("工作人员记下结果")) for entry in earlier_decisions([row])]
    steps.sort(key=lambda step: step.at)
    if row.state == DeliveryState.PENDING:
        label = _("再试") if row.attempts or row.error_class else _("最早发送")
        steps.append(Step(row.due_at, label, _reason(row) if row.error_class else "", planned=row.due_at > now))
    if row.state in {DeliveryState.PENDING, DeliveryState.CLAIMED} and row.expires_at:
        steps.append(Step(row.expires_at, _("最晚发送"), _("过了这个时间就不再发"), planned=True))
    return steps


def _reason(row: Delivery) -> str:
    return str(row.get_error_class_display()) if row.error_class else ""


def _receipt_row(receipt: Receipt) -> dict[str, str]:
    return {
        "at": moment(receipt.received_at),
        "kind": str(receipt.get_kind_display()),
        "code": receipt.status_code or "—",
        "proof": str(receipt.get_proof_display()),
        "state": str(receipt.get_state_display()),
    }


def _facts(row: Delivery) -> list[tuple[str, str]]:
    facts = [
        (_("编号"), f"#{row.pk}"),
        (_("收件人"), row.masked_recipient),
        (_("内容"), template_label(row)),
        (_("渠道"), row.get_channel_display()),
        (_("类别"), row.get_category_display()),
        (_("发送通道"), backend_label(row.backend)),
        (_("代码"), row.error_code or "—"),
        (_("已重试"), _("%(count)s 次") % {"count": row.attempts}),
        (_("事件"), row.event_key),
        (_("来源"), row.source or "—"),
        (_("结束时间"), moment(row.closed_at)),
    ]
    if row.channel == Channel.SMS:
        segments = _("%(count)s 条") % {"count": row.segments} if row.segments else "—"
        facts += [(_("计费条数"), segments), (_("网关编号"), row.provider_id or "—")]
    else:
        facts.append((_("邮件编号"), row.message_id or "—"))
    return [(label, str(value)) for label, value in facts]

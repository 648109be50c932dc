"""One message and, in demo settings, the outbox that shows every message as it was sent."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from messaging.actions.settling import settle_unknown
from messaging.enums import DeliveryState
from messaging.errors import MessagingError
from messaging.forms import SettleForm
from messaging.models import Delivery, SentCopy
from messaging.viewsets import detail_url, moment, template_label

_PER_PAGE = 30


class DeliveryView(WagtailAdminTemplateMixin, TemplateView):
    """What is known about one message, without what it says; the place to settle an unknown result."""

    template_name = "messaging/admin/delivery.html"
    page_title = gettext_lazy("一条消息")
    header_icon = "mail"
    form: SettleForm | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("messaging.view_delivery"):  # type: ignore[union-attr]
            raise PermissionDenied
        self.delivery = get_object_or_404(Delivery.objects.select_related("contact_point"), pk=kwargs["pk"])
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
        row = self.delivery
        may_settle = row.state == DeliveryState.UNKNOWN and self.request.user.has_perm("messaging.settle_delivery")  # type: ignore[union-attr]
        return {
            **super().get_context_data(**kwargs),
            "delivery": row,
            "facts": _facts(row),
            "form": (self.form or SettleForm()) if may_settle else None,
            "demo_url": _demo_url(row),
        }


def _demo_url(row: Delivery) -> str:
    """Return where the message can be read as it was sent; nothing where there is no such page."""
    if not settings.DEMO or not SentCopy.objects.filter(delivery=row).exists():
        return ""
    try:
        return reverse("messaging_demo", args=[row.pk])
    except NoReverseMatch:
        return ""


def _facts(row: Delivery) -> list[tuple[str, str]]:
    facts = [
        (_("收件人"), row.masked_recipient),
        (_("内容"), template_label(row)),
        (_("渠道"), row.get_channel_display()),
        (_("类别"), row.get_category_display()),
        (_("状态"), row.get_state_display()),
        (_("原因"), f"{row.get_error_class_display()} {row.error_code}".strip() if row.error_class else "—"),
        (_("已重试"), _("%(count)s 次") % {"count": row.attempts}),
        (_("事件"), row.event_key),
        (_("来源"), row.source or "—"),
        (_("登记时间"), moment(row.created_at)),
        (_("最早发送"), moment(row.not_before)),
        (_("最晚发送"), moment(row.expires_at)),
        (_("领取时间"), moment(row.claimed_at)),
        (_("发出时间"), moment(row.sent_at)),
        (_("结束时间"), moment(row.closed_at)),
        (_("邮件编号"), row.message_id or "—"),
    ]
    return [(label, str(value)) for label, value in facts]


def _require_demo(request: HttpRequest) -> None:
    """The route exists in demo settings only; this stands behind it."""
    if not settings.DEMO:
        raise Http404
    if not request.user.has_perm("messaging.view_delivery"):  # type: ignore[union-attr]
        raise PermissionDenied


class DemoOutboxView(WagtailAdminTemplateMixin, TemplateView):
    """Every message of the demo as it was sent, so that a newcomer needs neither mail server nor phone."""

    template_name = "messaging/admin/demo_outbox.html"
    page_title = gettext_lazy("演示发件箱")
    header_icon = "mail"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _require_demo(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        copies = SentCopy.objects.select_related("delivery__contact_point").order_by("-delivery_id")
        page = Paginator(copies, _PER_PAGE).get_page(self.request.GET.get("p"))
        chosen = kwargs.get("pk")
        shown = get_object_or_404(copies, delivery_id=chosen) if chosen else next(iter(page), None)
        return {**super().get_context_data(**kwargs), "page": page, "copies": list(page), "shown": shown}


def demo_html(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the HTML of a message for the frame; it may load nothing and run nothing."""
    _require_demo(request)
    copy = get_object_or_404(SentCopy, delivery_id=pk)
    if not copy.html:
        raise Http404
    response = HttpResponse(copy.html)
    response["X-Robots-Tag"] = "noindex"
    return response

"""What waits for a person: messages of unknown result, and receipts without a proof."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core.logs import scrub
from messaging.actions.desk import settle_unknowns
from messaging.actions.receipts import settle_receipt
from messaging.admin.listing import (
    PermittedViewSet,
    QuickPaginator,
    backend_label,
    detail_url,
    moment,
    template_label,
)
from messaging.admin.words import REASONS, receipt_outlook
from messaging.desk_queries import held_receipts, unknown_deliveries
from messaging.enums import ReceiptKind
from messaging.errors import MessagingError
from messaging.forms import ReceiptForm, SettleManyForm
from messaging.models import Receipt

_PER_PAGE, _RECEIPTS_PER_PAGE = 50, 20
# What a mask of the log says, in the reader's language.
_MASKS = {"[mail]": gettext_lazy("［邮箱］"), "[phone]": gettext_lazy("［手机号］"), "[digits]": "••••••"}
_FOLLOWS: dict[str, Any] = {
    ReceiptKind.HARD_BOUNCE: gettext_lazy("采信后：这个地址进入拒收名单。"),
    ReceiptKind.COMPLAINT: gettext_lazy("采信后：进入拒收名单，并退订全部内容。"),
    ReceiptKind.UNSUBSCRIBE: gettext_lazy("采信后：退订全部订阅内容。"),
    ReceiptKind.SOFT_BOUNCE: gettext_lazy("采信后：记一次；一个月内满三次，停发两周。"),
    ReceiptKind.DELIVERED: gettext_lazy("采信后：只作记录。"),
    ReceiptKind.DELAYED: gettext_lazy("采信后：只作记录。"),
}


class DeskView(WagtailAdminTemplateMixin, TemplateView):
    """A page of the desk, for those who have ``permission``."""

    permission = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(self.permission):  # type: ignore[union-attr]
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]


class UnknownDeskView(DeskView):
    """Messages of unknown result, oldest first; one or several are settled with a reason."""

    permission = "messaging.settle_delivery"
    template_name = "messaging/admin/unknown.html"
    page_title = gettext_lazy("结果不明")
    header_icon = "help"
    form: SettleManyForm | None = None

    @cached_property
    def page(self) -> Page:  # type: ignore[type-arg]
        return QuickPaginator(unknown_deliveries(), _PER_PAGE).get_page(self.request.GET.get("p"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Settle the chosen rows; what is missing is said beside the form, and nothing is changed then."""
        asked = [int(value) for value in request.POST.getlist("rows") if value.isdigit()]
        self.form = SettleManyForm(request.POST, choices=asked)
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data())
        chosen = self.form.cleaned_data["rows"]
        settled = settle_unknowns(
            delivery_ids=chosen,
            arrived=self.form.cleaned_data["arrived"],
            reason=self.form.cleaned_data["reason"],
            user=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("已记下 %(count)s 条消息的结果。") % {"count": settled})
        if settled < len(chosen):
            left = len(chosen) - settled
            messages.warning(request, _("另有 %(count)s 条已经由别人或回执确认，没有改动。") % {"count": left})
        return redirect(reverse("messaging_unknown:index"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        form = self.form or SettleManyForm(choices=[])
        chosen = set(self.request.POST.getlist("rows"))
        rows = [
            {
                "pk": row.pk,
                "chosen": str(row.pk) in chosen,
                "who": row.masked_recipient,
                "template": template_label(row),
                "url": detail_url(row),
                "age": timesince(row.closed_at or row.created_at, now, depth=1),
                "at": moment(row.closed_at),
                "backend": backend_label(row.backend),
                "what": REASONS[row.error_class].what if row.error_class in REASONS else "",
                "outlook": receipt_outlook(row, now=now),
            }
            for row in self.page
        ]
        return {**super().get_context_data(**kwargs), "rows": rows, "page": self.page, "form": form}


class UnknownViewSet(PermittedViewSet):
    """结果不明."""

    name = "messaging_unknown"
    url_prefix = "messages/unknown"
    permission = UnknownDeskView.permission
    icon = "help"
    menu_label = gettext_lazy("结果不明")
    menu_name = "messages-unknown"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", UnknownDeskView.as_view(), name="index")]


class HeldReceiptsView(DeskView):
    """Receipts without a proof, oldest first; each is believed or not, with a reason."""

    permission = "messaging.settle_receipt"
    template_name = "messaging/admin/receipts.html"
    page_title = gettext_lazy("待判断的回执")
    header_icon = "comment"
    form: ReceiptForm | None = None
    judged = 0

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Judge one receipt; a refusal is said in its own words and changes nothing."""
        typed = request.POST.get("receipt", "")
        self.judged = int(typed) if typed.isdigit() else 0
        self.form = ReceiptForm(request.POST, auto_id=f"id_{self.judged}_%s")
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data())
        try:
            settle_receipt(
                receipt_id=self.judged,
                believed=self.form.cleaned_data["believed"],
                reason=self.form.cleaned_data["reason"],
                user=request.user,
                now=timezone.now(),
            )
        except Receipt.DoesNotExist:
            messages.error(request, _("没有这条回执，可能已经过期删除。"))
        except MessagingError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("已记下判断。"))
        return redirect(reverse("messaging_receipts:index"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(held_receipts(), _RECEIPTS_PER_PAGE).get_page(self.request.GET.get("p"))
        rows = [
            {
                "receipt": row,
                "who": row.contact_point.masked if row.contact_point else _("认不出是谁"),
                "at": moment(row.received_at),
                "diagnostic": _masked(row.diagnostic),
                "follows": _FOLLOWS[row.kind],
                "form": self.form if self.form and row.pk == self.judged else ReceiptForm(auto_id=f"id_{row.pk}_%s"),
            }
            for row in page
        ]
        return {**super().get_context_data(**kwargs), "rows": rows, "page": page}


def _masked(text: str) -> str:
    """Return what the other side wrote without addresses, numbers and codes."""
    masked = scrub(text)
    for mask, instead in _MASKS.items():
        masked = masked.replace(mask, str(instead))
    return masked


class HeldReceiptsViewSet(PermittedViewSet):
    """待判断的回执."""

    name = "messaging_receipts"
    url_prefix = "messages/receipts"
    permission = HeldReceiptsView.permission
    icon = "comment"
    menu_label = gettext_lazy("待判断的回执")
    menu_name = "messages-receipts"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", HeldReceiptsView.as_view(), name="index")]

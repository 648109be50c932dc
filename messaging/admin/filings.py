"""短信报备: what each carrier was asked to let through, and what it said."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from accounts.enums import Channel
from messaging.actions.filing import approve_filing, draft_registered_templates, reject_filing, submit_filing
from messaging.admin.listing import LookOnlyPermissionPolicy, QuickIndexView, backend_label, moment, template_label
from messaging.admin.unknown import DeskView
from messaging.backends import backend_names
from messaging.enums import FilingState
from messaging.errors import MessagingError
from messaging.forms import SmsFilingFilterSet
from messaging.models import SmsFiling
from messaging.sms import count_segments
from messaging.sms_lint import lint_sms, sentence
from messaging.templates import PLACEHOLDER

_MAY_CHANGE = "messaging.change_smsfiling"
# Stands where a value will.
_FILLED = "＊"
_DONE: dict[str, Any] = {
    "submit": gettext_lazy("已记为报备中。"),
    "approve": gettext_lazy("已记为报备通过，可以发送了。"),
    "reject": gettext_lazy("已记为报备未通过，这段文字不会再发。"),
}


def filing_url(filing: SmsFiling) -> str:
    """Return the address of a filing's own page."""
    return reverse("messaging_filing", args=[filing.pk])


class FilingIndexView(QuickIndexView):
    """All filings, the latest change first."""

    @property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm(_MAY_CHANGE):
            return []
        return [HeaderButton(_("补齐草稿"), url=reverse("messaging_filing_drafts"), icon_name="plus")]


class FilingViewSet(ModelViewSet):
    """短信报备."""

    model = SmsFiling
    name = "messaging_filings"
    url_prefix = "messages/filings"
    icon = "clipboard-list"
    menu_label = gettext_lazy("短信报备")
    menu_name = "messages-filings"
    add_to_reference_index = False
    copy_view_enabled = False
    permission_policy = LookOnlyPermissionPolicy(SmsFiling)
    index_view_class = FilingIndexView
    exclude_form_fields: list[str] = []
    filterset_class = SmsFilingFilterSet
    list_per_page = 50
    ordering = ["-changed_at"]
    list_display: list[Any] = [
        TitleColumn("template", label=gettext_lazy("内容"), accessor=template_label, get_url=filing_url),
        Column("text", label=gettext_lazy("报备的文字"), accessor="text"),
        Column("backend", label=gettext_lazy("发送通道"), accessor=lambda row: backend_label(row.backend)),
        Column("state", label=gettext_lazy("报备状态"), accessor=lambda row: row.get_state_display()),
        Column("note", label=gettext_lazy("说明"), accessor=lambda row: row.note or "—"),
        Column("changed_at", label=gettext_lazy("更新时间"), accessor=lambda row: moment(row.changed_at)),
    ]


class _FilingPage(DeskView):
    header_icon = "clipboard-list"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("messaging_filings:index"), "label": _("短信报备")},
            {"url": "", "label": str(self.page_title)},
        ]


class FilingView(_FilingPage):
    """One text: what should be mended before it is handed in, and what the carrier said."""

    permission = "messaging.view_smsfiling"
    template_name = "messaging/admin/filing.html"
    page_title = gettext_lazy("一条报备")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Record one step; a refusal is told in its own words and changes nothing."""
        if not request.user.has_perm(_MAY_CHANGE):  # type: ignore[union-attr]
            raise PermissionDenied
        name = request.POST.get("step", "")
        step = _steps(kwargs["pk"], request).get(name)
        if step is None:
            raise Http404
        try:
            step()
        except SmsFiling.DoesNotExist as error:
            raise Http404 from error
        except MessagingError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, str(_DONE[name]))
        return redirect("messaging_filing", kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filing = SmsFiling.objects.filter(pk=kwargs["pk"]).first()
        if filing is None:
            raise Http404
        may_change = self.request.user.has_perm(_MAY_CHANGE)  # type: ignore[union-attr]
        facts = [
            (_("内容"), template_label(filing)),
            (_("发送通道"), backend_label(filing.backend)),
            (_("报备状态"), filing.get_state_display()),
            (_("通道给的模板号"), filing.provider_code or "—"),
            (_("说明"), filing.note or "—"),
            (_("更新时间"), moment(filing.changed_at)),
            (_("至少计费"), _("%(count)s 条") % {"count": count_segments(filing.text)}),
        ]
        return {
            **super().get_context_data(**kwargs),
            "filing": filing,
            "facts": [(label, str(value)) for label, value in facts],
            "findings": [
                sentence(finding) for finding in lint_sms(PLACEHOLDER.sub(_FILLED, filing.text), campaign=False)
            ],
            "may_submit": may_change and filing.state in {FilingState.DRAFT, FilingState.REJECTED},
            "may_approve": may_change and filing.state == FilingState.SUBMITTED,
            "may_reject": may_change and filing.state in {FilingState.SUBMITTED, FilingState.APPROVED},
        }


def _steps(pk: int, request: HttpRequest) -> dict[str, Callable[[], object]]:
    common: dict[str, Any] = {"filing_id": pk, "user": request.user, "now": timezone.now()}
    return {
        "submit": lambda: submit_filing(**common),
        "approve": lambda: approve_filing(provider_code=request.POST.get("provider_code", "")[:60], **common),
        "reject": lambda: reject_filing(note=request.POST.get("note", ""), **common),
    }


class DraftFilingsView(_FilingPage):
    """Makes the drafts that are missing, so that nothing has to be copied by hand."""

    permission = _MAY_CHANGE
    template_name = "messaging/admin/filing_drafts.html"
    page_title = gettext_lazy("补齐草稿")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        made = draft_registered_templates(backends=backend_names(Channel.SMS), now=timezone.now(), user=request.user)
        messages.success(request, _("新增 %(count)s 条草稿。") % {"count": len(made)})
        return redirect("messaging_filings:index")


def filing_urls() -> list[URLPattern]:
    """Return the addresses of the pages beside the list."""
    return [
        path("messages/filings/drafts/", DraftFilingsView.as_view(), name="messaging_filing_drafts"),
        path("messages/filings/<int:pk>/", FilingView.as_view(), name="messaging_filing"),
    ]

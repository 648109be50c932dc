"""拒收名单: found by a typed address or number, added to and lifted with a reason, each change on record."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from accounts.actions.contacts import contact_index
from accounts.validators import normalise_contact
from messaging.actions.desk import lift_entry, suppress_typed
from messaging.admin.listing import LookOnlyPermissionPolicy, QuickIndexView, moment
from messaging.admin.unknown import DeskView
from messaging.desk_queries import earlier_decisions
from messaging.enums import SuppressionReason
from messaging.errors import MessagingError
from messaging.forms import ContactSearchForm, LiftForm, SuppressForm, SuppressionFilterSet
from messaging.models import Suppression

# The person alone can undo these, by asking again.
_OWN_WISH = (SuppressionReason.UNSUBSCRIBED, SuppressionReason.UPSTREAM, SuppressionReason.COMPLAINT)
_STEPS: dict[str, Any] = {
    "messaging.suppressed": gettext_lazy("列入名单"),
    "messaging.suppression_noted": gettext_lazy("工作人员写明依据"),
    "messaging.suppression_lifted": gettext_lazy("移出名单"),
}


def entry_url(entry: Suppression) -> str:
    """Return the address of an entry's own page."""
    return reverse("messaging_suppression_entry", args=[entry.pk])


def fingerprint(entry: Suppression) -> str:
    """Return what the list shows of a person: the beginning of the digest, which names nobody."""
    return entry.index[:8]


def category_label(entry: Suppression) -> str:
    """Return what is not sent any more."""
    return str(entry.get_category_display()) if entry.category else _("验证码以外的所有消息")


def expiry(entry: Suppression) -> str:
    """Return until when nothing is sent."""
    if entry.expires_at is None:
        return _("长期")
    if entry.expires_at <= timezone.now():
        return _("已到期，照常发送")
    return moment(entry.expires_at)


class SuppressionIndexView(QuickIndexView):
    """Who gets nothing: only fingerprints are shown, a person is found by what is typed."""

    is_searchable = True
    search_fields = ["index"]

    def get_search_form(self) -> ContactSearchForm:
        return ContactSearchForm(self.request.GET if self.search_kwarg in self.request.GET else None)

    def search_queryset(self, queryset: QuerySet[Suppression]) -> QuerySet[Suppression]:
        if not self.is_searching:
            return queryset
        try:
            channel, value = normalise_contact(self.search_query)
        except ValidationError:
            return queryset.none()
        return queryset.filter(channel=channel, index=contact_index(channel, value))

    @property
    def no_results_message(self) -> str:
        if self.is_searching:
            return _("名单里没有。请输入完整的邮箱或手机号。")
        return super().no_results_message

    @property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm("messaging.add_suppression"):
            return []
        return [HeaderButton(_("登记拒收"), url=reverse("messaging_suppression_add"), icon_name="plus")]


class SuppressionViewSet(ModelViewSet):
    """拒收名单."""

    model = Suppression
    name = "messaging_suppression"
    url_prefix = "messages/suppression"
    icon = "no-view"
    menu_label = gettext_lazy("拒收名单")
    menu_name = "messages-suppression"
    add_to_reference_index = False
    copy_view_enabled = False
    permission_policy = LookOnlyPermissionPolicy(Suppression)
    index_view_class = SuppressionIndexView
    exclude_form_fields: list[str] = []
    filterset_class = SuppressionFilterSet
    list_per_page = 50
    ordering = ["-id"]
    list_display: list[Any] = [
        TitleColumn("fingerprint", label=gettext_lazy("指纹"), accessor=fingerprint, get_url=entry_url),
        Column("channel", label=gettext_lazy("渠道"), accessor=lambda row: row.get_channel_display()),
        Column("category", label=gettext_lazy("不再收什么"), accessor=category_label),
        Column("reason", label=gettext_lazy("原因"), accessor=lambda row: row.get_reason_display()),
        Column("created_at", label=gettext_lazy("登记时间"), accessor=lambda row: moment(row.created_at)),
        Column("expires_at", label=gettext_lazy("到期"), accessor=expiry),
    ]


class _EntryPage(DeskView):
    header_icon = "no-view"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("messaging_suppression:index"), "label": _("拒收名单")},
            {"url": "", "label": str(self.page_title)},
        ]


class AddSuppressionView(_EntryPage):
    """Put somebody on the list who asked for it."""

    permission = "messaging.add_suppression"
    template_name = "messaging/admin/suppress.html"
    page_title = gettext_lazy("登记拒收")
    form: SuppressForm | None = None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form = SuppressForm(request.POST)
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data())
        channel, value = self.form.cleaned_data["contact"]
        entry, made = suppress_typed(
            channel=channel,
            value=value,
            category=self.form.cleaned_data["category"],
            note=self.form.cleaned_data["note"],
            user=request.user,
            now=timezone.now(),
        )
        if made:
            messages.success(request, _("已列入拒收名单。"))
        else:
            messages.info(request, _("早已在名单上，没有改动。"))
        return redirect(entry_url(entry))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "form": self.form or SuppressForm()}


class SuppressionView(_EntryPage):
    """One entry: since when and why, what was changed, and the way off the list."""

    permission = "messaging.view_suppression"
    template_name = "messaging/admin/suppression.html"
    page_title = gettext_lazy("一条拒收登记")
    form: LiftForm | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.entry = Suppression.objects.filter(pk=kwargs["pk"]).first()
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the entry off the list; a refusal changes nothing."""
        if not request.user.has_perm("messaging.delete_suppression"):  # type: ignore[union-attr]
            raise PermissionDenied
        self.form = LiftForm(request.POST)
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data())
        try:
            lifted = lift_entry(
                entry_id=kwargs["pk"], note=self.form.cleaned_data["note"], user=request.user, now=timezone.now()
            )
        except MessagingError as error:
            messages.error(request, str(error))
            return redirect("messaging_suppression_entry", kwargs["pk"])
        if lifted:
            messages.success(request, _("已移出拒收名单。"))
        else:
            messages.info(request, _("这一条已经不在名单上。"))
        return redirect("messaging_suppression:index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry = self.entry
        if entry is None:
            raise Http404
        reasons = dict(SuppressionReason.choices)
        facts = [
            (_("指纹"), fingerprint(entry)),
            (_("渠道"), entry.get_channel_display()),
            (_("不再收什么"), category_label(entry)),
            (_("原因"), reasons.get(entry.reason, entry.reason)),
            (_("登记时间"), moment(entry.created_at)),
            (_("到期"), expiry(entry)),
        ]
        history = [
            {"at": moment(row.at), "label": _STEPS.get(row.action, row.action), "by": _by(row.actor)}
            for row in earlier_decisions([entry])
        ]
        may_lift = self.request.user.has_perm("messaging.delete_suppression")  # type: ignore[union-attr]
        return {
            **super().get_context_data(**kwargs),
            "facts": [(label, str(value)) for label, value in facts],
            "history": history,
            "own_wish": entry.reason in _OWN_WISH,
            "form": (self.form or LiftForm()) if may_lift else None,
        }


def _by(actor: str) -> str:
    return _("系统") if actor == "system" else _("工作人员 %(code)s") % {"code": actor[:8]}


def entry_urls() -> list[URLPattern]:
    """Return the addresses of the pages beside the list."""
    return [
        path("messages/suppression/add/", AddSuppressionView.as_view(), name="messaging_suppression_add"),
        path("messages/suppression/<int:pk>/", SuppressionView.as_view(), name="messaging_suppression_entry"),
    ]

"""Letters and subscribers in the Wagtail admin."""

from typing import Any

import django_filters
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log
from wagtail.permissions import ModelPermissionPolicy

from accounts.enums import Channel
from core.errors import DomainError
from messaging.sms_lint import sentence
from newsletters.actions.campaigns import save_campaign
from newsletters.admin.forms import CampaignForm
from newsletters.enums import SubscriptionStatus, Topic
from newsletters.letters import sms_findings
from newsletters.models import Campaign, Subscription


def desk_url(campaign: Campaign) -> str:
    """Return the address of the page that shows where a campaign stands."""
    return reverse("newsletters_campaign_desk", args=[campaign.pk])


class KeptPermissionPolicy(ModelPermissionPolicy):
    """Records of what was sent and agreed to are not deleted by hand, by superusers neither."""

    def user_has_permission(self, user: AbstractBaseUser, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)


class ReadOnlyPermissionPolicy(KeptPermissionPolicy):
    """What people chose is changed by them alone."""

    def user_has_permission(self, user: AbstractBaseUser, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, action)


class _SavesThroughAction:
    """A form that ends in ``save_campaign``, and shows what that refuses."""

    def save_instance(self) -> Campaign:
        campaign = self.form.save(commit=False)  # type: ignore[attr-defined]
        is_new = campaign.pk is None
        stored = save_campaign(campaign=campaign, user=self.request.user, now=timezone.now())  # type: ignore[attr-defined]
        self.has_content_changes = self.form.has_changed()  # type: ignore[attr-defined]
        log(instance=stored, action="wagtail.create" if is_new else "wagtail.edit", content_changed=True)
        for finding in sms_findings(stored.sms_text):
            messages.warning(self.request, _("短信可以存，请再看一眼：%(what)s") % {"what": sentence(finding)})  # type: ignore[attr-defined]
        return stored

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except DomainError as error:
            form.add_error(None, str(error))
            self.produced_error_message = str(_("没有保存，请看下面的说明。"))
            return self.form_invalid(form)  # type: ignore[attr-defined]

    def get_success_url(self) -> str:
        return desk_url(self.object)  # type: ignore[attr-defined]


class CampaignCreateView(_SavesThroughAction, generic.CreateView):
    """A new letter."""

    success_message = _("“%(object)s”已存为草稿。")

    def get_page_title(self) -> str:
        return str(_("写一期信"))

    def get_page_subtitle(self) -> str:
        return ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items()[:-1], {"url": "", "label": _("写一期信")}]


class CampaignEditView(_SavesThroughAction, generic.EditView):
    """An existing letter, as long as it has not begun to go out."""

    success_message = _("“%(object)s”已保存。")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        campaign = get_object_or_404(Campaign, pk=kwargs["pk"])
        if not campaign.is_editable:
            return redirect(desk_url(campaign))
        return super().dispatch(request, *args, **kwargs)


class CampaignIndexView(generic.IndexView):
    """All letters, newest first; a title leads to where it stands."""

    add_item_label = _("写一期信")

    def get_edit_url(self, instance: Campaign) -> str:
        return desk_url(instance)

    def get_list_buttons(self, instance: Campaign) -> list[Any]:
        return []


class CampaignViewSet(ModelViewSet):
    """群发的信."""

    model = Campaign
    edit_handler = ObjectList(Campaign.panels, base_form_class=CampaignForm)
    name = "newsletters_campaigns"
    url_prefix = "newsletters/campaigns"
    icon = "mail"
    menu_label = _("群发的信")
    menu_order = 400
    menu_name = "newsletters-campaigns"
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = False
    permission_policy = KeptPermissionPolicy(Campaign)
    index_view_class = CampaignIndexView
    add_view_class = CampaignCreateView
    edit_view_class = CampaignEditView
    list_display = [
        TitleColumn("title", label=_("名称"), get_url=desk_url, sort_key="title"),
        Column("get_topic_display", label=_("发给订了什么的人")),
        Column("get_status_display", label=_("状态"), sort_key="status"),
        Column("recipients_count", label=_("收件人数")),
        Column("started_at", label=_("开始发送"), accessor=lambda row: _moment(row.started_at), sort_key="started_at"),
    ]
    list_filter = ["status", "topic"]
    search_fields = ["title", "subject", "headline"]
    ordering = ["-created_at"]


def _moment(value: Any) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else "—"


class SubscriptionFilterSet(WagtailFilterSet):
    """By status, channel and topic; there is no way to take addresses out."""

    status = django_filters.ChoiceFilter(label=_("状态"), choices=SubscriptionStatus.choices)
    channel = django_filters.ChoiceFilter(
        label=_("渠道"), choices=Channel.choices, field_name="subscriber__contact_point__channel"
    )
    topic = django_filters.ChoiceFilter(label=_("内容"), choices=Topic.choices, field_name="topics__topic")

    class Meta:
        model = Subscription
        fields = ["status", "channel", "topic"]


class SubscriptionIndexView(generic.IndexView):
    """Who subscribed, with addresses masked; there is no spreadsheet of them, by no address."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "export" in request.GET:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[Subscription]:
        return Subscription.objects.select_related("subscriber__contact_point").prefetch_related("topics")

    def get_list_buttons(self, instance: Subscription) -> list[Any]:
        return []


class SubscriptionViewSet(ModelViewSet):
    """订阅者."""

    model = Subscription
    name = "newsletters_subscriptions"
    url_prefix = "newsletters/subscribers"
    icon = "group"
    menu_label = _("订阅者")
    menu_order = 410
    menu_name = "newsletters-subscribers"
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    permission_policy = ReadOnlyPermissionPolicy(Subscription)
    index_view_class = SubscriptionIndexView
    exclude_form_fields: list[str] = []
    filterset_class = SubscriptionFilterSet
    ordering = ["-requested_at"]
    list_display = [
        Column("contact", label=_("联系方式"), accessor=lambda row: row.contact_point.masked),
        Column("channel", label=_("渠道"), accessor=lambda row: row.contact_point.get_channel_display()),
        Column("get_status_display", label=_("状态"), sort_key="status"),
        Column("topics", label=_("内容"), accessor=lambda row: "、".join(str(label) for label in row.topic_labels)),
        Column("get_frequency_display", label=_("多久一次")),
        Column(
            "confirmed_at", label=_("确认时间"), accessor=lambda row: _moment(row.confirmed_at), sort_key="confirmed_at"
        ),
        Column("unsubscribed_at", label=_("退订时间"), accessor=lambda row: _moment(row.unsubscribed_at)),
    ]

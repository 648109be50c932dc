"""Where one campaign stands: preview, who gets it, review, sending, progress."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.enums import Channel
from accounts.models import User
from compliance.reviews import review_url
from core.errors import DomainError
from messaging.rendering import Rendered, render
from messaging.templates import get_template
from newsletters.actions import campaigns, sending
from newsletters.admin.viewsets import desk_url
from newsletters.enums import EDITABLE, CampaignStatus
from newsletters.errors import SecondPersonError
from newsletters.models import Campaign
from newsletters.queries import audience_count, progress

_DONE = {
    "submit": gettext_lazy("已提交，请同事审核。"),
    "approve": gettext_lazy("审核通过，可以发送了。"),
    "return": gettext_lazy("已退回给起草的同事。"),
    "test": gettext_lazy("测试已发往您自己的邮箱或手机号。"),
    "start": gettext_lazy("开始发送，这一页会自己更新。"),
    "pause": gettext_lazy("已暂停，还没发出的先留着。"),
    "resume": gettext_lazy("接着发送。"),
    "cancel": gettext_lazy("已取消，没发出的不再发。"),
}


class CampaignDeskView(WagtailAdminTemplateMixin, View):
    """One campaign, and the steps that this user may take now."""

    template_name = "newsletters/admin/campaign.html"
    header_icon = "mail"
    campaign: Campaign

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("newsletters.view_campaign"):  # type: ignore[union-attr]
            raise PermissionDenied
        self.campaign = get_object_or_404(
            Campaign.objects.select_related("created_by", "submitted_by", "approved_by", "started_by"), pk=kwargs["pk"]
        )
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_page_title(self) -> str:
        return self.campaign.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("newsletters_campaigns:index"), "label": _("群发的信")},
            {"url": "", "label": self.campaign.title},
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Carry out one step; a refusal is told in its own words and changes nothing."""
        name = request.POST.get("step", "")
        step = _steps(self.campaign, request).get(name)
        if step is None:
            messages.error(request, _("没有这一步。"))
            return redirect(desk_url(self.campaign))
        try:
            step()
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, str(_DONE[name]))
        return redirect(desk_url(self.campaign))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign, user, now = self.campaign, self.request.user, timezone.now()
        is_open = campaign.status in EDITABLE
        return {
            **super().get_context_data(**kwargs),
            "campaign": campaign,
            "count": audience_count(campaign, now=now) if is_open else None,
            "progress": None if campaign.started_at is None else progress(campaign),
            "edits": campaign.edits.select_related("user")[:8],
            "second_person": _second_person_refusal(campaign, user),  # type: ignore[arg-type]
            "live": campaign.status == CampaignStatus.SENDING,
            "may": {
                "edit": is_open and user.has_perm("newsletters.change_campaign"),  # type: ignore[union-attr]
                "approve": user.has_perm("newsletters.approve_campaign"),  # type: ignore[union-attr]
                "send": user.has_perm(sending.SEND_PERMISSION),  # type: ignore[union-attr]
            },
            "edit_url": reverse("newsletters_campaigns:edit", args=[campaign.pk]),
            "review_url": review_url(campaign),
            "mail_url": reverse("newsletters_campaign_mail", args=[campaign.pk]),
        }


def _second_person_refusal(campaign: Campaign, user: User) -> str:
    try:
        campaigns.check_second_person(campaign, user)
    except SecondPersonError as error:
        return str(error)
    return ""


def _steps(campaign: Campaign, request: HttpRequest) -> dict[str, Callable[[], object]]:
    common: dict[str, Any] = {"campaign_id": campaign.pk, "user": request.user, "now": timezone.now()}
    return {
        "submit": lambda: campaigns.submit_for_review(**common),
        "approve": lambda: campaigns.approve_campaign(digest=request.POST.get("digest", ""), **common),
        "return": lambda: campaigns.return_campaign(note=request.POST.get("note", ""), **common),
        "test": lambda: sending.send_test(**common),
        "start": lambda: sending.start_sending(**common),
        "pause": lambda: sending.pause_sending(**common),
        "resume": lambda: sending.resume_sending(**common),
        "cancel": lambda: sending.cancel_campaign(**common),
    }


@xframe_options_sameorigin
def mail_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the mail as it would be sent, for the frame on the campaign's page; its links do nothing there."""
    if not request.user.has_perm("newsletters.view_campaign"):  # type: ignore[union-attr]
        raise PermissionDenied
    campaign = get_object_or_404(Campaign, pk=pk)
    response = HttpResponse(rendered_for_preview(campaign).html)
    response["X-Robots-Tag"] = "noindex"
    return response


def rendered_for_preview(campaign: Campaign) -> Rendered:
    """Return the mail as a subscriber gets it, without a name."""
    template = get_template("newsletters.campaign_test")
    return render(template, {"campaign": campaign.pk, "preview": True}, channel=Channel.EMAIL)

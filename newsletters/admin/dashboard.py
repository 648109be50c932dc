"""What the staff's first page says of letters."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.dashboard import Waiting, WaitingPanel
from newsletters.admin.viewsets import desk_url
from newsletters.enums import CampaignStatus
from newsletters.models import Campaign

_SHOWN = 5
_UNDER_WAY = (
    CampaignStatus.DRAFT,
    CampaignStatus.IN_REVIEW,
    CampaignStatus.APPROVED,
    CampaignStatus.SENDING,
    CampaignStatus.PAUSED,
)


def campaign_panels(user: Any) -> list[WaitingPanel]:
    """Return the letters to approve for a reviewer, those under way for everybody else who sees letters."""
    if not user.has_perm("newsletters.view_campaign"):
        return []
    if user.has_perm("newsletters.approve_campaign") and not user.has_perm("newsletters.change_campaign"):
        waiting = Campaign.objects.filter(status=CampaignStatus.IN_REVIEW).select_related("submitted_by")
        rows = [Waiting(row.title, desk_url(row), _submitter(row)) for row in waiting.order_by("submitted_at")[:_SHOWN]]
        return [
            WaitingPanel(
                name="letters-to-review",
                order=230,
                heading=_("等您审核的信"),
                rows=rows,
                empty=_("没有等您审核的信。"),
            )
        ]
    under_way = Campaign.objects.filter(status__in=_UNDER_WAY).order_by("-created_at")[:_SHOWN]
    rows = [Waiting(row.title, desk_url(row), str(row.get_status_display())) for row in under_way]
    may_write = user.has_perm("newsletters.add_campaign")
    more = (_("写一期信"), reverse("newsletters_campaigns:add")) if may_write else None
    return [
        WaitingPanel(
            name="letters-under-way",
            order=310,
            heading=_("手上的信"),
            rows=rows,
            empty=_("没有在写或在发的信。"),
            more=more,
        )
    ]


def _submitter(campaign: Campaign) -> str:
    return gettext("%(name)s 提交") % {"name": campaign.submitted_by} if campaign.submitted_by else ""

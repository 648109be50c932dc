"""Where the words of a letter stand, for the phrase check and whoever reviews them."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.text_of import TITLE, pieces_of
from core.registries import TextPiece, TextSource
from newsletters.models import Campaign

# What every letter ends with (templates/newsletters/mail/campaign.html), so that nobody is asked to write it again.
_FOOT = "投资有风险，过往业绩不预示未来表现。本邮件只用于投资者教育，不构成投资建议，不推荐任何产品。"


def campaign_pieces(campaign: Campaign) -> Iterator[TextPiece]:
    """Return the words of a letter and of its short message; the internal name goes nowhere."""
    kinds = {"subject": TITLE, "headline": TITLE, "body.item.title": TITLE}
    yield from pieces_of(campaign, ("subject", "preheader", "headline", "body"), kinds=kinds)
    yield TextPiece(place="foot#", text=_FOOT, label=_("信尾（自动加上）"))
    yield from pieces_of(campaign, ("sms_text",))


def wrote_campaign(campaign: Any, user: Any) -> bool:
    """Tell whether ``user`` wrote or submitted any of the letter."""
    people = {campaign.created_by_id, campaign.submitted_by_id}
    return user.pk in people or campaign.edits.filter(user=user).exists()


TEXT_SOURCES: Mapping[str, TextSource] = {
    "newsletters.campaign": TextSource(
        Campaign,
        "campaign",
        campaign_pieces,
        release_permission="newsletters.approve_campaign",
        wrote=wrote_campaign,
        answer_url=lambda campaign: reverse("newsletters_campaign_desk", args=[campaign.pk]),
    )
}

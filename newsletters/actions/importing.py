"""Loading the demonstration: one letter ready for review, and a few subscribers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from wagtail.models import Page

from accounts.actions.contacts import get_or_create_contact, mark_verified
from accounts.enums import Channel
from accounts.models import ContactPoint, User
from messaging.sms import OPT_OUT_WORDS
from newsletters.actions.campaigns import save_campaign
from newsletters.actions.subscriptions import subscribe_verified
from newsletters.blocks import LetterBlock
from newsletters.enums import CampaignStatus, Frequency, Topic
from newsletters.forms import CONSENT_WORDING
from newsletters.models import Campaign

# Numbers in everyday use as examples; the demonstration writes short messages into a folder.
DEMO_PHONES = ("13800138001", "13800138002")


def import_demo_campaign(
    *,
    data: Mapping[str, Any],
    author: User,
    now: datetime,
    hotline: str | None = None,
    lessons: Mapping[str, Page] | None = None,
) -> Campaign:
    """Return the letter of ``data`` (the parsed ``newsletter.toml``) as a draft by ``author``; one that exists stays.

    ``lessons`` maps lesson codes to pages, for items that name one; other links are looked up by their address, and one
    that leads to no published page keeps the address.
    """
    letter = data["campaign"]
    existing = Campaign.objects.filter(slug=letter["slug"]).first()
    if existing is not None:
        return existing
    parts: list[dict[str, Any]] = [{"type": "paragraph", "value": text} for text in letter["intro"]]
    parts.append({"type": "keep", "value": letter["keep"]})
    parts.append({"type": "note", "value": letter["note"]})
    parts += [{"type": "item", "value": _item(item, lessons or {})} for item in letter["items"]]
    campaign = Campaign(
        title=letter["name"],
        slug=letter["slug"],
        topic=Topic.MONTHLY,
        to_email=True,
        to_sms=True,
        subject=letter["subject"],
        preheader=letter["preheader"],
        headline=letter["title"],
        body=LetterBlock().to_python(parts),
        sms_text=_bare_sms(letter["sms"]).replace("{hotline}", settings.HOTLINE if hotline is None else hotline),
        status=CampaignStatus.DRAFT,
    )
    return save_campaign(campaign=campaign, user=author, now=now)


def import_demo_subscriptions(*, investors: Sequence[User], now: datetime, phones: Sequence[str] = DEMO_PHONES) -> int:
    """Subscribe each investor's verified contact points to the monthly letter; return how many are subscribed.

    The first investors get ``phones``, one each, so that the demonstration's letter goes out as a short message too.
    """
    done = 0
    with transaction.atomic():
        for user, phone in zip(investors, phones, strict=False):
            contact = get_or_create_contact(channel=Channel.SMS, value=phone, now=now)
            if contact.user_id is None:
                mark_verified(contact=contact, now=now, user=user)
        for number, user in enumerate(investors):
            for contact in ContactPoint.objects.filter(user=user, verified_at__isnull=False).order_by("channel", "pk"):
                topics = [Topic.MONTHLY] if number % 3 else [Topic.MONTHLY, Topic.RISK]
                subscribe_verified(
                    user=user,
                    contact=contact,
                    topics=topics,
                    frequency=Frequency.EVERY,
                    wording=str(CONSENT_WORDING),
                    now=now,
                    welcome=False,
                )
                done += 1
    return done


def _item(item: Mapping[str, Any], lessons: Mapping[str, Page]) -> dict[str, Any]:
    page = lessons.get(item.get("lesson", "")) or _page_at(item["link"])
    return {
        "page": page.pk if page is not None and page.live else None,
        "kind": item["kind"],
        "title": item["title"],
        "text": item["text"],
        "path": "" if page is not None and page.live else item["link"],
        "link_text": item.get("link_text", ""),
    }


def _page_at(address: str) -> Page | None:
    """Return the page whose address on this site is ``address``."""
    slug = address.strip("/").rpartition("/")[2]
    return next((page for page in Page.objects.filter(slug=slug, live=True).specific() if page.url == address), None)


def _bare_sms(text: str) -> str:
    """Drop signature and way out, which the sender adds itself."""
    body = text.partition("】")[2] if text.startswith("【") else text
    for goodbye in ("退订回T", "退订回TD", OPT_OUT_WORDS):
        body = body.strip().removesuffix(goodbye)
    return body.strip()

"""What a campaign says, as data for the mail, the archive page and the short message."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.dates import in_english, year_month_text
from core.registries import TextFinding
from core.sanitize import safe_html
from core.templatetags.typography import plain_title
from messaging.sms import with_opt_out
from messaging.sms_lint import lint_sms
from newsletters.models import Campaign

_LINE_END = re.compile(r"</(?:p|li)>|<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True)
class LetterPart:
    """One part of a letter in reading order; ``kind`` is paragraph, keep, note or item."""

    kind: str
    text: str = ""
    label: str = ""
    title: str = ""
    url: str = ""
    link_text: str = ""

    @property
    def html(self) -> SafeString:
        """The text of a paragraph with what a letter may hold of HTML, and nothing else."""
        return safe_html(self.text)


def letter_parts(campaign: Campaign) -> list[LetterPart]:
    """Return the parts with the addresses their links lead to now; an unpublished page gives no link."""
    return [_part(block) for block in campaign.body]


def _part(block: Any) -> LetterPart:
    if block.block_type != "item":
        return LetterPart(kind=block.block_type, text=str(block.value))
    value = block.value
    page = value.get("page")
    address = (page.url or "") if page and page.live else (value.get("path") or "")
    return LetterPart(
        kind="item",
        text=value.get("text") or "",
        label=value.get("kind") or "",
        title=value.get("title") or "",
        url=settings.BASE_URL + address if address else "",
        link_text=value.get("link_text") or str(_("打开看看")),
    )


def missing_pages(campaign: Campaign) -> list[str]:
    """Return the titles of items whose page is not published: a letter must not lead nowhere."""
    items = [block.value for block in campaign.body if block.block_type == "item"]
    return [value.get("title") or str(value["page"]) for value in items if value.get("page") and not value["page"].live]


def letter_text(campaign: Campaign, parts: list[LetterPart]) -> str:
    """Return the body as plain text, for mail programs that show no HTML."""
    lines = [str(plain_title(campaign.headline)), ""]
    for part in parts:
        if part.kind == "item":
            lines += ["----", part.label, part.title, part.text]
            if part.url:
                lines.append(f"{part.link_text}：{part.url}")
        else:
            lines.append(_words(part.text) if part.kind == "paragraph" else part.text)
        lines.append("")
    return "\n".join(line for line in lines).strip()


def _words(html: str) -> str:
    """Return what a paragraph says: no tag and no character reference is left of its HTML."""
    broken = _LINE_END.sub("\n", html)
    return unescape(strip_tags(broken)).replace("\xa0", " ").strip()


def sms_body(campaign: Campaign) -> str:
    """Return the short message as it goes out, without the signature that the sender puts in front."""
    return with_opt_out(campaign.sms_text)


def sms_findings(sms_text: str) -> list[TextFinding]:
    """Return what an editor should change in ``sms_text``; the way out is added by itself."""
    return lint_sms(with_opt_out(sms_text), campaign=True) if sms_text.strip() else []


def letter_fields(campaign: Campaign) -> Mapping[str, Any]:
    """Return what a letter's templates show, the same for everybody."""
    parts = letter_parts(campaign)
    return {
        "mail_subject": campaign.subject,
        "preheader": campaign.preheader,
        "headline": campaign.headline,
        "period": period_of(campaign),
        "parts": parts,
        "letter_text": letter_text(campaign, parts),
        "sms_body": sms_body(campaign),
    }


def period_of(campaign: Campaign) -> str:
    """Return the month of a letter in words; a letter not yet sent counts as this month's."""
    moment = timezone.localtime(campaign.started_at or timezone.now())
    if in_english():
        return year_month_text(moment)
    return _("%(year)d 年 %(month)d 月") % {"year": moment.year, "month": moment.month}

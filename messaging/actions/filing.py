"""Short messages that a carrier has let through: each text is filed once with the carrier behind each backend."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.actions.audit import record_audit
from messaging.enums import FilingState
from messaging.errors import FilingError
from messaging.models import SmsFiling
from messaging.templates import PLACEHOLDER, MessageTemplate, registered_templates


def text_digest(text: str) -> str:
    """Return what names a text: SHA-256 of exactly this text, placeholders in it."""
    return hashlib.sha256(text.encode()).hexdigest()


def filing_for(*, backend: str, template: str, text: str) -> SmsFiling | None:
    """Return the filing under which the carrier lets exactly ``text`` through, or None when there is none.

    ``text`` is the template's short message with its placeholders; for campaigns the letter's short message.
    """
    return SmsFiling.objects.filter(
        backend=backend, template=template, digest=text_digest(text), state=FilingState.APPROVED
    ).first()


def filed_text(template: MessageTemplate) -> str:
    """Return the template's short message with its placeholders, as it is filed; empty when it has none of its own.

    A letter's template has only the letter's own words, which are filed for each letter.
    """
    with translation.override(settings.LANGUAGE_CODE):
        text = str(template.sms)
    return "" if set(PLACEHOLDER.findall(text)) & set(template.expands) else text


def draft_filing(*, backend: str, template: str, text: str, now: datetime, user: Any = None) -> tuple[SmsFiling, bool]:
    """Return the filing of ``text``, made as a draft when there is none, and whether it was made now."""
    with transaction.atomic():
        filing, made = SmsFiling.objects.get_or_create(
            backend=backend,
            template=template,
            digest=text_digest(text),
            defaults={"text": text, "changed_at": now},
        )
        if made:
            _audit(filing, "drafted", user, now)
    return filing, made


def draft_registered_templates(*, backends: Sequence[str], now: datetime, user: Any = None) -> list[SmsFiling]:
    """Make a draft for each registered short message and each of ``backends`` that has no filing of that text yet."""
    made = []
    with transaction.atomic():
        for template in registered_templates():
            text = filed_text(template)
            for backend in backends if text else ():
                filing, new = draft_filing(backend=backend, template=template.key, text=text, now=now, user=user)
                made += [filing] if new else []
    return made


def submit_filing(*, filing_id: int, user: Any, now: datetime) -> SmsFiling:
    """Record that a text was handed in to the carrier; raise ``FilingError`` unless it is a draft or was rejected."""
    return _change(
        filing_id,
        FilingState.SUBMITTED,
        allowed=(FilingState.DRAFT, FilingState.REJECTED),
        refusal=_("只有未报备或报备未通过的短信可以提交报备。"),
        user=user,
        now=now,
    )


def approve_filing(*, filing_id: int, provider_code: str, user: Any, now: datetime) -> SmsFiling:
    """Record that the carrier lets a text through, under its own name of it; raise ``FilingError`` unless handed in."""
    return _change(
        filing_id,
        FilingState.APPROVED,
        allowed=(FilingState.SUBMITTED,),
        refusal=_("只有报备中的短信可以记为报备通过。"),
        user=user,
        now=now,
        provider_code=provider_code.strip(),
    )


def reject_filing(*, filing_id: int, note: str, user: Any, now: datetime) -> SmsFiling:
    """Record that the carrier refused a text, or no longer lets it through; nothing of it leaves from then on.

    Raises ``FilingError`` without a reason, or when it was not handed in.
    """
    if not note.strip():
        raise FilingError(_("请写明未通过的原因，好让同事知道怎么改。"))
    return _change(
        filing_id,
        FilingState.REJECTED,
        allowed=(FilingState.SUBMITTED, FilingState.APPROVED),
        refusal=_("只有报备中或报备通过的短信可以记为未通过。"),
        user=user,
        now=now,
        note=note.strip()[:200],
    )


def _change(
    filing_id: int,
    state: FilingState,
    *,
    allowed: tuple[FilingState, ...],
    refusal: str,
    user: Any,
    now: datetime,
    provider_code: str | None = None,
    note: str = "",
) -> SmsFiling:
    with transaction.atomic():
        filing = SmsFiling.objects.select_for_update().get(pk=filing_id)
        if filing.state not in allowed:
            raise FilingError(refusal)
        filing.state, filing.note, filing.changed_at = state, note, now
        if provider_code is not None:
            filing.provider_code = provider_code
        filing.save(update_fields=["state", "note", "changed_at", "provider_code"])
        _audit(filing, state.value, user, now)
    return filing


def _audit(filing: SmsFiling, step: str, user: Any, now: datetime) -> None:
    record_audit(
        action=f"messaging.filing.{step}",
        target=filing,
        user=user,
        now=now,
        detail={
            "backend": filing.backend,
            "template": filing.template,
            "digest": filing.digest,
            "provider_code": filing.provider_code,
            "note": filing.note,
        },
    )

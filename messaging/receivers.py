"""Signals that become messages."""

import hashlib
import logging
import math
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.contacts import get_or_create_contact
from accounts.enums import Channel
from accounts.models import ContactPoint
from accounts.signals import code_budget_used, code_due
from messaging.actions import enqueue

logger = logging.getLogger(__name__)

CODE_TEMPLATE = "messaging.code"
BUDGET_TEMPLATE = "messaging.code_budget"
_SECONDS = 60


@receiver(code_due, dispatch_uid="messaging.code_due")
def send_code(
    sender: Any, contact_point: ContactPoint, code: str, purpose: str, expires_at: datetime, **kwargs: Any
) -> None:
    """Queue a code, ahead of everything else and not after it expires.

    Each code is an event of its own; the key never holds the code.
    """
    now = kwargs.get("now") or timezone.now()
    event_key = kwargs.get("event_key")
    if not event_key:
        moment = hashlib.sha256(f"{purpose}:{expires_at.isoformat()}".encode()).hexdigest()[:24]
        event_key = f"code:{contact_point.pk}:{moment}"
    enqueue(
        event_key=event_key,
        contact_point=contact_point,
        template=CODE_TEMPLATE,
        context={"code": code, "minutes": max(1, math.ceil((expires_at - now).total_seconds() / _SECONDS))},
        now=now,
        expires_at=expires_at,
    )


@receiver(code_budget_used, dispatch_uid="messaging.code_budget_used")
def warn_of_code_budget(
    sender: Any, *, used: int, limit: int, window: timedelta, closes_at: datetime, now: datetime, **kwargs: Any
) -> None:
    """Write to ``OPERATIONS_EMAIL``, once for each window and share of it; a wrong address costs nobody their code."""
    if not settings.OPERATIONS_EMAIL:
        return
    try:
        contact = get_or_create_contact(channel=Channel.EMAIL, value=settings.OPERATIONS_EMAIL, now=now)
    except ValidationError:
        logger.error("OPERATIONS_EMAIL is no address")
        return
    hours = int(window.total_seconds()) // 3600
    enqueue(
        event_key=f"code-budget:{hours}:{closes_at:%Y%m%dT%H%M%S}:{'all' if used >= limit else 'most'}",
        contact_point=contact,
        template=BUDGET_TEMPLATE,
        context={
            "used": used,
            "limit": limit,
            "hours": hours,
            "closes": timezone.localtime(closes_at).strftime("%m-%d %H:%M"),
            "state": str(_("已经用完，新的短信验证码停发") if used >= limit else _("用掉了八成")),
        },
        now=now,
    )

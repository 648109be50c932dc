"""Signals that become messages."""

import hashlib
import math
from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts.models import ContactPoint
from accounts.signals import code_due
from messaging.actions import enqueue

CODE_TEMPLATE = "messaging.code"
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

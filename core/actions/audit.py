"""Writing to the audit trail and sealing it."""

import hashlib
import hmac
import json
import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from core.models import AuditDetail, AuditEntry, AuditSeal


def pseudonym(user: Any) -> str:
    """Return a stable name for ``user`` that says nothing without the key; ``system`` for nobody."""
    if user is None or user.pk is None:
        return "system"
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), f"audit:{user.pk}".encode(), hashlib.sha256).hexdigest()[:32]


def record_audit(
    *, action: str, target: Any, user: Any, now: datetime, detail: dict[str, Any] | None = None
) -> AuditEntry:
    """Append an entry in the caller's transaction, so that what happened and its record commit together.

    ``target`` is a model instance. ``detail`` may hold personal data: it goes to an erasable table, and only its
    salted digest stays in the ledger.
    """
    salt = secrets.token_hex(16)
    body = json.dumps(detail or {}, ensure_ascii=False, sort_keys=True, default=str)
    with transaction.atomic():
        entry = AuditEntry.objects.create(
            at=now,
            actor=pseudonym(user),
            action=action,
            target=f"{target._meta.label_lower}:{target.pk}",
            digest=hashlib.sha256((salt + body).encode()).hexdigest(),
        )
        AuditDetail.objects.create(entry_id=entry.pk, salt=salt, detail=json.loads(body))
    return entry


def seal_audit_trail(*, now: datetime) -> AuditSeal | None:
    """Extend the hash chain over the entries since the last seal; return the new seal, or None when there are none."""
    with transaction.atomic():
        last = AuditSeal.objects.select_for_update().order_by("-id").first()
        head, last_id = (last.head, last.last_entry_id) if last else ("", 0)
        for entry in AuditEntry.objects.filter(pk__gt=last_id).order_by("pk").iterator():
            head, last_id = chain(head, entry), entry.pk
        if last_id == (last.last_entry_id if last else 0):
            return None
        return AuditSeal.objects.create(sealed_at=now, last_entry_id=last_id, head=head)


def chain(head: str, entry: AuditEntry) -> str:
    """Return the head of the chain after ``entry``: SHA-256 over the previous head and every column."""
    columns = [head, str(entry.pk), entry.at.isoformat(), entry.actor, entry.action, entry.target, entry.digest]
    return hashlib.sha256("\x1f".join(columns).encode()).hexdigest()

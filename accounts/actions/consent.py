"""Writing to the consent ledger."""

import hashlib
import hmac
import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import ConsentDetail, ConsentEntry, ContactPoint, User


def consent_subject(contact_or_user: ContactPoint | User) -> str:
    """Return the pseudonym under which the ledger keeps a person's or a contact point's consents."""
    kind = "contact" if isinstance(contact_or_user, ContactPoint) else "user"
    message = f"consent:{kind}:{contact_or_user.pk}".encode()
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()[:32]


def record_consent(
    *, contact_or_user: ContactPoint | User, kind: str, granted: bool, wording: str, source: str, now: datetime
) -> ConsentEntry:
    """Append one entry in the caller's transaction.

    ``wording`` is the sentence that the person saw; ``source`` names the form or the channel (``signup``, ``me``,
    ``口头``). Withdrawing is another entry with ``granted=False``.
    """
    detail = ConsentDetail(salt=secrets.token_hex(16), detail={"wording": wording})
    with transaction.atomic():
        entry = ConsentEntry.objects.create(
            at=now,
            subject=consent_subject(contact_or_user),
            kind=kind,
            granted=granted,
            source=source,
            digest=detail.digest(),
        )
        detail.entry_id = entry.pk
        detail.save()
    return entry


def erase_consent_details(*, contact_or_user: ContactPoint | User) -> int:
    """Delete the details behind a person's entries; the entries stay and say nothing about anybody."""
    entries = ConsentEntry.objects.filter(subject=consent_subject(contact_or_user)).values("pk")
    return ConsentDetail.objects.filter(entry_id__in=entries).delete()[0]

"""Signed links for people without an account: bound to one purpose, expiring, revocable.

A view shows what the link is for on GET and acts only on POST, because mail programs open links by themselves.
"""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.models import RevokedLink


class LinkError(DomainError):
    """The link cannot be used."""


class LinkInvalidError(LinkError):
    """Altered, incomplete, or made for something else."""


class LinkExpiredError(LinkError):
    """It was right, but too long ago."""


class LinkRevokedError(LinkError):
    """It was used up or withdrawn."""


def _salt(purpose: str) -> str:
    return f"core.links:{purpose}"


def make_token(*, purpose: str, subject: str, now: datetime, lifetime: timedelta) -> str:
    """Return a token that ``read_token`` accepts for the same purpose until ``now + lifetime``.

    ``subject`` is readable by whoever holds the link: an id, never an address or a name.
    """
    payload = [subject, int((now + lifetime).timestamp())]
    return signing.dumps(payload, key=settings.TICKET_SIGNING_KEY, salt=_salt(purpose))


def read_token(token: str, *, purpose: str, now: datetime) -> str:
    """Return the subject of ``token``; raise a ``LinkError`` that says why when it cannot be used."""
    try:
        subject, expires = signing.loads(token, key=settings.TICKET_SIGNING_KEY, salt=_salt(purpose))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkInvalidError(_("这个链接不完整，或者不是发给这一步的。请从原来的邮件里再打开一次。")) from error
    if now.timestamp() >= expires:
        raise LinkExpiredError(_("这个链接已经过期。"))
    if RevokedLink.objects.filter(digest=_digest(token)).exists():
        raise LinkRevokedError(_("这个链接已经用过，或者已经作废。"))
    return str(subject)


def revoke_token(token: str, *, now: datetime) -> None:
    """Make ``token`` unusable from now on; doing it twice changes nothing."""
    RevokedLink.objects.get_or_create(digest=_digest(token), defaults={"revoked_at": now})


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

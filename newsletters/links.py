"""The signed links of this app: which step each is for, and how long it works."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.urls import reverse

from core.crypto import DecryptionError, decrypt, encrypt
from core.links import LinkInvalidError, make_token, read_token
from newsletters.models import Subscription


@dataclass(frozen=True)
class LinkKind:
    """A step that a link leads to."""

    purpose: str
    view: str
    lifetime: timedelta
    # Shown to whoever typed a number, before anything is proved: the row's number would tell old subscribers from new.
    sealed: bool = False


CONFIRM = LinkKind("newsletters.confirm", "newsletters:confirm", timedelta(days=3))
# The page on which a phone's code is typed: the link says whose code, the code proves who types it.
CODE = LinkKind("newsletters.code", "newsletters:code", timedelta(minutes=30), sealed=True)
# Letters lie in mailboxes for a long time, and leaving must work from the oldest of them.
UNSUBSCRIBE = LinkKind("newsletters.unsubscribe", "newsletters:unsubscribe", timedelta(days=730))
MANAGE = LinkKind("newsletters.manage", "newsletters:manage", timedelta(days=730))


_SEALED_WIDTH = 30


@dataclass(frozen=True)
class LinkSubject:
    """What a link is about: a subscription, in the round in which the link was made."""

    subscription_id: int
    round: int


def link_token(*, kind: LinkKind, subscription: Subscription, now: datetime) -> str:
    """Return a token for one step of one subscription; it holds no address and no name."""
    subject = f"{subscription.pk}.{subscription.round}"
    if kind.sealed:
        # One length for every row: the length of the token must not tell either.
        subject = base64.urlsafe_b64encode(
            encrypt(subject.rjust(_SEALED_WIDTH).encode(), context=kind.purpose)
        ).decode()
    return make_token(purpose=kind.purpose, subject=subject, now=now, lifetime=kind.lifetime)


def link_path(*, kind: LinkKind, subscription: Subscription, now: datetime) -> str:
    """Return the path of the step on this site."""
    return _path_before(kind.view) + link_token(kind=kind, subscription=subscription, now=now) + "/"


@lru_cache(maxsize=8)
def _path_before(view: str) -> str:
    """Return what stands before the token: a letter to everybody would look it up again for each of them."""
    return reverse(view, args=["token"]).removesuffix("token/")


def link_url(*, kind: LinkKind, subscription: Subscription, now: datetime) -> str:
    """Return the full address of the step, for a message."""
    return settings.BASE_URL + link_path(kind=kind, subscription=subscription, now=now)


def read_link(token: str, *, kind: LinkKind, now: datetime) -> LinkSubject:
    """Return what the link is about; raise a ``core.links.LinkError`` that says why it cannot be used."""
    subject = read_token(token, purpose=kind.purpose, now=now)
    if kind.sealed:
        try:
            subject = decrypt(base64.urlsafe_b64decode(subject), context=kind.purpose).decode().strip()
        except (DecryptionError, binascii.Error) as error:
            raise LinkInvalidError from error
    number, _dot, round_ = subject.partition(".")
    if not (number.isdecimal() and round_.isdecimal()):
        raise LinkInvalidError
    return LinkSubject(subscription_id=int(number), round=int(round_))

"""Sending and checking six-digit codes."""

import hashlib
import hmac
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.actions.contacts import get_or_create_contact
from accounts.enums import Channel
from accounts.errors import (
    CodeExpiredError,
    CodeLockedError,
    CodeMissingError,
    CodeNotSentError,
    CodeUsedError,
    CodeWrongError,
)
from accounts.models import ContactCode, ContactPoint
from accounts.signals import code_budget_used, code_due
from core import limits
from core.limits import Limit, LimitExceeded, waiting_time

logger = logging.getLogger(__name__)

LIFETIME = timedelta(minutes=10)
COOL_DOWN = timedelta(seconds=60)
MAX_ATTEMPTS = 5
# Rows are of no use once this old; a task deletes them.
KEPT_FOR = timedelta(days=1)

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
PER_CONTACT = (Limit(5, _HOUR), Limit(10, _DAY))
# A client is an address on the network; many phones of one carrier share one.
PER_CLIENT = (Limit(60, _HOUR), Limit(300, _DAY))
_SMS_BUDGET = "code:sms"


def request_code(*, contact: ContactPoint, purpose: str, now: datetime, client: str) -> ContactCode:
    """Make a code for ``contact`` and send ``code_due``; older codes for the same purpose stop working.

    Raises ``CodeNotSentError`` within 60 seconds of the last one, or when the contact point, the client or (for SMS)
    the whole site has had its share; nothing is sent then. ``client`` names who asks, usually a network address: it is
    counted under a keyed digest and not stored.
    """
    with transaction.atomic():
        ContactPoint.objects.select_for_update().get(pk=contact.pk)
        _refuse_haste(contact, purpose, now)
        _count(contact, client, now)
        earlier = ContactCode.objects.filter(
            contact=contact, purpose=purpose, used_at__isnull=True, superseded_at__isnull=True
        )
        earlier.update(superseded_at=now)
        code, salt = f"{secrets.randbelow(10**6):06d}", secrets.token_hex(16)
        row = ContactCode.objects.create(
            contact=contact,
            purpose=purpose,
            salt=salt,
            digest=_digest(code, salt),
            created_at=now,
            expires_at=now + LIFETIME,
        )
        code_due.send(
            sender=ContactCode,
            contact_point=contact,
            code=code,
            purpose=purpose,
            expires_at=row.expires_at,
            event_key=f"code:{row.pk}",
            now=now,
        )
    return row


def request_code_to(*, channel: str, value: str, purpose: str, now: datetime, client: str) -> ContactPoint:
    """Send a code to a number or address as typed; return its contact point.

    Raises as ``request_code`` does; then no contact point is left behind that was not there before, so that nobody
    fills the table by typing.
    """
    with transaction.atomic():
        contact = get_or_create_contact(channel=channel, value=value, now=now)
        request_code(contact=contact, purpose=purpose, now=now, client=client)
    return contact


def verify_code(*, contact: ContactPoint, purpose: str, code: str, now: datetime) -> None:
    """Use up the code that was sent last; raise a ``CodeError`` that says what is wrong.

    Of two requests with the same code, one succeeds. Each try counts even when it fails, so call this outside a
    transaction: an error must not roll the count back.
    """
    row = ContactCode.objects.filter(contact=contact, purpose=purpose).order_by("-created_at", "-pk").first()
    if row is None:
        raise CodeMissingError(_("还没有向这里发送验证码，请先获取验证码。"))
    with transaction.atomic(durable=True):
        live = ContactCode.objects.filter(pk=row.pk, used_at__isnull=True, superseded_at__isnull=True)
        counted = live.filter(expires_at__gt=now, attempts__lt=MAX_ATTEMPTS).update(attempts=F("attempts") + 1)
        matches = bool(counted) and hmac.compare_digest(_digest(_digits(code), row.salt), row.digest)
        if matches and live.update(used_at=now):
            return
    row.refresh_from_db()
    _refuse(row, now)


def next_code_at(*, contact: ContactPoint, purpose: str) -> datetime | None:
    """Return when another code may be asked for, or None when none was sent yet."""
    sent_at = (
        ContactCode.objects.filter(contact=contact, purpose=purpose)
        .order_by("-created_at", "-pk")
        .values_list("created_at", flat=True)
        .first()
    )
    return sent_at + COOL_DOWN if sent_at else None


def live_code_exists(*, contact: ContactPoint, purpose: str, now: datetime) -> bool:
    """Tell whether a code that was sent can still be typed."""
    return ContactCode.objects.filter(
        contact=contact,
        purpose=purpose,
        used_at__isnull=True,
        superseded_at__isnull=True,
        expires_at__gt=now,
        attempts__lt=MAX_ATTEMPTS,
    ).exists()


def purge_codes(*, now: datetime) -> int:
    """Delete codes that expired a day ago; return how many."""
    return ContactCode.objects.filter(expires_at__lt=now - KEPT_FOR).delete()[0]


@dataclass(frozen=True)
class BudgetUse:
    """How much of one window's codes by SMS is used; ``closes_at`` is None while the window has not begun."""

    window: timedelta
    used: int
    limit: int
    closes_at: datetime | None


def sms_budget(*, now: datetime) -> list[BudgetUse]:
    """Return the use of the site's hourly and daily budget for codes by SMS."""
    return [
        BudgetUse(
            limit.window,
            limits.peek(key=_key(_SMS_BUDGET, limit), now=now),
            limit.count,
            limits.closes_at(key=_key(_SMS_BUDGET, limit), now=now),
        )
        for limit in _sms_limits()
    ]


def _sms_limits() -> tuple[Limit, Limit]:
    return Limit(settings.CODE_SMS_HOURLY_BUDGET, _HOUR), Limit(settings.CODE_SMS_DAILY_BUDGET, _DAY)


def _key(name: str, limit: Limit) -> str:
    return f"{name}:{int(limit.window.total_seconds())}"


def _digits(typed: str) -> str:
    """Return what was typed as plain digits: full-width ones count, spaces and hyphens do not."""
    return "".join(str(int(sign)) for sign in typed if sign.isdecimal())


def _digest(code: str, salt: str) -> str:
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), f"code:{salt}:{code}".encode(), hashlib.sha256).hexdigest()


def _refuse(row: ContactCode, now: datetime) -> NoReturn:
    if row.used_at:
        raise CodeUsedError(_("这个验证码已经用过了。"))
    if row.superseded_at:
        raise CodeExpiredError(_("已经发送了新的验证码，请填写最新收到的那一条。"))
    if row.expires_at <= now:
        raise CodeExpiredError(_("这个验证码已经过期（有效期 10 分钟），请重新获取。"))
    left = MAX_ATTEMPTS - row.attempts
    if left <= 0:
        raise CodeLockedError(_("输错的次数太多，这个验证码已经作废，请重新获取。"))
    raise CodeWrongError(
        _("验证码不对，请核对最新收到的那一条。还可以再试 %(left)d 次。") % {"left": left}, tries_left=left
    )


def _refuse_haste(contact: ContactPoint, purpose: str, now: datetime) -> None:
    allowed_at = next_code_at(contact=contact, purpose=purpose)
    if allowed_at and allowed_at > now:
        raise CodeNotSentError(
            _("验证码刚刚发出，请等 %(wait)s再重新获取。") % {"wait": waiting_time(allowed_at - now)},
            retry_at=allowed_at,
        )


def _count(contact: ContactPoint, client: str, now: datetime) -> None:
    """Count this code against every limit, always in the same order, so that two requests cannot wait in a circle."""
    shares = [(f"code:contact:{contact.pk}", limit) for limit in PER_CONTACT]
    shares += [(f"code:client:{client}", limit) for limit in PER_CLIENT]
    if contact.channel == Channel.SMS:
        shares += [(_SMS_BUDGET, limit) for limit in _sms_limits()]
    for name, limit in shares:
        key = _key(name, limit)
        try:
            hits = limits.hit(key=key, limit=limit.count, window=limit.window, now=now)
        except LimitExceeded as error:
            if name == _SMS_BUDGET:
                logger.error("code SMS budget exhausted", extra={"budget": limit.count, "window": str(limit.window)})
            message = _("获取验证码太频繁了，请%(wait)s后再试。") % {"wait": waiting_time(error.retry_at - now)}
            raise CodeNotSentError(message, retry_at=error.retry_at) from error
        if name == _SMS_BUDGET and hits in {limit.count * 4 // 5, limit.count}:
            _tell_of_budget(key, hits, limit, now)


def _tell_of_budget(key: str, hits: int, limit: Limit, now: datetime) -> None:
    """Say it with the code that uses it up: what is written after a refusal would be rolled back with it."""
    share = 100 if hits == limit.count else 80
    logger.warning(f"code SMS budget at {share} %", extra={"budget": limit.count, "window": str(limit.window)})
    code_budget_used.send(
        sender=ContactCode,
        used=hits,
        limit=limit.count,
        window=limit.window,
        closes_at=limits.closes_at(key=key, now=now) or now + limit.window,
        now=now,
    )

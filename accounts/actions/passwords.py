"""Checking passwords: of staff anywhere, of learners in the demo only."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.errors import SignInRefusedError
from accounts.models import User
from accounts.queries import find_contact
from accounts.validators import normalise_contact
from core import limits
from core.limits import Limit, LimitExceeded

_WINDOW = timedelta(minutes=15)
PER_ADDRESS = Limit(10, _WINDOW)
PER_CLIENT = Limit(60, _WINDOW)


def check_staff_password(*, address: str, password: str, client: str, now: datetime, request: Any = None) -> User:
    """Return the member of staff; raise ``SignInRefusedError``, in the same words for a wrong address or password.

    Tries are counted for the address and for the client before the password is looked at.
    """
    address = address.strip().lower()
    _count(address, client, now)
    user = authenticate(request, username=address, password=password)
    if not isinstance(user, User):
        raise SignInRefusedError(_("邮箱或密码不对，请再核对一下。"))
    limits.clear(key=f"password:address:{address}")
    return user


def check_demo_password(*, typed: str, password: str, client: str, now: datetime) -> User:
    """Return the demo learner; raise ``SignInRefusedError`` otherwise, and always where this is not the demo."""
    _count(typed.strip().lower(), client, now)
    user = _demo_learner(typed)
    if user is None:
        make_password(password)
    elif user.is_active and user.check_password(password):
        limits.clear(key=f"password:address:{typed.strip().lower()}")
        return user
    raise SignInRefusedError(_("手机号、邮箱或密码不对，请再核对一下。"))


def _demo_learner(typed: str) -> User | None:
    if not settings.DEMO:
        return None
    try:
        channel, normalised = normalise_contact(typed)
    except ValidationError:
        return None
    contact = find_contact(channel=channel, normalised=normalised)
    return contact.user if contact and contact.user and not contact.user.is_staff else None


def _count(address: str, client: str, now: datetime) -> None:
    try:
        for key, limit in ((f"password:address:{address}", PER_ADDRESS), (f"password:client:{client}", PER_CLIENT)):
            limits.hit(key=key, limit=limit.count, window=limit.window, now=now)
    except LimitExceeded as error:
        wait = limits.waiting_time(error.retry_at - now)
        raise SignInRefusedError(_("尝试的次数太多，请%(wait)s后再试。") % {"wait": wait}) from error

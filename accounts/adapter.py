"""What allauth asks of this project."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.crypto import decrypt, encrypt

STAFF_SESSION_SECONDS = 12 * 3600
_FRESH_SECONDS = 300
_CONTEXT = "mfa.authenticator"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by ``accounts.actions`` only; allauth carries the session from there."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "rate_limited": _("尝试的次数太多，请稍后再试。"),
        "too_many_login_attempts": _("尝试的次数太多，请稍后再试。"),
        "enter_current_password": _("密码不对，请再输一次。"),
        "incorrect_code": _("动态码不对，请核对手机上最新的六位数字。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        # The code was checked before the login began: only the second factor is left.
        return ["allauth.mfa.stages.AuthenticateStage"]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the password again only when it was typed more than five minutes ago."""
        request = self.request
        records = get_authentication_records(request, request.user)
        fresh = any(
            record.get("method") == "password" and time.time() - record.get("at", 0) < _FRESH_SECONDS
            for record in records
        )
        return not fresh

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        if not hasattr(user, "backend"):
            user.backend = "accounts.backends.ContactCodeBackend"  # type: ignore[attr-defined]
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        if user.is_staff:  # type: ignore[attr-defined]
            request.session.set_expiry(STAFF_SESSION_SECONDS)
        return super().post_login(request, user, **kwargs)

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Say nothing: each page says what happened in its own words."""


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps encrypted."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("动态码不对，请核对手机上最新的六位数字。"),
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text.encode(), context=_CONTEXT).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(bytes.fromhex(encrypted_text), context=_CONTEXT).decode()

    def get_totp_issuer(self) -> str:
        return str(settings.SITE_TITLE)

"""allauth's second-factor forms with limits and replay protection in the database instead of the page cache."""

from datetime import timedelta
from typing import Any

from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.utils import decrypt
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import limits
from core.limits import LimitExceeded

_TRIES, _WINDOW = 5, timedelta(minutes=5)
# A code of an authenticator app is valid for at most 90 seconds; within them it is accepted once.
_CODE_LIFE = timedelta(seconds=120)


def _code_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("动态码或恢复码"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "off"}),
    )


def check_second_factor(*, user: User, typed: str) -> Authenticator:
    """Return the authenticator that accepts ``typed``; raise ``ValidationError`` otherwise, also after five tries."""
    now, key = timezone.now(), f"mfa:{user.pk}"
    try:
        limits.hit(key=key, limit=_TRIES, window=_WINDOW, now=now)
        for authenticator in Authenticator.objects.filter(user=user).order_by("-type"):
            if _accepts(authenticator, typed.strip()):
                limits.clear(key=key)
                authenticator.user = user
                return authenticator
    except LimitExceeded as error:
        raise forms.ValidationError(str(error), code="rate_limited") from error
    raise forms.ValidationError(_("动态码不对，请核对手机上最新的六位数字。"), code="incorrect_code")


def _accepts(authenticator: Authenticator, typed: str) -> bool:
    if authenticator.type == Authenticator.Type.TOTP:
        code = "".join(str(int(sign)) for sign in typed if sign.isdecimal())
        if not validate_totp_code(decrypt(authenticator.data["secret"]), code):
            return False
        try:
            limits.hit(key=f"totp:{authenticator.pk}:{code}", limit=1, window=_CODE_LIFE, now=timezone.now())
        except LimitExceeded:
            return False
        return True
    accepted: bool = authenticator.wrap().validate_code(typed)
    return accepted


class AuthenticateForm(base_forms.AuthenticateForm):
    """Second factor while signing in."""

    code = _code_field()

    def clean_code(self) -> str:
        typed = str(self.cleaned_data["code"])
        self.authenticator = check_second_factor(user=self.user, typed=typed)
        return typed


class ReauthenticateForm(base_forms.ReauthenticateForm):
    """Second factor before something sensitive."""

    code = _code_field()

    def clean_code(self) -> str:
        typed = str(self.cleaned_data["code"])
        self.authenticator = check_second_factor(user=self.user, typed=typed)
        return typed


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    code = forms.CharField(
        label=gettext_lazy("手机上显示的六位动态码"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code-input"}),
    )

    def clean_code(self) -> Any:
        now, key = timezone.now(), f"mfa-setup:{self.user.pk}"
        try:
            limits.hit(key=key, limit=_TRIES * 2, window=_WINDOW, now=now)
        except LimitExceeded as error:
            raise forms.ValidationError(str(error), code="rate_limited") from error
        return super().clean_code()

"""Forms of signing in, signing up and the privacy centre."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.validators import normalise_contact, plain_line

NAME_LENGTH = 200


class ContactForm(forms.Form):
    """A phone number or an address in one field."""

    contact = forms.CharField(
        label=_("手机号或邮箱"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "off", "spellcheck": "false", "autocorrect": "off"}
        ),
        error_messages={"required": _("请填写手机号或邮箱。"), "max_length": _("太长了，请检查手机号或邮箱。")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "contact" in cleaned:
            try:
                cleaned["channel"], cleaned["normalised"] = normalise_contact(cleaned["contact"])
            except ValidationError as error:
                self.add_error("contact", error)
        return cleaned


class CodeForm(forms.Form):
    """Six digits, typed or filled in by the phone."""

    # Longer than six, so that spaces and a whole pasted sentence reach the rule, which picks out the digits.
    code = forms.CharField(
        label=_("六位验证码"),
        max_length=64,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "class": "code-input",
                "autofocus": True,
            }
        ),
        error_messages={"required": _("请填写收到的六位数字。"), "max_length": _("验证码是六位数字。")},
    )

    def clean_code(self) -> str:
        digits = "".join(str(int(sign)) for sign in self.cleaned_data["code"] if sign.isdecimal())
        if len(digits) != 6:  # noqa: PLR2004 -- every code has six digits
            raise ValidationError(_("验证码是六位数字，请再核对一下。"), code="length")
        return digits


class NameForm(forms.Form):
    """How a person wants to be addressed."""

    display_name = forms.CharField(
        label=_("怎么称呼您"),
        help_text=_("只有您自己看得到，用来在页面上问候您。不用填真名。"),
        required=False,
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        error_messages={"max_length": _("太长了，请控制在 200 个字以内。")},
    )

    def clean_display_name(self) -> str:
        return plain_line(self.cleaned_data["display_name"])


class WelcomeForm(NameForm):
    """First time here: consent, and a name if one likes."""

    agree = forms.BooleanField(
        label=_("我已阅读并同意《个人信息处理规则》"),
        error_messages={"required": _("需要您同意才能建立账号。不同意也可以，不建账号一样能看全部课程。")},
    )


class PasswordForm(forms.Form):
    """Address and password, for staff."""

    address_label = _("工作邮箱")

    contact = forms.CharField(
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "off", "inputmode": "email"}),
        error_messages={"required": _("请填写邮箱。"), "max_length": _("太长了，请检查邮箱。")},
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("请填写密码。"), "max_length": _("密码不对。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].label = self.address_label


class DemoPasswordForm(PasswordForm):
    """The same for demo learners."""

    address_label = _("手机号或邮箱")


class DeleteForm(forms.Form):
    """One tick before what cannot be undone."""

    sure = forms.BooleanField(
        label=_("我知道注销后不能恢复"), error_messages={"required": _("请先确认您知道注销后不能恢复。")}
    )

"""What guests type: parsed and checked, never saved here."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.enums import Channel
from accounts.validators import normalise_email, normalise_phone, plain_line
from events.actions.registration import CONSENT_WORDING
from events.models import MAX_PARTY, EventSession
from events.queries import SessionCard

_MAX_NAME = 40
_MAX_NOTE = 200
_SESSION_ERRORS = {
    "required": _("请选一场。"),
    "invalid_choice": _("这一场现在不能报名，请另选一场。"),
    "invalid": _("这一场现在不能报名，请另选一场。"),
}


class SignUpForm(forms.Form):
    """The one form of sign-up. ``cards`` are the sessions that can be chosen; ``contacts`` those of the account."""

    use_required_attribute = False

    session = forms.TypedChoiceField(label=_("哪一场"), coerce=int, error_messages=_SESSION_ERRORS)
    name = forms.CharField(
        label=_("怎么称呼您"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        max_length=_MAX_NAME,
        error_messages={
            "required": _("请写上怎么称呼您，例如李女士。"),
            "max_length": _("称呼请不要超过 40 个字。"),
        },
    )
    phone = forms.CharField(
        label=_("手机号"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        max_length=_MAX_NAME,
        help_text=_("用来发确认和变动通知，活动后 30 天删除。"),
        error_messages={
            "required": _("请填手机号；没有手机的，填电子邮箱也可以。"),
            "max_length": _("太长了，请检查手机号。"),
        },
    )
    email = forms.CharField(
        label=_("电子邮箱"),
        max_length=254,
        required=False,
        help_text=_("填了，确认信也发一份到邮箱。没有手机的，只填邮箱也可以。"),
        error_messages={"max_length": _("太长了，请检查电子邮箱。")},
    )
    seats = forms.TypedChoiceField(
        label=_("几位来"),
        coerce=int,
        initial=1,
        choices=[(1, _("1 位")), (MAX_PARTY, _("2 位，带一位家人"))],
        error_messages={
            "required": _("请选几位来。"),
            "invalid_choice": _("每次最多报两位。"),
            "invalid": _("每次最多报两位。"),
        },
    )
    access = forms.MultipleChoiceField(
        label=_("需要我们准备什么"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("填了，就是单独同意我们为这一次的准备使用它，活动结束 30 天后删除。"),
        error_messages={"invalid_choice": _("没有这一项，请从下面选。"), "invalid_list": _("没有这一项，请从下面选。")},
    )
    access_other = forms.CharField(
        label=_("请写在这里"),
        max_length=_MAX_NOTE,
        required=False,
        error_messages={"max_length": _("请不要超过 200 个字。")},
    )
    consent = forms.BooleanField(
        label=_("我同意"), help_text=CONSENT_WORDING, error_messages={"required": _("需要您同意，我们才能为您留座。")}
    )
    wait = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        cards: list[SessionCard],
        access_choices: list[str],
        contacts: list[Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cards = cards
        self.contacts = contacts or []
        session_field, access_field = self.fields["session"], self.fields["access"]
        session_field.choices = [(card.session.pk, f"{card.short_date} {card.span}") for card in cards]  # type: ignore[attr-defined]
        access_field.choices = [(text, text) for text in access_choices]  # type: ignore[attr-defined]
        if len(cards) == 1:
            self.initial.setdefault("session", cards[0].session.pk)
        if len(cards) > 1:
            session_field.widget = forms.RadioSelect(choices=session_field.choices)  # type: ignore[attr-defined]
        if self.contacts:
            del self.fields["phone"], self.fields["email"]
        elif self.is_bound and self.data.get("email", "").strip():
            # One way to reach the guest is enough.
            self.fields["phone"].required = False

    def clean_name(self) -> str:
        """Return one visible line: staff read it from a list, and it goes into letters."""
        name = plain_line(self.cleaned_data["name"])
        if not name:
            raise ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name

    def clean_access_other(self) -> str:
        return plain_line(self.cleaned_data["access_other"])

    def clean_phone(self) -> str:
        """Check the number; keep it as typed, so that the form can show it again."""
        typed: str = self.cleaned_data["phone"].strip()
        if typed:
            normalise_phone(typed)
        return typed

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"].strip()
        if typed:
            normalise_email(typed)
        return typed

    def typed_contacts(self) -> list[tuple[str, str]]:
        """Return the channels and values that were typed, the phone first."""
        typed = ((Channel.SMS, self.cleaned_data.get("phone")), (Channel.EMAIL, self.cleaned_data.get("email")))
        return [(channel.value, value) for channel, value in typed if value]

    def access_needs(self) -> str:
        """Return the needs as one line for those who prepare the room."""
        return access_text(self.cleaned_data.get("access", []), self.cleaned_data.get("access_other", ""))


def access_text(chosen: list[str], other: str) -> str:
    """Join the ticked needs and the free one."""
    return "、".join([*chosen, *([other.strip()] if other.strip() else [])])


class CodeForm(forms.Form):
    """The six digits that a guest got."""

    code = forms.CharField(
        label=_("验证码"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code-input"}),
        max_length=64,
        error_messages={
            "required": _("请填短信或邮件里的六位数字。"),
            "max_length": _("验证码是六位数字，请再核对一下。"),
        },
    )

    def clean_code(self) -> str:
        """Return plain digits; what cannot be a code costs no try."""
        digits = "".join(str(int(sign)) for sign in self.cleaned_data["code"] if sign.isdecimal())
        if len(digits) != 6:  # noqa: PLR2004 -- every code has six digits
            raise ValidationError(self.fields["code"].error_messages["max_length"], code="length")
        return digits


class TicketCodeForm(forms.Form):
    """The short code from an SMS, at ``/j``."""

    code = forms.CharField(
        label=_("短信或邮件里的码"),
        help_text=_("八位字母和数字，例如 K7MX-4PQ3。不分大小写，横线可以不填。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "ticket-input"}),
        max_length=40,
        error_messages={"required": _("请填短信或邮件里的码。"), "max_length": _("这个码太长了，请再看一眼。")},
    )


class CallerForm(SignUpForm):
    """Staff sign up someone on the telephone; consent is recorded as given by word of mouth."""

    consent = forms.BooleanField(
        label=_("来电人已口头同意"),
        help_text=CONSENT_WORDING,
        error_messages={"required": _("请先念给对方听，得到同意再登记。")},
    )
    wait = forms.BooleanField(label=_("满了就候补，对方同意"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].widget = forms.HiddenInput()


def session_from(cards: list[SessionCard], session_id: int) -> EventSession:
    """Return the chosen session of those that the form offered."""
    return next(card.session for card in cards if card.session.pk == session_id)

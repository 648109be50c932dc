"""What people type on the public pages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.enums import Channel
from accounts.validators import normalise_contact
from newsletters.enums import Frequency, Topic

# The sentence beside the box; the ledger keeps it word for word.
CONSENT_WORDING = _("我同意用上面的邮箱或手机号接收所选的内容，随时可以撤回。")


class TopicsField(forms.MultipleChoiceField):
    """Topics as boxes that nobody ticked in advance."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("想收哪些"),
            choices=Topic.choices,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": _("请至少选一项想收的内容。"),
                "invalid_choice": _("没有这一项，请从下面选。"),
                "invalid_list": _("请至少选一项想收的内容。"),
            },
            **kwargs,
        )


class SubscribeForm(forms.Form):
    """An address or a phone number, topics, consent."""

    contact = forms.CharField(
        label=_("邮箱地址或手机号"),
        max_length=254,
        error_messages={
            "required": _("请填邮箱地址或手机号。"),
            "max_length": _("太长了，请只填一个邮箱地址或手机号。"),
        },
    )
    topics = TopicsField()
    consent = forms.BooleanField(
        label=CONSENT_WORDING, error_messages={"required": _("要先勾选同意，我们才能给您发信。")}
    )
    channel: Channel

    def clean_contact(self) -> str:
        """Return the value in one form, and remember which channel it is."""
        try:
            self.channel, normalised = normalise_contact(self.cleaned_data["contact"])
        except ValidationError as error:
            typed = self.cleaned_data["contact"]
            if "@" in typed or "＠" in typed:
                raise
            raise ValidationError(_("请填邮箱（例如 name@example.com），或 11 位手机号。"), code="contact") from error
        return normalised


class CodeForm(forms.Form):
    """The six digits from the short message."""

    code = forms.CharField(
        label=_("六位数字码"),
        max_length=64,
        error_messages={
            "required": _("请填短信里的六位数字。"),
            "max_length": _("数字码是六位数字，请再看一下短信。"),
        },
    )

    def clean_code(self) -> str:
        """Return plain digits; spaces and full-width digits are what people type."""
        digits = "".join(str(int(sign)) for sign in self.cleaned_data["code"] if sign.isdecimal())
        if len(digits) != 6:  # noqa: PLR2004 -- six digits
            raise ValidationError(_("数字码是六位数字，请再看一下短信。"), code="code")
        return digits


class ChoicesForm(forms.Form):
    """Topics and frequency of somebody who is subscribed."""

    topics = TopicsField()
    frequency = forms.ChoiceField(
        label=_("多久一次"),
        choices=Frequency.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选多久一次。"), "invalid_choice": _("没有这一项，请从下面选。")},
    )


class DeskForm(ChoicesForm):
    """The same for a contact point of a signed-in person; consent is asked for only when they begin."""

    contact = forms.IntegerField(widget=forms.HiddenInput)
    consent = forms.BooleanField(
        label=CONSENT_WORDING, required=False, error_messages={"required": _("要先勾选同意，我们才能给您发信。")}
    )

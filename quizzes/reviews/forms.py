"""What a learner types on the page of reviews."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from quizzes.enums import ReviewMail
from quizzes.models import ReviewPlan
from quizzes.reviews.queries import mail_addresses

# The sentence beside the box; the ledger keeps it word for word.
CONSENT_WORDING = _("我同意用这个邮箱接收复习提醒，随时可以停。")


class MailForm(forms.Form):
    """When letters are sent, where to, and consent when they begin."""

    mail = forms.ChoiceField(
        label=_("要不要发邮件提醒"),
        choices=ReviewMail.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。"), "invalid_choice": _("没有这一项，请从下面选。")},
    )
    contact = forms.TypedChoiceField(
        label=_("发到哪个邮箱"),
        coerce=int,
        widget=forms.RadioSelect,
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": _("没有这个邮箱，请从下面选。")},
    )
    consent = forms.BooleanField(label=CONSENT_WORDING, required=False)

    def __init__(self, data: Any, *, user: Any, plan: ReviewPlan | None) -> None:
        addresses = [(contact.pk, contact.masked) for contact in mail_addresses(user)]
        self.current = plan.contact_point_id if plan else None
        initial = {
            "mail": plan.mail if plan else ReviewMail.OFF,
            "contact": self.current or (addresses[0][0] if addresses else None),
        }
        super().__init__(data, initial=initial)
        self.has_address = bool(addresses)
        self.fields["contact"].choices = addresses  # type: ignore[attr-defined]
        # Who gets letters already and has one address has said yes to it.
        self.asks_consent = [pk for pk, _masked in addresses] != [self.current]
        self.address = addresses[0][1] if len(addresses) == 1 else ""
        if len(addresses) == 1:
            # One address is no choice: it is shown in words.
            self.fields["contact"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any] | None:
        """Ask for consent where letters begin, or go to another address."""
        cleaned = super().clean() or {}
        wanted = cleaned.get("mail") not in (None, ReviewMail.OFF)
        if wanted and not self.errors and cleaned.get("contact") is None:
            self.add_error("contact", ValidationError(_("请选一个邮箱。")))
        if wanted and cleaned.get("contact") != self.current and not cleaned.get("consent"):
            self.add_error("consent", ValidationError(_("要先勾选同意，我们才能给您发信。")))
        return cleaned

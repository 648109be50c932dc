"""What staff type."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from accounts.actions.contacts import contact_index
from accounts.enums import Channel
from accounts.validators import normalise_contact
from core.crypto import blind_index
from messaging.enums import DeliveryState
from messaging.models import Delivery
from messaging.templates import registered_templates

_LAST_DIGITS = 4


class SettleForm(forms.Form):
    """What a person found out about a message whose result is unknown."""

    arrived = forms.TypedChoiceField(
        label=_("结果"),
        choices=(("yes", _("对方收到了")), ("no", _("对方没有收到"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("依据"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如：11 月 23 日电话问过本人，已收到。会记入审计。"),
    )


def _template_choices() -> list[tuple[str, Any]]:
    return [(template.key, template.label) for template in registered_templates()]


class DeliveryFilterSet(WagtailFilterSet):
    """By state, kind and channel; a person by the whole address or number, or a phone's last four digits."""

    state = django_filters.MultipleChoiceFilter(
        label=_("状态"), choices=DeliveryState.choices, widget=forms.CheckboxSelectMultiple
    )
    template = django_filters.ChoiceFilter(label=_("内容"), choices=_template_choices)
    channel = django_filters.ChoiceFilter(label=_("渠道"), choices=Channel.choices)
    recipient = django_filters.CharFilter(label=_("收件人（完整邮箱、手机号，或手机后四位）"), method="by_recipient")

    class Meta:
        model = Delivery
        fields = ["state", "template", "channel", "recipient"]

    def by_recipient(self, queryset: QuerySet[Delivery], name: str, value: str) -> QuerySet[Delivery]:
        """Find a person without being able to browse people."""
        typed = value.strip()
        if typed.isdigit() and len(typed) == _LAST_DIGITS:
            return queryset.filter(contact_point__last_four_index=blind_index(typed, purpose="contact:last4"))
        try:
            channel, normalised = normalise_contact(typed)
        except ValidationError:
            return queryset.none()
        return queryset.filter(contact_point__channel=channel, contact_point__index=contact_index(channel, normalised))

"""What staff type at the desk of messages."""

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.forms.search import SearchForm

from accounts.enums import Channel
from accounts.validators import normalise_contact
from messaging.admin.listing import backend_label
from messaging.backends import backend_names
from messaging.enums import Category, DeliveryState, ErrorClass, FilingState, SuppressionReason, UpstreamMeaning
from messaging.models import CalendarDay, Delivery, SmsFiling, Suppression, UpstreamSms
from messaging.templates import registered_templates


class SettleForm(forms.Form):
    """What a person found out about a message whose result is unknown."""

    arrived = forms.TypedChoiceField(
        label=_("结果"),
        choices=(("yes", _("对方收到了")), ("no", _("对方没有收到"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("请先选择一项。")},
    )
    reason = forms.CharField(
        label=_("依据"),
        max_length=500,
        error_messages={"required": _("请写明依据。")},
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如：11 月 23 日电话问过本人，已收到。会记入审计。"),
    )


class SettleManyForm(SettleForm):
    """The same for several messages at once."""

    rows = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": _("请先在上面勾选消息。")})

    def __init__(self, *args: Any, choices: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rows"].choices = [(pk, pk) for pk in choices]  # type: ignore[attr-defined]


class ReceiptForm(forms.Form):
    """Whether a receipt without a proof is believed."""

    believed = forms.TypedChoiceField(
        label=_("判断"),
        choices=(("yes", _("属实，照此处理")), ("no", _("不可信，不理会"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("请先选择一项。")},
    )
    reason = forms.CharField(
        label=_("依据"),
        max_length=500,
        error_messages={"required": _("请写明依据。")},
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如：打过电话，地址确实停用。会记入审计。"),
    )


class ContactSearchForm(SearchForm):
    """The search field of the lists, which says what it finds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, placeholder=kwargs.pop("placeholder", gettext("完整邮箱或手机号")), **kwargs)


class SuppressForm(forms.Form):
    """Who wants no more messages, and of which kind."""

    contact = forms.CharField(
        label=_("邮箱或手机号"),
        max_length=254,
        help_text=_("只存成认得出、读不出的指纹；名单里不留号码和地址。"),
        error_messages={"required": _("请填写邮箱或手机号。")},
    )
    category = forms.ChoiceField(
        label=_("不再收什么"),
        choices=(("", _("所有消息（本人索取的验证码除外）")), (Category.CAMPAIGN, _("只是订阅内容"))),
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )
    note = forms.CharField(
        label=_("依据"),
        max_length=500,
        error_messages={"required": _("请写明依据。")},
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如：11 月 23 日来电，不想再收。会记入审计。"),
    )

    def clean_contact(self) -> tuple[Channel, str]:
        return normalise_contact(self.cleaned_data["contact"])


class LiftForm(forms.Form):
    """Why somebody may be written to again."""

    note = forms.CharField(
        label=_("依据"),
        max_length=500,
        error_messages={"required": _("请写明依据。")},
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如：本人来电，要求恢复接收。会记入审计。"),
    )


class CalendarDayForm(forms.ModelForm):  # type: ignore[type-arg]
    """A day with hours of its own, or without any."""

    class Meta:
        model = CalendarDay
        fields = ("day", "opens", "closes", "note")
        help_texts = {"opens": _("两个时间都空着：这一天不发订阅短信。")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if not self.errors and bool(opens) != bool(closes):
            self.add_error("closes" if opens else "opens", gettext("开始和结束要么都填，要么都空着。"))
        elif opens and closes and opens >= closes:
            self.add_error("closes", gettext("结束要晚于开始。"))
        return cleaned


def _template_choices() -> list[tuple[str, Any]]:
    return [(template.key, template.label) for template in registered_templates()]


def _backend_choices() -> list[tuple[str, Any]]:
    return [(name, backend_label(name)) for channel in Channel.values for name in backend_names(channel)]


class DeliveryFilterSet(WagtailFilterSet):
    """By what a message is and what became of it; people are found by the search field."""

    state = django_filters.MultipleChoiceFilter(
        label=_("状态"), choices=DeliveryState.choices, widget=forms.CheckboxSelectMultiple
    )
    error_class = django_filters.ChoiceFilter(
        label=_("原因"), choices=[choice for choice in ErrorClass.choices if choice[0]]
    )
    channel = django_filters.ChoiceFilter(label=_("渠道"), choices=Channel.choices)
    category = django_filters.ChoiceFilter(label=_("类别"), choices=Category.choices)
    template = django_filters.ChoiceFilter(label=_("内容"), choices=_template_choices)
    backend = django_filters.ChoiceFilter(label=_("发送通道"), choices=_backend_choices)
    source = django_filters.CharFilter(label=_("来源（例如 campaign:12）"))
    created_at = django_filters.DateFromToRangeFilter(label=_("登记日期"), widget=DateRangePickerWidget)

    class Meta:
        model = Delivery
        fields = ["state", "error_class", "channel", "category", "template", "backend", "source", "created_at"]


class SuppressionFilterSet(WagtailFilterSet):
    """By channel, kind and reason; people are found by the search field."""

    channel = django_filters.ChoiceFilter(label=_("渠道"), choices=Channel.choices)
    reason = django_filters.ChoiceFilter(label=_("原因"), choices=SuppressionReason.choices)

    class Meta:
        model = Suppression
        fields = ["channel", "reason"]


class SmsFilingFilterSet(WagtailFilterSet):
    """By state and backend."""

    state = django_filters.ChoiceFilter(label=_("报备状态"), choices=FilingState.choices)
    backend = django_filters.ChoiceFilter(label=_("发送通道"), choices=_backend_choices)

    class Meta:
        model = SmsFiling
        fields = ["state", "backend"]


class UpstreamSmsFilterSet(WagtailFilterSet):
    """By what a reply asked for, and whether that was done."""

    meaning = django_filters.ChoiceFilter(label=_("含义"), choices=UpstreamMeaning.choices)

    class Meta:
        model = UpstreamSms
        fields = ["meaning"]

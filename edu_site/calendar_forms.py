"""What is typed into the editorial calendar."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from accounts.models import User
from accounts.roles import group_name
from edu_site.calendar_entries import Kind, Who
from edu_site.roles import PLANNED_ROLES


class CalendarForm(forms.Form):
    """What to show; anything that cannot be read counts as not asked for."""

    who = forms.ChoiceField(label=_("谁负责"), choices=Who.choices, required=False)
    kind = forms.ChoiceField(label=_("是什么"), choices=[("", _("全部")), *Kind.choices], required=False)
    day = forms.DateField(required=False, widget=forms.HiddenInput)

    def asked(self, name: str) -> Any:
        """Return the valid value of a field, or None."""
        self.is_valid()
        return self.cleaned_data.get(name) or None


class _PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.get_full_name() or obj.get_username()


class PlanForm(forms.Form):
    """By when, by whom. Everything may be left empty: then nothing is planned."""

    planned_on = forms.DateField(label=_("计划哪天写完"), required=False, widget=AdminDateInput)
    responsible = _PersonField(
        label=_("谁负责"), queryset=User.objects.none(), required=False, empty_label=_("还没有人负责")
    )
    note = forms.CharField(label=_("备注"), max_length=120, required=False, help_text=_("给同事看，不公开。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [group_name(key) for key in PLANNED_ROLES]
        people = User.objects.filter(groups__name__in=names, is_active=True, is_staff=True)
        self.fields["responsible"].queryset = people.distinct().order_by("pk")  # type: ignore[attr-defined]

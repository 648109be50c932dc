"""A model field for a short list of choices that works on both databases."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _


class ChoiceListField(models.JSONField):
    """Several of a TextChoices' values, stored as a JSON list in the order of the choices."""

    def __init__(self, *args: Any, choices_enum: type[models.TextChoices] | None = None, **kwargs: Any) -> None:
        self.choices_enum = choices_enum
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: Any) -> None:
        """Refuse anything but a list of known values."""
        super().validate(value, model_instance)
        known = self.choices_enum.values if self.choices_enum else []
        if not isinstance(value, list) or any(item not in known for item in value):
            raise ValidationError(_("请从列出的选项里选。"))

    def formfield(self, **kwargs: Any) -> Any:
        """Return check boxes."""
        choices = self.choices_enum.choices if self.choices_enum else []
        return forms.MultipleChoiceField(
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            required=not self.blank,
            label=self.verbose_name,
            help_text=self.help_text,
        )

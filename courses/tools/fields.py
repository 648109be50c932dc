"""Form fields of the tools: numbers as people write them, each mistake told beside its field."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.charts import grouped
from courses.tools.numbers import BARE, NumberError, Unit, plain_text, read_column, read_typed

LONGEST_PASTE = 20_000


class NumberField(forms.CharField):
    """A number between ``low`` and ``high`` with at most ``places`` decimals."""

    def __init__(
        self,
        *,
        label: Any,
        low: str,
        high: str,
        places: int = 2,
        unit: Unit = BARE,
        initial: str = "",
        required: bool = True,
        help_text: Any = "",
    ) -> None:
        self.low, self.high, self.places, self.unit = Decimal(low), Decimal(high), places, unit
        # The keypad of decimals has no minus on some phones.
        attributes = {"autocomplete": "off", **({} if self.low < 0 else {"inputmode": "decimal"})}
        super().__init__(
            label=label,
            initial=initial,
            required=required,
            help_text=help_text,
            widget=forms.TextInput(attrs=attributes),
        )

    def clean(self, value: Any) -> Decimal | None:
        """Return the number, or None for an optional field left empty."""
        text = str(value or "").strip()
        if not text:
            if self.required:
                raise ValidationError(
                    _("请填一个数，例如 %(example)s。") % {"example": self.initial or plain_text(self.low)}
                )
            return None
        try:
            number = read_typed(text, self.unit)
        except NumberError as error:
            raise ValidationError(str(error)) from error
        if not self.low <= number <= self.high:
            raise ValidationError(
                _("这里可以填 %(low)s 到 %(high)s。") % {"low": grouped(self.low), "high": grouped(self.high)}
            )
        if number != round(number, self.places):
            raise ValidationError(self._too_fine())
        return number

    def _too_fine(self) -> str:
        if not self.places:
            return _("这里要填整数。")
        return ngettext("小数最多写 %(count)d 位。", "小数最多写 %(count)d 位。", self.places) % {"count": self.places}

    def stated(self, value: Decimal) -> str:
        """Return the value as an address states it."""
        return plain_text(value)


class WholeField(NumberField):
    """A whole number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(places=0, **kwargs)
        self.widget.attrs["inputmode"] = "numeric"

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        number = super().clean(value)
        return None if number is None else int(number)

    def stated(self, value: Any) -> str:
        return str(value)


class ColumnField(forms.CharField):
    """A pasted column of percentages."""

    def __init__(self, *, least: int, most: int, low: str, high: str, **kwargs: Any) -> None:
        self.least, self.most, self.low, self.high = least, most, Decimal(low), Decimal(high)
        super().__init__(
            widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}), **kwargs
        )

    def clean(self, value: Any) -> tuple[Decimal, ...]:  # type: ignore[override]
        text = str(value or "")
        if not text.strip():
            raise ValidationError(_("请贴一列数，一行一个，例如 1.2。"))
        if len(text) > LONGEST_PASTE:
            raise ValidationError(_("贴的内容太长了，最多 %(most)d 个数。") % {"most": self.most})
        try:
            numbers = read_column(text)
        except NumberError as error:
            raise ValidationError(str(error)) from error
        self._check(numbers)
        return tuple(round(number, 4) for number in numbers)

    def _check(self, numbers: Sequence[Decimal]) -> None:
        if not self.least <= len(numbers) <= self.most:
            raise ValidationError(
                _("这里要 %(least)d 到 %(most)d 个数，读到 %(count)d 个。")
                % {"least": self.least, "most": self.most, "count": len(numbers)}
            )
        for place, number in enumerate(numbers, start=1):
            if not self.low <= number <= self.high:
                raise ValidationError(
                    _("第 %(place)d 个数是 %(number)s，要在 %(low)s 到 %(high)s 之间。")
                    % {
                        "place": place,
                        "number": grouped(number),
                        "low": grouped(self.low),
                        "high": grouped(self.high),
                    }
                )

    def stated(self, value: Sequence[Decimal]) -> str:
        return " ".join(plain_text(number) for number in value)

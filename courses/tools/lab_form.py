"""The form of the allocation lab: three classes of assets, their assumptions, and up to three mixes."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from math import ceil, floor
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.charts import grouped
from courses.tools.allocation import MAX_YEARS, Assumptions
from courses.tools.correlation import cholesky, possible_range
from courses.tools.fields import NumberField, WholeField
from courses.tools.forms import ToolForm
from courses.tools.numbers import PERCENT, YEARS

CLASSES: dict[str, str | Promise] = {
    "stocks": gettext_lazy("股票类"),
    "bonds": gettext_lazy("债券类"),
    "cash": gettext_lazy("现金类"),
}
MIXES: dict[str, str | Promise] = {
    "a": gettext_lazy("组合甲"),
    "b": gettext_lazy("组合乙"),
    "c": gettext_lazy("组合丙"),
}
PAIRS = tuple(combinations(CLASSES, 2))
_MEANS = {"stocks": "6", "bonds": "3", "cash": "1.5"}
_VOLATILITIES = {"stocks": "20", "bonds": "4", "cash": "0.5"}
_CORRELATIONS = {("stocks", "bonds"): "0.1", ("stocks", "cash"): "0", ("bonds", "cash"): "0.2"}
_WEIGHTS = {"a": ("20", "50", "30"), "b": ("50", "40", "10"), "c": ("80", "15", "5")}
_HUNDRED = Decimal(100)


def _mean(name: str) -> NumberField:
    return NumberField(label=gettext_lazy("每年平均收益"), low="-20", high="30", unit=PERCENT, initial=_MEANS[name])


def _volatility(name: str) -> NumberField:
    return NumberField(label=gettext_lazy("波动率"), low="0", high="60", unit=PERCENT, initial=_VOLATILITIES[name])


def _correlation(pair: tuple[str, str]) -> NumberField:
    return NumberField(label=gettext_lazy("相关系数"), low="-1", high="1", initial=_CORRELATIONS[pair])


def _weight(mix: str, place: int) -> NumberField:
    return NumberField(
        label=gettext_lazy("比例"), low="0", high="100", unit=PERCENT, initial=_WEIGHTS[mix][place], required=False
    )


@dataclass(frozen=True)
class Row:
    """A line of fields under its name."""

    label: str
    fields: tuple[forms.BoundField, ...]


class AllocationForm(ToolForm):
    """Assumptions and mixes. A mix whose three fields are empty is left out."""

    mean_stocks, mean_bonds, mean_cash = (_mean(name) for name in CLASSES)
    volatility_stocks, volatility_bonds, volatility_cash = (_volatility(name) for name in CLASSES)
    correlation_stocks_bonds, correlation_stocks_cash, correlation_bonds_cash = (_correlation(pair) for pair in PAIRS)
    a_stocks, a_bonds, a_cash = (_weight("a", place) for place in range(3))
    b_stocks, b_bonds, b_cash = (_weight("b", place) for place in range(3))
    c_stocks, c_bonds, c_cash = (_weight("c", place) for place in range(3))
    years = WholeField(label=gettext_lazy("看多少年"), low="1", high=str(MAX_YEARS), unit=YEARS, initial="20")
    rebalancing = forms.ChoiceField(
        label=gettext_lazy("每年再平衡"),
        choices=[("yes", gettext_lazy("每年底调回原来的比例")), ("no", gettext_lazy("买了以后不动"))],
        widget=forms.RadioSelect,
        initial="yes",
        error_messages={"required": gettext_lazy("请选一个。"), "invalid_choice": gettext_lazy("请选一个。")},
    )
    seed = WholeField(
        label=gettext_lazy("随机数编号"),
        low="1",
        high="9999",
        initial="1",
        help_text=gettext_lazy("同一个编号，结果一样；换一个编号，看看结果会差多少。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in [*self.class_rows(), *self.pair_rows(), *self.weight_rows()]:
            for field in row.fields:
                # The heading of the column is a picture of the form, not the name that is read out.
                field.field.widget.attrs["aria-label"] = f"{row.label}　{self._column(field.name)}"

    def _column(self, name: str) -> str:
        prefix = name.split("_", maxsplit=1)[0]
        return _("%(mix)s的比例") % {"mix": MIXES[prefix]} if prefix in MIXES else str(self.fields[name].label)

    def class_rows(self) -> list[Row]:
        return [Row(str(label), (self[f"mean_{name}"], self[f"volatility_{name}"])) for name, label in CLASSES.items()]

    def pair_rows(self) -> list[Row]:
        return [
            Row(
                _("%(one)s和%(other)s") % {"one": CLASSES[one], "other": CLASSES[other]},
                (self[f"correlation_{one}_{other}"],),
            )
            for one, other in PAIRS
        ]

    def weight_rows(self) -> list[Row]:
        return [Row(str(label), tuple(self[f"{mix}_{name}"] for mix in MIXES)) for name, label in CLASSES.items()]

    def plain_fields(self) -> list[forms.BoundField]:
        return [self["years"], self["rebalancing"], self["seed"]]

    def clean(self) -> dict[str, Any]:
        """Check what only several numbers together can be wrong about."""
        values = super().clean() or self.cleaned_data
        self._check_mixes(values)
        self._check_correlations(values)
        return values

    def used_mixes(self) -> list[str]:
        return [mix for mix in MIXES if any(self.cleaned_data[f"{mix}_{name}"] is not None for name in CLASSES)]

    def in_words(self) -> str:
        """Return the assumptions as one sentence; the mixes stand above their figures."""
        stated = dict(self.stated())
        parts = [
            _("%(name)s每年平均收益 %(mean)s%%、波动率 %(volatility)s%%")
            % {"name": label, "mean": stated[f"mean_{name}"], "volatility": stated[f"volatility_{name}"]}
            for name, label in CLASSES.items()
        ]
        parts += [
            _("%(one)s和%(other)s的相关系数 %(number)s")
            % {"one": CLASSES[one], "other": CLASSES[other], "number": stated[f"correlation_{one}_{other}"]}
            for one, other in PAIRS
        ]
        parts.append(str(dict(self.fields["rebalancing"].choices)[stated["rebalancing"]]))  # type: ignore[attr-defined]
        parts.append(_("随机数编号 %(seed)s") % {"seed": stated["seed"]})
        return _("；").join(parts) + _("。")

    def assumptions(self) -> Assumptions:
        """Return what was typed, as the lab computes with it."""
        values = self.cleaned_data
        names = list(CLASSES)
        matrix = [[1.0] * len(names) for _row in names]
        for one, other in PAIRS:
            number = float(values[f"correlation_{one}_{other}"])
            first, second = names.index(one), names.index(other)
            matrix[first][second] = matrix[second][first] = number
        return Assumptions(
            means=tuple(float(values[f"mean_{name}"] / _HUNDRED) for name in names),
            volatilities=tuple(float(values[f"volatility_{name}"] / _HUNDRED) for name in names),
            correlations=tuple(tuple(row) for row in matrix),
            weights=tuple(
                tuple(float((values[f"{mix}_{name}"] or Decimal(0)) / _HUNDRED) for name in names)
                for mix in self.used_mixes()
            ),
            years=values["years"],
            rebalanced=values["rebalancing"] == "yes",
            seed=values["seed"],
        )

    def _check_mixes(self, values: dict[str, Any]) -> None:
        filled = 0
        for mix, label in MIXES.items():
            names = [f"{mix}_{name}" for name in CLASSES]
            if any(name in self.errors for name in names):
                filled += 1
                continue
            weights = [values[name] for name in names]
            if all(weight is None for weight in weights):
                continue
            filled += 1
            total = sum((weight or Decimal(0) for weight in weights), Decimal(0))
            if total != _HUNDRED:
                self.add_error(
                    names[-1],
                    _("%(mix)s的三个数加起来是 %(total)s，要正好是 100。") % {"mix": label, "total": grouped(total)},
                )
        if not filled:
            self.add_error("a_cash", _("请至少写一个组合的比例，三个数加起来是 100。"))

    def _check_correlations(self, values: dict[str, Any]) -> None:
        names = [f"correlation_{one}_{other}" for one, other in PAIRS]
        if any(name not in values for name in names):
            return
        first, second, third = (float(values[name]) for name in names)
        if cholesky([[1, first, second], [first, 1, third], [second, third, 1]]) is not None:
            return
        low, high = possible_range(first, second)
        self.add_error(
            names[-1],
            _(
                "这三个相关系数不可能同时成立：前两个是 %(first)s 和 %(second)s 时，"
                "第三个只能在 %(low)s 到 %(high)s 之间。请改其中一个。"
            )
            % {
                "first": grouped(values[names[0]]),
                "second": grouped(values[names[1]]),
                "low": grouped(_inwards(low, up=True)),
                "high": grouped(_inwards(high, up=False)),
            },
        )


def _inwards(number: float, *, up: bool) -> Decimal:
    """Round to two places towards the inside of the range, so that what is offered is accepted."""
    whole = ceil(number * 100 - 1e-9) if up else floor(number * 100 + 1e-9)
    return Decimal(whole) / 100

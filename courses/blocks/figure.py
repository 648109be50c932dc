"""A chart drawn on the server, with one number that the reader may change."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.arithmetic import FormulaError, evaluate, read_number, round_half_up
from courses.blocks.address import asked, kept
from courses.blocks.formulas import FormulaInputBlock, number_block, repeated, struct_error
from courses.charts import MAX_SERIES, Chart, compute_series, describe, draw


class FigureInputBlock(FormulaInputBlock):
    """A number behind a figure; one of them the reader may change, within bounds."""

    value = number_block(label=_("数值"), help_text=_("单位是 % 时写百分数，例如 1.4；算式里会除以 100。"))
    change = blocks.BooleanBlock(label=_("读者可以改这个数"), required=False)
    min = number_block(label=_("最小"), required=False)
    max = number_block(label=_("最大"), required=False)
    step = number_block(label=_("每次加减"), required=False)


class FigurePointBlock(blocks.StructBlock):  # type: ignore[misc]
    """A place on the horizontal axis."""

    value = number_block(label=_("x 的值"))
    label = blocks.CharBlock(label=_("图上写什么"), max_length=12)


class FigureSeriesBlock(blocks.StructBlock):  # type: ignore[misc]
    """A line or a row of bars."""

    name = blocks.CharBlock(label=_("名字（写在线旁边）"), max_length=20)
    formula = blocks.CharBlock(label=_("算式"), help_text=_("可以用 x 和输入的名字。"), max_length=300)


@dataclass(frozen=True)
class Change:
    """The number that the reader may change: what is shown in the field, and what was wrong with what they typed."""

    label: str
    unit: str
    shown: str
    typed: str
    minimum: str
    maximum: str
    step: str
    default: str
    error: str

    @property
    def changed(self) -> bool:
        return Decimal(self.shown) != Decimal(self.default)


class FigureBlock(blocks.StructBlock):  # type: ignore[misc]
    """A chart drawn on the server, with a summary in words, a data table, and one number that the reader may change."""

    kind = blocks.ChoiceBlock(label=_("样子"), choices=[("line", _("折线")), ("bar", _("横条"))], default="line")
    title = blocks.CharBlock(label=_("标题"), max_length=60)
    summary = blocks.TextBlock(label=_("文字说明"), help_text=_("看不见图的人读这一段：写出图里的数。"))
    x_label = blocks.CharBlock(label=_("横轴"), max_length=20)
    y_unit = blocks.CharBlock(label=_("单位"), max_length=8)
    note = blocks.TextBlock(label=_("出处或假设"), help_text=_("假设的数要说是假设，写出算式；真实的数写出处和日期。"))
    shows_change = blocks.BooleanBlock(
        label=_("画的是涨跌"), required=False, help_text=_("涨用红色和 ▲，跌用绿色和 ▼。")
    )
    x = blocks.ListBlock(FigurePointBlock(), label=_("横轴上的点"), min_num=2, max_num=12)
    inputs = blocks.ListBlock(FigureInputBlock(), label=_("输入"), default=[])
    series = blocks.ListBlock(FigureSeriesBlock(), label=_("线或横条"), min_num=1, max_num=MAX_SERIES)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        errors = _figure_errors(cleaned)
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        change = read_change(value, asked(context, "value"))
        chart = chart_of(value, change)
        return {
            **context,
            "change": change,
            "chart": chart,
            # The author's words describe the author's number; another number is described from the data.
            "summary": describe(value["x_label"], value["y_unit"], chart)
            if change and change.changed
            else value["summary"],
            "kept": kept(context, "value"),
        }

    class Meta:
        label = _("图")
        icon = "view"
        template = "blocks/figure.html"


def figure_inputs(value: Any, changed: str | None = None) -> dict[str, Decimal]:
    """Return the inputs as formulas see them: percentages divided by 100, the changeable one as the reader set it."""
    names = {}
    for row in value["inputs"]:
        number = read_number(changed if row["change"] and changed is not None else row["value"])
        names[row["name"]] = number / 100 if row["unit"] == "%" else number
    return names


def changeable(value: Any) -> Any:
    """Return the input that the reader may change, or None."""
    return next((row for row in value["inputs"] if row["change"]), None)


def read_change(value: Any, asked: str | None) -> Change | None:
    """Return the changeable number as the reader asked for it, kept within bounds, with a sentence if it was not."""
    row = changeable(value)
    if row is None:
        return None
    low, high = read_number(row["min"]), read_number(row["max"])
    shown, error = row["value"], ""
    if asked is not None and asked.strip():
        unit = row["unit"]
        try:
            number = read_number(asked.translate(_WIDE_DIGITS).removesuffix(unit or "%"))
        except FormulaError:
            error = gettext("请填一个数，例如 %(example)s。图上还是原来的数。") % {"example": row["value"]}
        else:
            shown = _plain(round_half_up(min(max(number, low), high), _decimals(row)))
            if not low <= number <= high:
                error = gettext("这里可以填 %(low)s 到 %(high)s。图上先按 %(shown)s 画。") % {
                    "low": row["min"],
                    "high": row["max"],
                    "shown": shown,
                }
    return Change(
        label=row["label"],
        unit=row["unit"],
        shown=shown,
        typed=asked[:20] if asked and error else shown,
        minimum=row["min"],
        maximum=row["max"],
        step=row["step"],
        default=row["value"],
        error=error,
    )


_WIDE_DIGITS = str.maketrans("０１２３４５６７８９．。％－", "0123456789..%-")


def _decimals(row: Any) -> int:
    exponent = Decimal(row["step"] or "1").as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def chart_of(value: Any, change: Change | None = None) -> Chart:
    """Return the chart of a figure, with the reader's number in place of the changeable input."""
    inputs = figure_inputs(value, change.shown if change else None)
    return draw(
        value["kind"],
        [point["label"] for point in value["x"]],
        [read_number(point["value"]) for point in value["x"]],
        compute_series(value, inputs),
    )


def _figure_errors(value: Any) -> dict[str, Any]:
    rows = [row for row in value["inputs"] if row["change"]]
    problem = _input_problem(value["inputs"], rows)
    if problem:
        return {"inputs": ValidationError(problem)}
    values = [read_number(point["value"]) for point in value["x"]]
    if values != sorted(set(values)):
        return {"x": ValidationError(gettext("横轴上的点要从小到大，不能重复。"))}
    return _series_errors(value, rows)


def _input_problem(inputs: Any, changeable_rows: list[Any]) -> str:
    """Return what is wrong with the inputs of a figure, or nothing."""
    if len(changeable_rows) > 1:
        return gettext("读者只能改一个数，请只勾一个。")
    for row in changeable_rows:
        if not (row["min"] and row["max"] and row["step"]):
            return gettext("可以改的数要写最小、最大和每次加减。")
        if not read_number(row["min"]) <= read_number(row["value"]) <= read_number(row["max"]):
            return gettext("数值要在最小和最大之间。")
        if read_number(row["step"]) <= 0:
            return gettext("每次加减要大于零。")
    return gettext("名字用了两次，请换一个。") if repeated(list(inputs)) else ""


def _series_errors(value: Any, changeable_rows: list[Any]) -> dict[str, Any]:
    """Try each formula at both ends of what the reader may ask for, so that no allowed number breaks the page."""
    asked = [None, changeable_rows[0]["min"], changeable_rows[0]["max"]] if changeable_rows else [None]
    errors = {}
    for place, row in enumerate(value["series"]):
        for changed in asked:
            names = figure_inputs(value, changed)
            try:
                for point in value["x"]:
                    evaluate(row["formula"], {**names, "x": read_number(point["value"])})
            except FormulaError as error:
                errors[place] = struct_error("formula", error)
                break
    return {"series": blocks.ListBlockValidationError(block_errors=errors)} if errors else {}

"""A sum, step by step, that is recomputed whenever it is saved."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.arithmetic import FormulaError, check_result, read_number
from courses.blocks.formulas import FORMULA_HELP, FormulaInputBlock, name_block, number_block, repeated, struct_error
from courses.charts import grouped


class FormulaLineBlock(blocks.StructBlock):  # type: ignore[misc]
    """One line of the sum: what the reader sees, and the formula that must give it."""

    name = name_block(label=_("名字（后面的算式里用）"))
    label = blocks.CharBlock(label=_("项目"), max_length=40)
    shown = blocks.CharBlock(label=_("给读者看的算法"), required=False, max_length=80)
    formula = blocks.CharBlock(label=_("算式"), help_text=FORMULA_HELP, max_length=300)
    decimals = blocks.IntegerBlock(label=_("小数位数"), min_value=0, max_value=6, default=2)
    result = number_block(label=_("结果"), help_text=_("保存时会按算式重算，不一致不能保存。"))
    unit = blocks.CharBlock(label=_("单位"), max_length=8, required=False, default="元")


class FormulaTotalBlock(blocks.StructBlock):  # type: ignore[misc]
    """The sum of the lines."""

    label = blocks.CharBlock(label=_("项目"), max_length=40)
    formula = blocks.CharBlock(label=_("算式"), help_text=FORMULA_HELP, max_length=300)
    decimals = blocks.IntegerBlock(label=_("小数位数"), min_value=0, max_value=6, default=2)
    result = number_block(label=_("结果"))
    unit = blocks.CharBlock(label=_("单位"), max_length=8, required=False, default="元")


class OutcomeBlock(blocks.StructBlock):  # type: ignore[misc]
    """What comes of it when things go well, stand still, or go badly."""

    label = blocks.CharBlock(label=_("情形"), max_length=60)
    formula = blocks.CharBlock(label=_("得到多少：算式"), max_length=300)
    decimals = blocks.IntegerBlock(label=_("小数位数"), min_value=0, max_value=6, default=0)
    result = number_block(label=_("得到多少：结果"))
    change_formula = blocks.CharBlock(label=_("多了还是少了：算式"), max_length=300)
    change_result = number_block(label=_("多了还是少了：结果"))


class WorkedExampleBlock(blocks.StructBlock):  # type: ignore[misc]
    """A sum whose stated results are recomputed: the page can never show a number that its formula does not give."""

    caption = blocks.CharBlock(label=_("题目"), max_length=80)
    assumptions = blocks.TextBlock(label=_("假设"), help_text=_("写明人物和费率是假设的。"))
    inputs = blocks.ListBlock(FormulaInputBlock(), label=_("已知"), min_num=1)
    lines = blocks.ListBlock(FormulaLineBlock(), label=_("一步一步算"), min_num=1)
    total = FormulaTotalBlock(label=_("合计"))
    outcomes = blocks.ListBlock(
        OutcomeBlock(), label=_("几种情形"), min_num=0, help_text=_("要有好的、平的、坏的。"), default=[]
    )
    left_out = blocks.TextBlock(label=_("没有算进去的"), required=False)

    def clean(self, value: Any) -> Any:
        """Return the cleaned value; refuse a result that its formula does not give, beside the line that states it."""
        cleaned = super().clean(value)
        errors = worked_example_errors(cleaned)
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        outcomes = []
        for row in value["outcomes"]:
            change = read_number(row["change_result"])
            outcomes.append(
                {
                    "label": row["label"],
                    "result": _stated(row["result"]),
                    "change": grouped(abs(change)),
                    "direction": "up" if change > 0 else "down" if change < 0 else "flat",
                }
            )
        lines = [
            {"label": row["label"], "shown": row["shown"], "unit": row["unit"], "result": _stated(row["result"])}
            for row in value["lines"]
        ]
        units = {row["unit"] for row in lines} | {value["total"]["unit"]}
        return {
            **context,
            "lines": lines,
            "outcomes": outcomes,
            "total": {**value["total"], "result": _stated(value["total"]["result"])},
            "one_unit": units.pop() if len(units) == 1 else "",
        }

    class Meta:
        label = _("算一遍")
        icon = "table"
        template = "blocks/worked_example.html"


def _stated(text: str) -> str:
    """Return a stated result with thousands separators, its decimals as written."""
    return grouped(Decimal(text))


def worked_example_errors(value: Any) -> dict[str, Any]:
    """Return an error for each field whose statement does not recompute; empty when everything holds."""
    names: dict[str, Decimal] = {}
    twice = repeated([*value["inputs"], *value["lines"]])
    if twice:
        message = gettext("名字“%(name)s”用了两次，请换一个。") % {"name": twice}
        return {"lines": ValidationError(message)}
    for row in value["inputs"]:
        names[row["name"]] = read_number(row["value"])
    line_errors = {}
    for place, row in enumerate(value["lines"]):
        try:
            # Earlier lines enter the later ones unrounded.
            names[row["name"]] = check_result(row["formula"], names, decimals=row["decimals"], result=row["result"])
        except FormulaError as error:
            line_errors[place] = struct_error("result", error)
    if line_errors:
        return {"lines": blocks.ListBlockValidationError(block_errors=line_errors)}
    return {**_total_errors(value["total"], names), **_outcome_errors(value["outcomes"], names)}


def _total_errors(total: Any, names: dict[str, Decimal]) -> dict[str, Any]:
    try:
        check_result(total["formula"], names, decimals=total["decimals"], result=total["result"])
    except FormulaError as error:
        return {"total": struct_error("result", error)}
    return {}


def _outcome_errors(outcomes: Any, names: dict[str, Decimal]) -> dict[str, Any]:
    errors = {}
    for place, row in enumerate(outcomes):
        for kind in ("", "change_"):
            try:
                check_result(row[f"{kind}formula"], names, decimals=row["decimals"], result=row[f"{kind}result"])
            except FormulaError as error:
                errors[place] = struct_error(f"{kind}result", error)
    return {"outcomes": blocks.ListBlockValidationError(block_errors=errors)} if errors else {}

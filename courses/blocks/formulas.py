"""Names, numbers and formulas that sums and figures are made of."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

_NAME = r"^[a-z][a-z0-9_]{0,30}$"
_NAME_ERROR = {"invalid": _("名字用小写英文字母、数字和下划线，以字母开头。")}
_NUMBER = r"^-?\d{1,12}(\.\d{1,10})?$"
_NUMBER_ERROR = {"invalid": _("请写一个数，例如 10000 或 0.012。")}
FORMULA_HELP = _("用输入的名字和 + - * / ** ( ) min max，例如 amount * rate。")


def name_block(**kwargs: Any) -> blocks.RegexBlock:
    kwargs.setdefault("label", _("名字（算式里用）"))
    return blocks.RegexBlock(regex=_NAME, error_messages=_NAME_ERROR, **kwargs)


def number_block(**kwargs: Any) -> blocks.RegexBlock:
    return blocks.RegexBlock(regex=_NUMBER, error_messages=_NUMBER_ERROR, **kwargs)


class FormulaInputBlock(blocks.StructBlock):  # type: ignore[misc]
    """A number that a formula starts from."""

    name = name_block()
    label = blocks.CharBlock(label=_("说明"), max_length=40)
    value = number_block(label=_("数值"), help_text=_("百分数写成小数，例如 1.2% 写 0.012。"))
    unit = blocks.CharBlock(label=_("单位"), max_length=8, required=False)


def struct_error(name: str, error: Exception) -> blocks.StructBlockValidationError:
    return blocks.StructBlockValidationError(block_errors={name: ValidationError(str(error))})


def repeated(rows: list[Any]) -> str:
    seen: set[str] = set()
    for row in rows:
        if row["name"] in seen:
            return str(row["name"])
        seen.add(row["name"])
    return ""

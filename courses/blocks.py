"""StreamField blocks of lessons and articles. They render data; what needs the database comes in by the context."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.arithmetic import FormulaError, check_result, evaluate, read_number, round_half_up
from core.blocks import TEXT_FEATURES, PlainBody
from courses.charts import MAX_SERIES, Chart, compute_series, describe, draw, grouped
from courses.media_blocks import MediaBlock
from courses.tools.block import ToolBlock

GUESS_KEYS = "abcdefgh"
_GUESSES = frozenset(GUESS_KEYS)
_NAME = r"^[a-z][a-z0-9_]{0,30}$"
_NAME_ERROR = {"invalid": _("名字用小写英文字母、数字和下划线，以字母开头。")}
_NUMBER = r"^-?\d{1,12}(\.\d{1,10})?$"
_NUMBER_ERROR = {"invalid": _("请写一个数，例如 10000 或 0.012。")}
_FORMULA_HELP = _("用输入的名字和 + - * / ** ( ) min max，例如 amount * rate。")


def _name_block(**kwargs: Any) -> blocks.RegexBlock:
    kwargs.setdefault("label", _("名字（算式里用）"))
    return blocks.RegexBlock(regex=_NAME, error_messages=_NAME_ERROR, **kwargs)


def _number_block(**kwargs: Any) -> blocks.RegexBlock:
    return blocks.RegexBlock(regex=_NUMBER, error_messages=_NUMBER_ERROR, **kwargs)


class SceneBlock(blocks.StructBlock):  # type: ignore[misc]
    """A situation in which somebody has to decide, before anything is explained."""

    html = blocks.RichTextBlock(label=_("情境"), features=TEXT_FEATURES)
    say = blocks.CharBlock(label=_("有人这样说"), required=False, help_text=_("写原话，带引号。"))
    after = blocks.RichTextBlock(label=_("要弄懂的问题"), features=TEXT_FEATURES, required=False)

    class Meta:
        label = _("情境")
        icon = "group"
        template = "blocks/scene.html"


class PredictionOptionBlock(blocks.StructBlock):  # type: ignore[misc]
    """One guess."""

    text = blocks.CharBlock(label=_("选项"), max_length=60)
    answer = blocks.BooleanBlock(label=_("这是本课的答案"), required=False)


class PredictionBlock(blocks.StructBlock):  # type: ignore[misc]
    """A guess before the explanation. Options are a, b, c … in their order; ``?guess=b`` shows choice and answer."""

    question = blocks.CharBlock(label=_("问题"), max_length=120)
    options = blocks.ListBlock(PredictionOptionBlock(), label=_("选项"), min_num=2, max_num=len(GUESS_KEYS))
    reveal = blocks.RichTextBlock(label=_("猜完以后显示"), features=TEXT_FEATURES)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if sum(bool(option["answer"]) for option in cleaned["options"]) != 1:
            raise blocks.StructBlockValidationError(
                block_errors={"options": ValidationError(gettext("请标出一个答案，只标一个。"))}
            )
        return cleaned

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        guess = _asked(context, "guess")
        options = [
            {"key": key, "text": option["text"], "answer": option["answer"], "chosen": key == guess}
            for key, option in zip(GUESS_KEYS, value["options"], strict=False)
        ]
        chosen = next((option for option in options if option["chosen"]), None)
        answer = next((option for option in options if option["answer"]), None)
        return {**context, "options": options, "chosen": chosen, "answer": answer}

    class Meta:
        label = _("先猜一猜")
        icon = "help"
        template = "blocks/prediction.html"


class FormulaInputBlock(blocks.StructBlock):  # type: ignore[misc]
    """A number that a formula starts from."""

    name = _name_block()
    label = blocks.CharBlock(label=_("说明"), max_length=40)
    value = _number_block(label=_("数值"), help_text=_("百分数写成小数，例如 1.2% 写 0.012。"))
    unit = blocks.CharBlock(label=_("单位"), max_length=8, required=False)


class FormulaLineBlock(blocks.StructBlock):  # type: ignore[misc]
    """One line of the sum: what the reader sees, and the formula that must give it."""

    name = _name_block(label=_("名字（后面的算式里用）"))
    label = blocks.CharBlock(label=_("项目"), max_length=40)
    shown = blocks.CharBlock(label=_("给读者看的算法"), required=False, max_length=80)
    formula = blocks.CharBlock(label=_("算式"), help_text=_FORMULA_HELP, max_length=300)
    decimals = blocks.IntegerBlock(label=_("小数位数"), min_value=0, max_value=6, default=2)
    result = _number_block(label=_("结果"), help_text=_("保存时会按算式重算，不一致不能保存。"))
    unit = blocks.CharBlock(label=_("单位"), max_length=8, required=False, default="元")


class FormulaTotalBlock(blocks.StructBlock):  # type: ignore[misc]
    """The sum of the lines."""

    label = blocks.CharBlock(label=_("项目"), max_length=40)
    formula = blocks.CharBlock(label=_("算式"), help_text=_FORMULA_HELP, max_length=300)
    decimals = blocks.IntegerBlock(label=_("小数位数"), min_value=0, max_value=6, default=2)
    result = _number_block(label=_("结果"))
    unit = blocks.CharBlock(label=_("单位"), max_length=8, required=False, default="元")


class OutcomeBlock(blocks.StructBlock):  # type: ignore[misc]
    """What comes of it when things go well, stand still, or go badly."""

    label = blocks.CharBlock(label=_("情形"), max_length=60)
    formula = blocks.CharBlock(label=_("得到多少：算式"), max_length=300)
    decimals = blocks.IntegerBlock(label=_("小数位数"), min_value=0, max_value=6, default=0)
    result = _number_block(label=_("得到多少：结果"))
    change_formula = blocks.CharBlock(label=_("多了还是少了：算式"), max_length=300)
    change_result = _number_block(label=_("多了还是少了：结果"))


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
    repeated = _repeated([*value["inputs"], *value["lines"]])
    if repeated:
        message = gettext("名字“%(name)s”用了两次，请换一个。") % {"name": repeated}
        return {"lines": ValidationError(message)}
    for row in value["inputs"]:
        names[row["name"]] = read_number(row["value"])
    line_errors = {}
    for place, row in enumerate(value["lines"]):
        try:
            # Earlier lines enter the later ones unrounded.
            names[row["name"]] = check_result(row["formula"], names, decimals=row["decimals"], result=row["result"])
        except FormulaError as error:
            line_errors[place] = _struct_error("result", error)
    if line_errors:
        return {"lines": blocks.ListBlockValidationError(block_errors=line_errors)}
    return {**_total_errors(value["total"], names), **_outcome_errors(value["outcomes"], names)}


def _total_errors(total: Any, names: dict[str, Decimal]) -> dict[str, Any]:
    try:
        check_result(total["formula"], names, decimals=total["decimals"], result=total["result"])
    except FormulaError as error:
        return {"total": _struct_error("result", error)}
    return {}


def _outcome_errors(outcomes: Any, names: dict[str, Decimal]) -> dict[str, Any]:
    errors = {}
    for place, row in enumerate(outcomes):
        for kind in ("", "change_"):
            try:
                check_result(row[f"{kind}formula"], names, decimals=row["decimals"], result=row[f"{kind}result"])
            except FormulaError as error:
                errors[place] = _struct_error(f"{kind}result", error)
    return {"outcomes": blocks.ListBlockValidationError(block_errors=errors)} if errors else {}


def _struct_error(name: str, error: Exception) -> blocks.StructBlockValidationError:
    return blocks.StructBlockValidationError(block_errors={name: ValidationError(str(error))})


def _repeated(rows: list[Any]) -> str:
    seen: set[str] = set()
    for row in rows:
        if row["name"] in seen:
            return str(row["name"])
        seen.add(row["name"])
    return ""


class FigureInputBlock(FormulaInputBlock):
    """A number behind a figure; one of them the reader may change, within bounds."""

    value = _number_block(label=_("数值"), help_text=_("单位是 % 时写百分数，例如 1.4；算式里会除以 100。"))
    change = blocks.BooleanBlock(label=_("读者可以改这个数"), required=False)
    min = _number_block(label=_("最小"), required=False)
    max = _number_block(label=_("最大"), required=False)
    step = _number_block(label=_("每次加减"), required=False)


class FigurePointBlock(blocks.StructBlock):  # type: ignore[misc]
    """A place on the horizontal axis."""

    value = _number_block(label=_("x 的值"))
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
        change = read_change(value, _asked(context, "value"))
        chart = chart_of(value, change)
        guess = _asked(context, "guess")
        return {
            **context,
            "change": change,
            "chart": chart,
            # The author's words describe the author's number; another number is described from the data.
            "summary": describe(value["x_label"], value["y_unit"], chart)
            if change and change.changed
            else value["summary"],
            "guess": guess if guess in _GUESSES else None,
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
    return gettext("名字用了两次，请换一个。") if _repeated(list(inputs)) else ""


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
                errors[place] = _struct_error("formula", error)
                break
    return {"series": blocks.ListBlockValidationError(block_errors=errors)} if errors else {}


class MisconceptionBlock(blocks.StructBlock):  # type: ignore[misc]
    """A misconception and the right idea, kept in one place for lesson and quiz and named here by its code."""

    code = blocks.RegexBlock(
        label=_("误区编号"),
        regex=r"^[A-Za-z0-9-]{3,24}$",
        error_messages={"invalid": _("编号像 D-03-1 这样写。")},
        help_text=_("误区在“误区”里写，这里填编号，例如 D-03-1。"),
    )

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return {**context, "misconception": context.get("misconceptions", {}).get(value["code"])}

    class Meta:
        label = _("误区 → 正解")
        icon = "cross"
        template = "blocks/misconception.html"


class QuizLinkBlock(blocks.StructBlock):  # type: ignore[misc]
    """The way to the lesson's quiz."""

    quiz = blocks.RegexBlock(
        label=_("测验的网址名"),
        regex=r"^[a-z0-9-]{1,60}$",
        error_messages={"invalid": _("网址名像 d-03 这样写。")},
    )
    text = blocks.CharBlock(label=_("一句话"), max_length=60)

    class Meta:
        label = _("检查一下")
        icon = "check"
        template = "blocks/quiz_link.html"


class LessonBody(PlainBody):
    """The blocks of a lesson or article, in reading order."""

    scene = SceneBlock()
    prediction = PredictionBlock()
    worked_example = WorkedExampleBlock()
    figure = FigureBlock()
    misconception = MisconceptionBlock()
    quiz_link = QuizLinkBlock()
    media = MediaBlock()
    tool = ToolBlock()

    def clean(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the cleaned value; one prediction and one changeable number a page, because the address names them."""
        cleaned = super().clean(value, *args, **kwargs)
        if sum(block.block_type == "prediction" for block in cleaned) > 1:
            raise blocks.StreamBlockValidationError(non_block_errors=[gettext("一篇里只能有一个“先猜一猜”。")])
        figures = [block for block in cleaned if block.block_type == "figure" and changeable(block.value)]
        if len(figures) > 1:
            raise blocks.StreamBlockValidationError(non_block_errors=[gettext("一篇里只能有一张图的数可以改。")])
        return cleaned


def _asked(context: Mapping[str, Any], name: str) -> str | None:
    request = context.get("request")
    return request.GET.get(name) if request is not None else None

"""Blocks: what an editor may write, and what the reader's number does."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from wagtail.blocks import StreamBlockValidationError, StructBlockValidationError

from courses.actions.importing import describe
from courses.blocks import FigureBlock, LessonBody, PredictionBlock, WorkedExampleBlock, chart_of, read_change
from courses.charts import nice_ticks

FIGURE = {
    "kind": "line",
    "title": "费用",
    "summary": "一年约 14 元。",
    "x_label": "持有",
    "y_unit": "元",
    "note": "假设数据，仅作演示。",
    "shows_change": False,
    "x": [{"value": "0", "label": "买入"}, {"value": "1", "label": "1 年"}],
    "inputs": [
        {
            "name": "rate",
            "label": "费率",
            "value": "1.4",
            "unit": "%",
            "change": True,
            "min": "0",
            "max": "3",
            "step": "0.1",
        }
    ],
    "series": [{"name": "每天扣的", "formula": "1000*rate*x"}],
}
EXAMPLE = {
    "caption": "题",
    "assumptions": "假设。",
    "inputs": [{"name": "amount", "label": "投入", "value": "100", "unit": "元"}],
    "lines": [
        {
            "name": "fee",
            "label": "费",
            "shown": "",
            "formula": "amount/3",
            "decimals": 2,
            "result": "33.33",
            "unit": "元",
        },
        {
            "name": "twice",
            "label": "两次",
            "shown": "",
            "formula": "fee*3",
            "decimals": 2,
            "result": "100.00",
            "unit": "元",
        },
    ],
    "total": {"label": "合计", "formula": "fee+twice", "decimals": 2, "result": "133.33", "unit": "元"},
    "outcomes": [],
    "left_out": "",
}


def _figure(**changes):
    return FigureBlock().to_python({**FIGURE, **changes})


def test_earlier_lines_enter_later_ones_unrounded():
    cleaned = WorkedExampleBlock().clean(WorkedExampleBlock().to_python(EXAMPLE))
    assert cleaned["lines"][1]["result"] == "100.00"


def test_a_result_that_does_not_recompute_is_refused_beside_its_line():
    lines = [EXAMPLE["lines"][0], {**EXAMPLE["lines"][1], "result": "99.99"}]
    with pytest.raises(StructBlockValidationError) as refused:
        WorkedExampleBlock().clean(WorkedExampleBlock().to_python({**EXAMPLE, "lines": lines}))
    assert list(refused.value.block_errors["lines"].block_errors) == [1]
    assert describe(refused.value) == "写的是 99.99，按算式得 100.00。请改算式或改结果。"


def test_a_name_used_twice_is_refused():
    lines = [EXAMPLE["lines"][0], {**EXAMPLE["lines"][1], "name": "amount"}]
    with pytest.raises(StructBlockValidationError) as refused:
        WorkedExampleBlock().clean(WorkedExampleBlock().to_python({**EXAMPLE, "lines": lines}))
    assert describe(refused.value) == "名字“amount”用了两次，请换一个。"


@pytest.mark.parametrize("answers", [(False, False), (True, True)])
def test_a_prediction_has_exactly_one_answer(answers):
    options = [{"text": f"选项{place}", "answer": answer} for place, answer in enumerate(answers)]
    value = PredictionBlock().to_python({"question": "多少？", "options": options, "reveal": "<p>看</p>"})
    with pytest.raises(StructBlockValidationError) as refused:
        PredictionBlock().clean(value)
    assert describe(refused.value) == "请标出一个答案，只标一个。"


@pytest.mark.parametrize(
    ("asked", "shown", "error"),
    [
        (None, "1.4", ""),
        ("", "1.4", ""),
        ("0.7", "0.7", ""),
        ("０．７", "0.7", ""),
        ("2%", "2", ""),
        ("0", "0", ""),
        ("9", "3", "这里可以填 0 到 3。图上先按 3 画。"),
        ("-1", "0", "这里可以填 0 到 3。图上先按 0 画。"),
        ("abc", "1.4", "请填一个数，例如 1.4。图上还是原来的数。"),
        ("1e9999", "1.4", "请填一个数，例如 1.4。图上还是原来的数。"),
        ("nan", "1.4", "请填一个数，例如 1.4。图上还是原来的数。"),
    ],
)
def test_the_readers_number_is_kept_within_its_bounds(asked, shown, error):
    change = read_change(_figure(), asked)
    assert (change.shown, change.error) == (shown, error)


def test_the_chart_follows_the_readers_number():
    value = _figure()
    assert [cell.exact for cell in chart_of(value, read_change(value, None)).series[0].values] == ["0", "14"]
    assert [cell.exact for cell in chart_of(value, read_change(value, "0.7")).series[0].values] == ["0", "7"]


def test_changes_are_marked_by_sign_and_not_by_colour_alone():
    value = _figure(shows_change=True, series=[{"name": "涨跌", "formula": "10-15*x"}])
    assert [(cell.mark, cell.exact) for cell in chart_of(value).series[0].values] == [("▲", "10"), ("▼", "5")]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"inputs": [{**FIGURE["inputs"][0], "max": ""}]}, "可以改的数要写最小、最大和每次加减。"),
        ({"inputs": [{**FIGURE["inputs"][0], "value": "4"}]}, "数值要在最小和最大之间。"),
        ({"inputs": [{**FIGURE["inputs"][0], "step": "0"}]}, "每次加减要大于零。"),
        ({"inputs": FIGURE["inputs"] * 2}, "读者只能改一个数，请只勾一个。"),
        ({"x": FIGURE["x"][::-1]}, "横轴上的点要从小到大，不能重复。"),
        ({"series": [{"name": "除", "formula": "1/rate"}]}, "算式里有除以零。"),
    ],
)
def test_a_figure_that_some_reader_could_break_is_refused(changes, message):
    with pytest.raises(StructBlockValidationError) as refused:
        FigureBlock().clean(_figure(**changes))
    assert describe(refused.value) == message


def test_a_page_has_one_changeable_number():
    block = LessonBody()
    with pytest.raises(StreamBlockValidationError) as refused:
        block.clean(block.to_python([{"type": "figure", "value": FIGURE}] * 2))
    assert describe(refused.value) == "一篇里只能有一张图的数可以改。"


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [("0", "420", [0, 150, 300, 450]), ("0", "0", [0]), ("-30", "70", [-40, 0, 40, 80]), ("5", "5", [0, 2, 4, 6])],
)
def test_ticks_are_round_and_enclose_the_values(low, high, ticks):
    from decimal import Decimal

    found = nice_ticks(Decimal(low), Decimal(high))
    assert found[0] <= min(Decimal(low), 0)
    assert found[-1] >= Decimal(high)
    if low != high or low == "5":
        assert [int(tick) for tick in found] == ticks


def test_no_rule_of_another_part_of_the_site_reaches_the_shapes_of_a_figure():
    drawn = (Path(settings.BASE_DIR) / "templates/blocks/includes/chart.html").read_text(encoding="utf-8")
    shapes = set(re.findall(r'class="([a-z]+)', drawn)) - {"chart"}
    rules = "".join(path.read_text(encoding="utf-8") for path in (Path(settings.BASE_DIR) / "static_src/css").iterdir())
    alone = [
        one.strip() for rule in re.findall(r"([^{}]+){", rules) for one in rule.split(",") if len(one.split()) == 1
    ]
    assert "column" in shapes
    assert [one for one in alone if shapes & set(re.findall(r"\.([a-z-]+)", one))] == []

"""A tool within a lesson."""

import pytest
from wagtail.blocks import StructBlockValidationError

from courses.actions.importing import describe
from courses.tools.block import ToolBlock, read_numbers
from courses.tools.forms import CompoundForm

ANCHOR = {"anchor": "b3"}


def _block(tool="compound", numbers=""):
    return ToolBlock().to_python({"tool": tool, "numbers": numbers})


@pytest.mark.parametrize(
    "written",
    [
        "https://edu.example.com/tools/compound/?principal=50000&monthly=0&rate=4&inflation=2&years=10#answer",
        "?principal=50000&monthly=0&rate=4&inflation=2&years=10",
        "principal=50000&rate=4&years=10",
        "本金（元）＝50000\n每年收益率（%，假设）：4\n多少年=10",
        "principal = 50000\nrate: 4\n\nyears=10",
    ],
)
def test_numbers_come_as_an_address_or_line_by_line(written):
    block = ToolBlock()
    value = block.clean(_block(numbers=written))
    context = block.get_context(value, ANCHOR)
    assert context["answer"].headline.replace("\u00a0", " ").startswith("10 年后，账面约 74,012 元")
    assert context["address"] == "/tools/compound/?principal=50000&monthly=0&rate=4&inflation=2&years=10"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("principal=很多", "本金（元）：“很多”不是一个数，请只写数字。"),
        ("years=61", "多少年：这里可以填 1 到 60。"),
        ("五万元", "“五万元”看不懂，请写成 名字=数。"),
        (
            "stocks=50",
            "这个工具没有叫“stocks”的数，可以写的是：principal、monthly、rate、inflation、years。",
        ),
    ],
)
def test_numbers_that_the_tool_would_refuse_cannot_be_saved(written, message):
    with pytest.raises(StructBlockValidationError) as refused:
        ToolBlock().clean(_block(numbers=written))
    assert list(refused.value.block_errors) == ["numbers"]
    assert describe(refused.value) == message


def test_a_tool_shows_its_answer_its_numbers_and_the_way_to_change_them():
    html = ToolBlock().render(_block(numbers="years=10"), context=ANCHOR)
    assert "改一改数字" in html
    assert 'href="/tools/compound/?principal=10000&amp;monthly=0&amp;rate=3&amp;inflation=2&amp;years=10"' in html
    assert "假设数字，不是预测。" in html
    assert 'id="chart-title-tool-b3-1"' in html
    assert "多少年 10" in html


def test_a_planner_within_a_lesson_puts_no_number_into_an_address():
    html = ToolBlock().render(_block("goal", "goal=50000\nsaved=0"), context=ANCHOR)
    assert 'href="/tools/goal/"' in html
    assert "用自己的数算一算" in html
    assert "?goal" not in html


def test_the_lab_states_its_assumptions_in_words():
    html = ToolBlock().render(_block("allocation", "years=5"), context=ANCHOR)
    assert "股票类每年平均收益 6%、波动率 20%" in html
    assert html.count("<figure") == 3


def test_numbers_that_a_tool_takes_no_more_leave_the_way_to_it():
    html = ToolBlock().render(_block(numbers="years=9999"), context=ANCHOR)
    assert 'href="/tools/compound/"' in html
    assert "tool-headline" not in html
    assert ToolBlock().render(_block("gone"), context=ANCHOR).strip() == ""


def test_search_reads_no_numbers_of_a_tool():
    block = ToolBlock()
    assert block.get_searchable_content(_block(numbers="amount=50000&months=6")) == []


def test_reading_numbers_leaves_the_rest_to_the_tool():
    assert read_numbers("", CompoundForm) == {}
    assert read_numbers("years=", CompoundForm) == {"years": ""}


@pytest.mark.django_db
def test_a_lesson_shows_the_tool_and_leads_to_it(course_site, client):
    body = [
        {"type": "section", "title": "复利"},
        {"type": "text", "html": "<p>算一遍。</p>"},
        {"type": "tool", "tool": "drawdown", "numbers": "fall=30\nrate=6"},
    ]
    lesson = course_site.lesson(body=body)
    page = client.get(lesson.url)
    assert "要涨 42.86% 才回到原处" in page.content.decode().replace("\u00a0", " ")
    assert client.get("/tools/drawdown/?fall=30&rate=6").status_code == 200
    assert 'href="/tools/drawdown/?fall=30&amp;rate=6"' in page.content.decode()
    assert "42.86%" in lesson.published_text()
    # What the tool says is counted as the lesson's by the page cache too.
    assert client.get(lesson.url).headers["X-Page-Cache"] == "hit"

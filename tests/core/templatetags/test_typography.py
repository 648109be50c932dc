"""The filters for Chinese typography."""

import pytest
from django.utils import translation

from core.templatetags.typography import chinese_number, highlight, phrases, plain_title, units


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("净值高低|不分贵贱", '<span class="nb">净值高低</span><span class="nb">不分贵贱</span>'),
        ("看懂再决定，这里不卖", '<span class="nb">看懂再决定，</span><span class="nb">这里不卖</span>'),
        ("<b>|“a”", '<span class="nb">&lt;b&gt;</span><span class="nb">“a”</span>'),
        ("", ""),
    ],
)
def test_phrases(text, html):
    assert phrases(text) == html


def test_plain_title_drops_marks():
    assert plain_title("净值高低|不分贵贱") == "净值高低不分贵贱"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("150 元左右", "150\u00a0元左右"),
        ("约 8 分钟", "约\u00a08\u00a0分钟"),
        ("<8 元", "&lt;8\u00a0元"),
        ("A 8 B", "A 8 B"),
    ],
)
def test_units(text, result):
    assert units(text) == result


@pytest.mark.parametrize(("number", "words"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (36, "三十六")])
def test_chinese_number(number, words):
    assert chinese_number(number) == words


@pytest.mark.parametrize(
    ("text", "query", "html"),
    [
        ("赎回费怎么算", "赎回费", "<mark>赎回费</mark>怎么算"),
        ("ETF 和 etf", "etf", "<mark>ETF</mark> 和 <mark>etf</mark>"),
        ("申购费和管理费", "申购费怎么算", "<mark>申购费</mark>和管理费"),
        ("<script>费", "费", "&lt;script&gt;<mark>费</mark>"),
        ("费用", "<b>", "费用"),
        ("费用", "", "费用"),
        ("费用", "(.*", "费用"),
    ],
)
def test_highlight(text, query, html):
    assert highlight(text, query) == html


def test_numbered_headings_have_figures_on_an_english_page():
    with translation.override("en"):
        assert [chinese_number(3), chinese_number(12)] == ["3", "12"]

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.normalise import normalise

PIECES = st.sampled_from(
    [
        *"保本夲無風險稳赚，。·*_.- 　\n\t<>&;#",
        "\u200b",
        "\ufeff",
        "\u0301",
        "１００％",
        "<b>",
        "</p>",
        "<br/>",
        "&nbsp;",
        "&#8203;",
        "&#20445;",
        "&lt;",
        "㈠",
        "½",
        "🔥",
        "𠀀",
        "Ａ",
        "ﬁ",
        "İ",
        "ǅ",
        "<!--",
        "a",
        "7",
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=30).map("".join))


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("保 本 保 收 益", "保本保收益"),
        ("保·本", "保本"),
        ("保*本", "保本"),
        ("稳.赚.不.赔", "稳赚不赔"),
        ("保夲", "保本"),
        ("穩賺不賠", "稳赚不赔"),
        ("１００％安全", "100%安全"),
        ("1 0 0 %安全", "100%安全"),
        ("保\u200b本", "保本"),
        ("保\u0336本\u0336", "保本"),
        ("保🔥本", "保本"),
        ("保<b>本</b>", "保本"),
        ("保<span style='color:red'>\n本</span>", "保本"),
        ("&#20445;&#x672c;", "保本"),
        ("保&nbsp;本", "保本"),
        ("Buy now", "buy now"),
        ("1. 保存", "1.保存"),
        ("5 < 6 & 7", "5‹6⅋7"),
        ("好，坏。（中）", "好，坏。（中）"),
        ("", ""),
    ],
)
def test_normalise_makes_the_plain_form(written, plain):
    assert normalise(written).text == plain


def test_span_leads_back_to_what_stood_there():
    written = "本基金<b>保\u200b</b>·夲，&#20445;本，㈠"
    normal = normalise(written)

    def original(plain):
        start = normal.text.rindex(plain)
        return written[slice(*normal.span(start, start + len(plain)))]

    assert normal.text == "本基金保本，保本，(一)"
    assert written[slice(*normal.span(3, 5))] == "保\u200b</b>·夲"
    assert original("保本") == "&#20445;本"
    assert original("(一)") == "㈠"
    assert original("一") == "㈠"


def test_lines_blocks_and_spaced_phrases_are_breaks():
    assert normalise("不好\n很好").breaks == (2,)
    assert normalise("<p>不好</p><p>很好</p>").breaks == (0, 2, 4)
    assert normalise("不保本 稳赚").breaks == (3,)
    assert normalise("保 本").breaks == ()
    assert normalise("基金不 保本").breaks == ()


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_normalise_changes_its_own_result_no_further(text):
    once = normalise(text).text

    assert normalise(once).text == once


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_places_run_on_and_stay_within_the_text(text):
    normal = normalise(text)
    spans = [normal.span(index, index + 1) for index in range(len(normal.text))]

    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(min_value=0, max_value=60))
def test_index_finds_the_place_of_an_origin(text, origin):
    normal = normalise(text)
    index = normal.index(min(origin, len(text)))

    assert 0 <= index <= len(normal.text)
    assert all(normal.span(at, at + 1)[1] > origin for at in range(index, len(normal.text))) or origin > len(text)

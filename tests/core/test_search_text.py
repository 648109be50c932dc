"""The words of a query and of the index."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modelsearch.query import And, Phrase, PlainText

from core.search.question import literal, understand
from core.search.text import index_form, runs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("资产配置", "资 产 配 置"),
        ("50ETF基金", "50 etf 基 金"),
        ("資產配置，無風險", "资 产 配 置 无 风 险"),
        ("ＡＢＣ１２３", "abc 123"),
        ("费率 1.5%", "费 率 1.5"),
        ("", ""),
        ("“”!!（）", ""),
    ],
)
def test_index_form_gives_each_character_its_own_token(text, expected):
    assert index_form(text) == expected


def test_a_chinese_word_becomes_a_phrase_of_characters():
    assert repr(literal("配置")) == repr(Phrase("配 置"))


def test_scripts_are_separate_words_that_must_all_occur():
    assert repr(literal("50ETF基金")) == repr(And([PlainText("50"), PlainText("etf"), Phrase("基 金")]))


@pytest.mark.parametrize("typed", ["", "  ", '"', "”“", "((", "AND OR NOT"[:0], "?!"])
def test_nothing_searchable_is_no_question(typed):
    assert understand(typed) is None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("为什么我的基金跌得比指数多", ("基金跌得比指数多",)),
        ("赎回费怎么算", ("赎回费",)),
        ("怎么算", ("算",)),
        ("基金怎么选，费用呢", ("基金", "费用")),
        ("什么是最大回撤", ("最大回撤",)),
        ("怎么办", ("怎么办",)),
    ],
)
def test_stop_phrases_of_a_question_are_dropped_unless_nothing_else_is_there(typed, words):
    assert understand(typed).words == words


SYNONYMS = {"取钱": ("赎回", "到账"), "跌": ("亏损",)}


def test_everyday_words_bring_the_words_of_the_field():
    question = understand("怎么取钱", SYNONYMS)
    assert question.groups == [("取钱", "赎回", "到账")]
    assert set(question.pieces) == {"取钱", "赎回", "到账"}


def test_an_everyday_word_within_a_question_stands_for_itself_alone():
    question = understand("定投跌了要不要停", SYNONYMS)
    assert question.groups == [("定投",), ("跌", "亏损")]


def test_the_longer_everyday_word_says_more():
    weights = {clue.text: clue.weight for clue in understand("取钱跌", SYNONYMS).clues}
    assert (weights["赎回"], weights["亏损"]) == (1.0, 0.5)


@settings(max_examples=50)
@given(st.text(max_size=300))
def test_any_text_is_understood_without_error(typed):
    question = understand(typed, SYNONYMS)
    assert question is None or all(question.words)
    assert question is None or len(question.pieces) <= 24
    assert all(runs(typed))

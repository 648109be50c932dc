"""What somebody meant who typed pinyin, or made a slip."""

import pytest

from core.search.passages import passage
from core.search.question import words_of
from core.search.vocabulary import Vocabulary

WORDS = ["定投", "再平衡", "分散投资", "荐股群", "验证码", "产品资料概要", "复利", "基金", "ETF", "手续费"]


@pytest.fixture
def known():
    return Vocabulary(words=WORDS, titles=["少了六千，投诉能要回哪一笔", "怎么投诉"], synonyms={"取钱": ("赎回",)})


@pytest.mark.parametrize(
    ("letters", "meant"),
    [
        ("dingtou", "定投"),
        ("zaipingheng", "再平衡"),
        ("jijinshishenme", "基金"),
        ("fulizenme", "复利"),
        ("jijinfuli", "基金 复利"),
        ("fstz", "分散投资"),
        ("tousu", "投诉"),
        ("shuhui", "赎回"),
        ("dingtuo", "定投"),
        ("fensantouz", "分散投资"),
        ("etf", ""),
        ("hello", ""),
        ("shishenme", ""),
        ("x", ""),
        ("q" * 100, ""),
    ],
)
def test_letters_are_read_as_pinyin_of_what_the_site_knows(known, letters, meant):
    assert known.read(letters) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("定头", "定投"),
        ("验正码给别人了", "验证码给别人了"),
        ("建股群", "荐股群"),
        ("手绪费怎么算", "手续费怎么算"),
        ("产品资料概览", "产品资料概要"),
        ("品产资料概要", "产品资料概要"),
        ("产品资料概", ""),
        ("zai ping heng", "再平衡"),
        ("jijin 手绪费", "基金 手续费"),
        ("定投", ""),
        ("完全无关的话", ""),
    ],
)
def test_slips_are_mended_where_no_text_holds_what_was_typed(known, typed, meant):
    corrected = known.corrected(typed, words_of(typed), occurs=lambda word: word in WORDS, found_none=True)
    assert corrected == meant


def test_a_word_that_occurs_is_left_alone(known):
    assert known.corrected("定头", ["定头"], occurs=lambda word: True, found_none=True) == ""


def test_chinese_that_found_something_is_left_alone(known):
    assert known.corrected("建股群", ["建股群"], occurs=lambda word: False, found_none=False) == ""


def test_the_texts_are_asked_a_few_times_only(known):
    asked = []
    typed = "定头" * 40
    known.corrected(typed, [typed], occurs=lambda word: asked.append(word) or True, found_none=True)
    assert 0 < len(asked) <= 6


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("定", ["定投"]),
        ("ding", ["定投"]),
        ("投", ["定投", "分散投资", "少了六千，投诉能要回哪一笔", "怎么投诉"]),
        ("fst", ["分散投资"]),
        ("投訴", ["少了六千，投诉能要回哪一笔", "怎么投诉"]),
        ("取", []),
        ("", []),
        ("?", []),
    ],
)
def test_names_and_headings_are_offered_while_somebody_types(known, typed, offered):
    assert known.suggestions(typed, 8) == offered


def test_no_more_is_offered_than_asked_for(known):
    assert known.suggestions("投", 2) == ["定投", "分散投资"]


def test_a_passage_begins_at_its_sentence_and_holds_the_word():
    text = "前面一句。" * 20 + "赎回要先确认，再划款。" + "后面一句。" * 40
    found = passage(text, ["赎回"])
    assert found.startswith("…赎回要先确认")
    assert found.endswith("…")
    assert len(found) < 90


def test_a_passage_of_a_text_that_holds_nothing_is_empty():
    assert passage("正文", ["赎回"]) == ""
    assert passage("", ["赎回"]) == ""
    assert passage("正文", []) == ""

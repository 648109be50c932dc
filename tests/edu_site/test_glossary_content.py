"""The terms of the glossary and the answers of the help page, each rule with a control that breaks one place."""

import copy
from collections.abc import Callable

import pytest

from tests.content_texts import block_texts, texts
from tests.edu_site import glossary_rules as rules
from tests.edu_site.content_files import ARTICLES, LESSONS, QUIZZES, Data, Rule
from tests.edu_site.test_content_rules import in_two_files, read_by_people
from tests.factories.courses import read_content

TERMS = read_content("glossary.toml")["terms"]
HELP = read_content("pages/help.toml")
ANSWERS = [entry for entries in rules.answers_by_section(HELP).values() for entry in entries]


@pytest.mark.parametrize("rule", rules.TERM_RULES, ids=lambda rule: rule.__name__)
def test_terms(rule):
    assert {term["slug"]: found for term in TERMS if (found := rule(term))} == {}


@pytest.mark.parametrize("rule", rules.ANSWER_RULES, ids=lambda rule: rule.__name__)
def test_answers(rule):
    assert {entry["question"]: found for entry in ANSWERS if (found := rule(entry))} == {}


def test_eighty_terms_each_once():
    assert (len(TERMS), len({term["term"] for term in TERMS}), len({term["slug"] for term in TERMS})) == (80, 80, 80)
    assert all(len(set(rules.names_of(term))) == len(rules.names_of(term)) for term in TERMS)


def test_no_term_goes_by_the_name_of_another():
    assert _claimed_twice(TERMS) == []


def test_thirty_answers_in_their_groups():
    groups = rules.answers_by_section(HELP)
    assert list(groups) == rules.SECTIONS
    assert len(ANSWERS) == len({entry["question"] for entry in ANSWERS}) == 30


def test_no_sentence_stands_anywhere_else():
    assert _repeated(TERMS, HELP) == {}


# Controls: one place broken


def _claimed_twice(terms: list[Data]) -> list[str]:
    names = {term["term"] for term in terms}
    return [alias for term in terms for alias in term["aliases"] if alias in names]


def _repeated(terms: list[Data], page: Data) -> dict[str, list[str]]:
    files = {name: read_by_people(name) for name in LESSONS + QUIZZES + ARTICLES}
    files.update({name: list(block_texts(other["body"])) for name, other in rules.info_pages().items()})
    files["help"] = list(block_texts(page["body"]))
    # Each term is a text of its own, so that two terms do not say the same either.
    files.update({term["slug"]: list(rules.readable([term])) for term in terms})
    mine = {"help", *(term["slug"] for term in terms)}
    return {sentence: names for sentence, names in in_two_files(files).items() if mine & set(names)}


def _set(name: str, value: object) -> Callable[[Data], None]:
    return lambda data: data.update({name: value})


TERM_CONTROLS: list[tuple[Rule, Callable[[Data], None]]] = [
    (rules.plain_is_one_sentence, _set("plain", "这是一句。这又是一句。")),
    (rules.plain_is_one_sentence, _set("plain", "没有句号")),
    (rules.sentences_are_short, _set("example", f"{'这句话写得很长' * 7}。")),
    (rules.sums_recompute, _set("sums", ["5.25亿 / 5亿 = 1.06"])),
    (rules.sums_recompute, _set("sums", ["没有算式"])),
    (rules.numbers_stand_in_the_sums, _set("example", "投入 10,000 元，付 77 元。")),
    (rules.results_stand_in_the_example, lambda term: term["sums"].append("2 * 3.5 = 7")),
    (rules.pinyin_has_a_syllable_for_each_character, _set("pinyin", "dan wei jing")),
    (rules.nothing_is_blocked, _set("example", "这只基金保本，收益有保证。")),
    (rules.nothing_is_blocked, _set("aliases", ["净值", "代理维权"])),
    (rules.lessons_speak_of_it, lambda term: term["lessons"].append("R-04")),
    (rules.lessons_speak_of_it, _set("lessons", ["D-03", "X-99"])),
    (rules.lessons_speak_of_it, _set("lessons", [])),
    (rules.lessons_that_explain_it_are_listed, _set("lessons", ["D-01"])),
    (rules.facts_are_known, _set("example", "下限是{fact:no_such_fact}。")),
]

ANSWER_CONTROLS: list[tuple[Rule, Callable[[Data], None]]] = [
    (rules.answers_are_short, _set("answer", f"<p>{'这句话写得很长' * 7}。</p>")),
    (rules.answers_are_short, _set("answer", f"<p>{'很长。' * 200}</p>")),
    (rules.asked_as_a_question, _set("question", "关于登录")),
    (rules.answers_block_nothing, _set("answer", "<p>这只基金保本，收益有保证。</p>")),
    (rules.links_lead_somewhere, _set("answer", '<p>看<a href="/no/such/page/">这里</a>。</p>')),
    (rules.facts_are_known, _set("answer", "<p>{fact:no_such_fact}</p>")),
]


@pytest.mark.parametrize(("rule", "spoil"), TERM_CONTROLS, ids=lambda part: getattr(part, "__name__", ""))
def test_a_broken_term_is_found(rule, spoil):
    term = copy.deepcopy(TERMS[0])
    assert rule(term) == []
    spoil(term)
    assert rule(term) != []


@pytest.mark.parametrize(("rule", "spoil"), ANSWER_CONTROLS, ids=lambda part: getattr(part, "__name__", ""))
def test_a_broken_answer_is_found(rule, spoil):
    entry = copy.deepcopy(ANSWERS[0])
    spoil(entry)
    assert rule(entry) != []


def test_every_rule_has_a_control():
    assert {rule for rule, _spoil in TERM_CONTROLS} == set(rules.TERM_RULES)
    assert {rule for rule, _spoil in ANSWER_CONTROLS} == set(rules.ANSWER_RULES)


def test_a_name_claimed_twice_is_found():
    other = {**TERMS[1], "aliases": [TERMS[0]["term"]]}
    assert _claimed_twice([TERMS[0], other]) == [TERMS[0]["term"]]


def test_a_sentence_of_a_lesson_is_found():
    sentence = max((text for _field, text in texts(read_content(LESSONS[0])["body"]) if "。" in text), key=len)
    assert _repeated([{**TERMS[0], "example": sentence}], HELP) != {}


def test_a_fact_in_a_sum_counts_as_its_own_number():
    """What a fact says may change, so no sum may lean on it: the number has to be written as an assumption."""
    term = {**TERMS[0], "example": "假设费率 1.5%，付 150 元。", "sums": ["10000 * {fact:redeem_fee_lt7d} = 150"]}
    assert rules.sums_recompute(term) != []
    assert rules.numbers_stand_in_the_sums(term) == ["1.5"]

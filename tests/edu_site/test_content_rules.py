"""What a script can check of the two tables in docs/content/rubrics.md, over whatever lessons and quizzes are there.

Each rule has a control: a copy of a real file, broken in one place, in which the rule must find something.
"""

import copy
import csv
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from core.search.likeness import parts_of
from quizzes.enums import QuestionKind
from tests.content_texts import block_texts, sentences, texts
from tests.edu_site import lesson_rules as lesson
from tests.edu_site import quiz_rules as quiz
from tests.edu_site.content_files import (
    ARTICLES,
    HAN,
    LESSONS,
    OWED,
    QUIZZES,
    Data,
    Rule,
    blocks,
    facts_are_known,
    lesson_of,
    questions_of,
    right,
    wrong,
)
from tests.edu_site.glossary_rules import holds
from tests.factories.courses import CONTENT, read_content

# Shorter ones may stand in more than one file: 「以合同为准」. What law is cited may, too.
SHARED = 12
_REPEATED = {"sources", "tags", "author", "reviewer", "slug", "track", "tier"}
# The formulas of a check stand in a comment above it.
SUMS_OF_CHECK = re.compile(r'^# (.+)\n\[\[body\]\]\ntype = "check"', re.MULTILINE)


def bank_of() -> list[Data]:
    return [question for name in QUIZZES for question in questions_of(read_content(name))]


def in_two_files(files: dict[str, list[tuple[str, str]]]) -> dict[str, list[str]]:
    where: dict[str, set[str]] = defaultdict(set)
    for name, paragraphs in files.items():
        for sentence in sentences(paragraphs):
            plain = re.sub(r"\W", "", sentence)
            if len(plain) >= SHARED and HAN.search(plain):
                where[plain].add(name)
    return {sentence: sorted(names) for sentence, names in where.items() if len(names) > 1}


def wrong_sums(raw: str) -> list[str]:
    return [line for sums in SUMS_OF_CHECK.findall(raw) for line in sums.split(";") if not holds(line)]


def read_by_people(name: str) -> list[tuple[str, str]]:
    data = {field: value for field, value in read_content(name).items() if field not in _REPEATED}
    body = [block for block in data.pop("body", []) if block["type"] not in OWED]
    titles = {title for other in LESSONS + ARTICLES for title in (read_content(other)["title"].replace("|", ""),)}
    # A link says the title of where it leads.
    linked = [(field, text) for field, text in block_texts(body) if text not in titles]
    return [*texts(data), *((field, _without(text, titles)) for field, text in linked)]


def _without(text: str, titles: set[str]) -> str:
    for title in titles:
        text = text.replace(title, "。")
    return text


def _score_errors(row: dict[str, str]) -> list[str]:
    """Return what is wrong with one row of docs/content/scores.csv."""
    if row["state"] == "new":
        return [] if row["total"] == "" else ["a score for what nobody read"]
    points = [int(row[f"c{number}"]) for number in range(1, 11)]
    must = (0, 2, 3) if row["kind"] == "question" else (0, 1, 2)
    found = [] if sum(points) == int(row["total"]) and set(points) <= {1, 2, 3, 4, 5} else ["does not add up"]
    if min(points) <= 3 and not row["note"] and points[7] != min(points):
        found.append("a low score without a reason")
    if row["state"] == "keep":
        fits = row["gate"] == "过" and sum(points) >= 40 and min(points) >= 3 and min(points[at] for at in must) >= 4
        found += [] if fits else ["kept below the bar"]
    return found if row["state"] in {"keep", "revised"} else [*found, f"state {row['state']}"]


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("rule", lesson.LESSON_RULES, ids=lambda rule: rule.__name__)
def test_lesson(rule, name):
    assert rule(read_content(name)) == []


@pytest.mark.parametrize("name", QUIZZES)
@pytest.mark.parametrize("rule", quiz.QUIZ_RULES, ids=lambda rule: rule.__name__)
def test_quiz(rule, name):
    assert rule(read_content(name)) == []


def test_each_lesson_has_its_quiz():
    assert [name.removeprefix("quizzes/") for name in QUIZZES] == [name.removeprefix("lessons/") for name in LESSONS]
    assert all(read_content(name)["lesson"] == name[8:12].upper() for name in QUIZZES)


def test_codes_are_used_once():
    codes = Counter(question["code"] for question in bank_of())
    codes.update(row["code"] for name in LESSONS + QUIZZES for row in read_content(name).get("misconceptions", []))
    assert [code for code, count in codes.items() if count > 1] == []


def test_the_bank_gives_no_key_away():
    bank = bank_of()
    assert quiz.key_positions(bank) < 1
    assert quiz.longest_keys(bank) <= quiz.LONGEST_KEY
    assert quiz.two_options(bank) <= quiz.TWO_OPTIONS
    assert quiz.which_is_wrong(bank) <= quiz.WHICH_IS_WRONG


def test_right_answers_of_checks_stand_everywhere():
    options = [blocks(read_content(name), "check")[0]["options"] for name in LESSONS]
    places = Counter([row["right"] for row in rows].index(True) for rows in options)
    assert len(places) >= 3
    assert max(places.values()) <= 1.5 * min(places.values())


def test_sums_of_checks_come_out():
    files = {name: (CONTENT / name).read_text(encoding="utf-8") for name in LESSONS}
    assert {name: wrong_sums(raw) for name, raw in files.items() if wrong_sums(raw)} == {}
    assert sum(len(SUMS_OF_CHECK.findall(raw)) for raw in files.values()) > 20


def test_a_sum_of_a_check_that_is_wrong_is_found():
    assert wrong_sums('# 1 + 1 = 2; 1 + 1 = 3\n[[body]]\ntype = "check"\n') == [" 1 + 1 = 3"]


def test_each_tier_asks_about_fraud_and_fees():
    asked = defaultdict(set)
    for name in QUIZZES:
        data = read_content(name)
        asked[lesson_of(data)["tier"]] |= {question["dimension"] for question in data["questions"]}
    assert {"fraud", "fee"} <= asked["beginner"]


def test_no_sentence_stands_in_two_files():
    assert in_two_files({name: read_by_people(name) for name in LESSONS + QUIZZES + ARTICLES}) == {}


def test_no_phrasing_leads_to_two_lessons():
    """Neither the same words nor the same once what every question says is left out."""
    asked = Counter(parts_of(line) for name in LESSONS for line in read_content(name)["asked_as"])
    assert [sorted(parts) for parts, times in asked.items() if times > 1] == []


def test_scores_add_up_and_name_what_is_there():
    with (settings.BASE_DIR / "docs/content/scores.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = {
        "lesson": {read_content(name)["code"] for name in LESSONS},
        "question": {question["code"] for question in bank_of()},
        "drill": {path.stem for path in (CONTENT / "drills").glob("*.toml")},
    }
    assert {row["code"]: _score_errors(row) for row in rows if _score_errors(row)} == {}
    assert [row["code"] for row in rows if row["code"] not in known[row["kind"]]] == []
    assert len({(row["code"], row["reader"]) for row in rows}) == len(rows)


def test_a_score_that_cannot_be_is_found():
    row = {**{f"c{number}": "4" for number in range(1, 11)}, "kind": "lesson", "gate": "过", "note": "", "total": "40"}
    assert _score_errors({**row, "state": "keep"}) == []
    for wrong_row in ({"total": "41"}, {"c2": "3", "total": "39"}, {"gate": "e"}, {"state": "new"}, {"state": "?"}):
        assert _score_errors({**row, "state": "keep", **wrong_row}) != []


# Controls: one place broken


def _break(data: Data, path: str, value: Any) -> None:
    """Set what lies at ``path`` (names and numbers between dots) to ``value``."""
    *way, last = path.split(".")
    place: Any = data
    for step in way:
        place = place[int(step) if step.lstrip("-").isdigit() else step]
    place[int(last) if last.lstrip("-").isdigit() else last] = value


def _add_text(html: str) -> Callable[[Data], None]:
    return lambda data: data["body"].insert(-4, {"type": "text", "html": html})


def _drop(kind: str) -> Callable[[Data], None]:
    def drop(data: Data) -> None:
        data["body"] = [block for block in data["body"] if block["type"] != kind]

    return drop


def _set(path: str, value: Any) -> Callable[[Data], None]:
    return lambda data: _break(data, path, value)


def _at(kind: str, data: Data) -> int:
    return [block["type"] for block in data["body"]].index(kind)


def _check_of(data: Data) -> list[Data]:
    return list(blocks(data, "check")[0]["options"])


def _no_loss(data: Data) -> None:
    for block in blocks(data, "worked_example"):
        for row in block["outcomes"]:
            row["change_result"] = row["change_result"].lstrip("-")


def _nothing_to_change(data: Data) -> None:
    for block in blocks(data, "figure"):
        for row in block["inputs"]:
            row["change"] = False


def _keep_two(data: Data) -> None:
    del data["misconceptions"][2:]
    codes = {row["code"] for row in data["misconceptions"]}
    data["body"] = [block for block in data["body"] if block["type"] != "misconception" or block["code"] in codes]


LESSON_CONTROLS: list[tuple[Rule, Callable[[Data], None]]] = [
    (lesson.body_length, _add_text(f"<p>{'很长。' * 600}</p>")),
    (lesson.body_length, lambda data: data.update(body=data["body"][:4])),
    (lesson.opens_with_a_scene_and_a_question, _drop("scene")),
    (lesson.opens_with_a_scene_and_a_question, _drop("prediction")),
    (lesson.prediction_has_one_answer, _set("body.1.answer", "z")),
    (lesson.one_check_in_the_middle, _drop("check")),
    (lesson.one_check_in_the_middle, lambda data: data["body"].insert(2, data["body"].pop(_at("check", data)))),
    (lesson.one_check_in_the_middle, lambda data: [row.update(right=True) for row in _check_of(data)]),
    (lesson.worked_example_goes_both_ways, _drop("worked_example")),
    (lesson.worked_example_goes_both_ways, _no_loss),
    (lesson.figure_can_be_changed_and_read_aloud, _drop("figure")),
    (lesson.figure_can_be_changed_and_read_aloud, _nothing_to_change),
    (lesson.misconceptions_in_their_places, _drop("misconception")),
    (lesson.misconceptions_in_their_places, _keep_two),
    (lesson.misconceptions_in_their_places, lambda data: data["misconceptions"].reverse()),
    (lesson.misconceptions_in_their_places, _set("misconceptions.1.why", "")),
    (lesson.ends_with_what_to_keep, _drop("keep")),
    (lesson.ends_with_what_to_keep, _drop("if_then")),
    (lesson.has_a_step_for_today, lambda data: data["body"].insert(-4, {"type": "section", "title": "小结"})),
    (lesson.states_the_risk, _drop("risk_disclosure")),
    (lesson.sources_carry_dates, _set("sources", [{"text": "《证券投资基金法》。"}])),
    (lesson.signed_by_two_and_looked_at_again, lambda data: data.update(reviewer=data["author"])),
    (lesson.signed_by_two_and_looked_at_again, lambda data: data.update(review_by=data["checked_on"])),
    (lesson.sentences_are_short, _add_text(f"<p>{('这句话写得很长' * 7 + '。') * 30}</p>")),
    (lesson.few_new_terms, _add_text("".join(f"<p><b>第{number}个词</b></p>" for number in range(6)))),
    (
        lesson.few_new_terms,
        lambda data: data["body"].extend({"type": "margin_note", "term": "词", "html": ""} for _ in "123456"),
    ),
    (lesson.takes_six_to_ten_minutes, _set("minutes", 20)),
    (lesson.asked_in_readers_words, lambda data: data["asked_as"].pop() and data.update(asked_as=data["asked_as"][:9])),
    (lesson.asked_in_readers_words, lambda data: data["asked_as"].__setitem__(0, data["asked_as"][1])),
    (lesson.asked_in_readers_words, _set("asked_as.0", "这样长的一句话没有哪一位读者会在搜索框里打出来")),
    (lesson.asked_in_readers_words, _set("asked_as.0", "大家都上车了，我要不要买")),
    (lesson.nothing_is_blocked, _add_text("<p>这只基金保本，收益有保证。</p>")),
    (facts_are_known, _add_text("<p>{fact:no_such_fact}</p>")),
]

QUIZ_CONTROLS: list[tuple[Rule, Callable[[Data], None]]] = [
    (quiz.enough_questions, lambda data: data["questions"].clear()),
    (quiz.each_misconception_is_asked_twice, lambda data: data["questions"].clear()),
    (quiz.each_misconception_is_asked_twice, lambda data: data["twins"].clear()),
    (quiz.distractors_name_different_misconceptions, lambda data: [row.update(misconception="X-99-1") for row in
                                                              wrong(data["questions"][0])]),
    (quiz.keys_fit_the_kind, lambda data: [row.update(correct=True) for row in data["questions"][0]["options"]]),
    (quiz.most_questions_are_situations, lambda data: [question.update(stem="") for question in data["questions"]]),
    (quiz.stems_are_short, _set("questions.0.stem", "字" * 81)),
    (quiz.stems_are_short, _set("twins.0.stem", f"“{'字' * 121}”")),
    (quiz.options_are_equally_long, _set("questions.0.options.0.text", "这一个选项比别的都要长得多，一看就知道它是答案")),
    (quiz.options_stand_alone, _set("questions.0.options.0.text", "以上都对")),
    (quiz.each_option_has_feedback, lambda data: wrong(data["questions"][0])[0].update(breaks="")),
    (quiz.each_option_has_feedback, lambda data: right(data["twins"][0])[0].update(remedy="")),
    (quiz.difficulty_is_written_down, _set("questions.0.facility", 1)),
    (quiz.sections_are_there, _set("questions.0.section", 99)),
    (quiz.nothing_is_blocked_in_what_is_said_to_be_right, _set("questions.0.explanation", "这只基金保本，收益有保证。")),
    (facts_are_known, _set("questions.0.stem", "{fact:no_such_fact}")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "spoil"), LESSON_CONTROLS, ids=lambda part: getattr(part, "__name__", ""))
def test_a_broken_lesson_is_found(rule, spoil):
    data = copy.deepcopy(read_content(LESSONS[0]))
    spoil(data)
    assert rule(data) != []


@pytest.mark.parametrize(("rule", "spoil"), QUIZ_CONTROLS, ids=lambda part: getattr(part, "__name__", ""))
def test_a_broken_quiz_is_found(rule, spoil):
    data = copy.deepcopy(read_content(QUIZZES[0]))
    spoil(data)
    assert rule(data) != []


def test_every_rule_has_a_control():
    assert {rule for rule, _spoil in LESSON_CONTROLS} == set(lesson.LESSON_RULES)
    assert {rule for rule, _spoil in QUIZ_CONTROLS} == set(quiz.QUIZ_RULES)


def test_a_bank_that_gives_keys_away_is_found():
    bank = copy.deepcopy(bank_of())
    for question in bank:
        if question["kind"] == QuestionKind.SINGLE:
            key = right(question)[0]
            key["text"] += "，说得很周到"
            for option, letter in zip([key, *wrong(question)], "abcdefgh", strict=False):
                option["key"] = letter
    assert quiz.key_positions(bank) > 1
    assert quiz.longest_keys(bank) > quiz.LONGEST_KEY
    assert quiz.two_options([{**question, "options": question["options"][:2]} for question in bank]) > quiz.TWO_OPTIONS
    assert quiz.which_is_wrong([{**question, "ask": "下面哪一句不对？"} for question in bank]) > quiz.WHICH_IS_WRONG


def test_even_places_are_not_reported():
    even = [
        {"kind": "single", "options": [{"key": letter, "correct": letter == key} for letter in "abcd"]}
        for key in "abcd" * 10
    ]
    assert math.isclose(quiz.key_positions(even), 0)


def test_a_sentence_that_stands_twice_is_found():
    texts_of = read_by_people(LESSONS[0])
    assert in_two_files({"one": texts_of, "another": texts_of}) != {}

"""What a script can check of the two tables in docs/content/rubrics.md, over whatever lessons and quizzes are there.

A rule is a function from a parsed file to the things that it finds wrong. Each has a control below: a copy of a real
file, broken in one place, in which the rule must find something.
"""

import copy
import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from compliance.check import check_text
from quizzes.enums import QuestionKind, RiskDimension
from tests.content_texts import FACT, block_texts, sentences, texts
from tests.factories.courses import CONTENT, read_content

Data = dict[str, Any]
Rule = Callable[[Data], list[str]]

LESSONS = sorted(f"lessons/{path.name}" for path in (CONTENT / "lessons").glob("?-??.toml"))
QUIZZES = sorted(f"quizzes/{path.name}" for path in (CONTENT / "quizzes").glob("?-??.toml"))
ARTICLES = sorted(f"articles/{path.name}" for path in (CONTENT / "articles").glob("*.toml"))
FACTS = {row["key"] for row in tomllib.loads((CONTENT.parents[2] / "compliance/facts_start.toml").read_text())["facts"]}

BODY_LENGTH = {"beginner": (900, 1500), "intermediate": (1200, 2200), "advanced": (1200, 2200)}
QUESTIONS = {"beginner": 5, "intermediate": 4, "advanced": 4}
LONG_SENTENCE, LONG_SHARE = 45, 0.1
NEW_TERMS = 5
# Shorter ones may stand in more than one file: 「以合同为准」.
SHARED = 12
STEM, STEM_WITH_QUOTES, SITUATION = 80, 120, 30
SITUATIONS = 0.4
# An option is as long as the others, give or take a fifth, or two characters where all are short.
OPTION_SPREAD, OPTION_SLACK = 0.2, 2
# Alone the longest: at chance one item in four. Above this the length tells the key.
LONGEST_KEY = 0.4
TWO_OPTIONS, WHICH_IS_WRONG = 0.15, 0.1
# The 5 % points of chi-square for 1, 2 and 3 degrees of freedom.
CHI_SQUARE = {1: 3.84, 2: 5.99, 3: 7.81}

_HAN = re.compile("[\u4e00-\u9fff]")
_DATE = re.compile(r"\d{4}年\d{1,2}月|\{fact:|〔\d{4}〕")
_QUOTED = re.compile("“[^”]*”")
_TERM = re.compile(r"<b>([^<]*[^<。！？])</b>")
# Numbers of tables and figures are looked at, not read.
_LOOKED_AT = {"inputs", "lines", "total", "outcomes", "series", "x"}
# What the site owes its readers on every page, and what law is cited, stand in many files.
_OWED = {"risk_disclosure"}
_REPEATED = {"sources", "tags", "author", "reviewer", "slug", "track", "tier"}
_QUOTING = {"say", "belief", "tags", "stem"}


# Reading a file


def _blocks(data: Data, *kinds: str) -> list[Data]:
    return [block for block in data["body"] if block["type"] in kinds]


def _body_texts(data: Data) -> Iterator[tuple[str, str]]:
    """Yield what is read in the body, its misconceptions in their places."""
    wrong_ideas = {row["code"]: row for row in data["misconceptions"]}
    for block in data["body"]:
        if block["type"] == "misconception":
            yield from texts(wrong_ideas.get(block["code"], {}))
        elif block["type"] not in _OWED:
            yield from block_texts([{name: value for name, value in block.items() if name not in _LOOKED_AT}])


def _questions(data: Data) -> list[Data]:
    return [*data["questions"], *data.get("twins", [])]


def _wrong(question: Data) -> list[Data]:
    return [option for option in question["options"] if not option["correct"]]


def _right(question: Data) -> list[Data]:
    return [option for option in question["options"] if option["correct"]]


def _mended(text: str) -> str:
    return FACT.sub("0.00%", text)


# Rules for a lesson


def body_length(data: Data) -> list[str]:
    count = len(_HAN.findall("".join(text for _field, text in _body_texts(data))))
    low, high = BODY_LENGTH[data["tier"]]
    return [] if low <= count <= high else [f"{count} characters"]


def opens_with_a_scene_and_a_question(data: Data) -> list[str]:
    first, second = data["body"][0], data["body"][1]
    return [
        *([] if first["type"] == "scene" and first["say"] else ["no scene at first"]),
        *([] if second["type"] == "prediction" else ["no prediction before the explanation"]),
    ]


def prediction_has_one_answer(data: Data) -> list[str]:
    return [
        block["question"]
        for block in _blocks(data, "prediction")
        if block["answer"] not in {row["key"] for row in block["options"]} or not block["reveal"]
    ]


def worked_example_goes_both_ways(data: Data) -> list[str]:
    found = [] if _blocks(data, "worked_example") else ["no worked example"]
    for block in _blocks(data, "worked_example"):
        changes = [row["change_result"] for row in block["outcomes"]]
        if not any(change.startswith("-") for change in changes):
            found.append(f"{block['caption']}: no loss")
        if not all(block[name] for name in ("assumptions", "left_out")):
            found.append(f"{block['caption']}: does not say what it assumes and leaves out")
    return found


def figure_can_be_changed_and_read_aloud(data: Data) -> list[str]:
    figures = _blocks(data, "figure")
    found = [block["title"] for block in figures if not block["summary"] or "假设" not in block["note"]]
    changeable = [row for block in figures for row in block["inputs"] if row.get("change")]
    return found if changeable else [*found, "no number to change"]


def three_misconceptions_in_their_places(data: Data) -> list[str]:
    listed = [row["code"] for row in data["misconceptions"]]
    shown = [block["code"] for block in _blocks(data, "misconception")]
    found = [] if shown == listed == [f"{data['code']}-{number}" for number in (1, 2, 3)] else [f"{listed} / {shown}"]
    return found + [row["code"] for row in data["misconceptions"] if not (row["correction"] and row["why"])]


def ends_with_what_to_keep(data: Data) -> list[str]:
    kinds = [block["type"] for block in data["body"]]
    return [] if kinds[-4:] == ["key_idea", "keep", "if_then", "quiz_link"] else [str(kinds[-4:])]


def has_a_step_for_today(data: Data) -> list[str]:
    titles = [block["title"].replace("|", "") for block in _blocks(data, "section")]
    return [] if titles[-1].startswith("今天就能做") else titles[-1:]


def states_the_risk(data: Data) -> list[str]:
    if not _blocks(data, "risk_disclosure"):
        return ["no risk statement"]
    text = "\n".join(text for _field, text in [*_body_texts(data), *block_texts(_blocks(data, "risk_disclosure"))])
    return [finding.rule for finding in check_text(text, "lesson") if finding.category == "REQUIRED"]


def sources_carry_dates(data: Data) -> list[str]:
    cited = [source["text"] for source in data["sources"]]
    found = [text for text in cited if "《" in text and not _DATE.search(text)]
    return found if any(_DATE.search(text) for text in cited) else [*found, "no source has a date"]


def signed_by_two_and_looked_at_again(data: Data) -> list[str]:
    found = [] if len({data["author"], data["reviewer"]} - {""}) == 2 else ["not signed by two"]
    again = data["review_by"] - data["checked_on"]
    return found if timedelta(0) < again <= timedelta(days=400) else [*found, f"{again.days} days"]


def sentences_are_short(data: Data) -> list[str]:
    read = sentences(_body_texts(data))
    long = [sentence for sentence in read if len(sentence) > LONG_SENTENCE]
    return long if len(long) > LONG_SHARE * len(read) else []


def few_new_terms(data: Data) -> list[str]:
    notes = [block["term"] for block in _blocks(data, "margin_note")]
    terms = _TERM.findall("".join(block["html"] for block in _blocks(data, "text")))
    return [str(found) for found in (notes, terms) if len(found) > NEW_TERMS]


def takes_six_to_ten_minutes(data: Data) -> list[str]:
    return [] if 6 <= data["minutes"] <= 10 else [f"{data['minutes']} minutes"]


def nothing_is_blocked(data: Data) -> list[str]:
    return [
        f"{finding.match}: {text}"
        for field, text in [*_body_texts(data), *texts(data["title"]), *texts(data["search_description"])]
        if field not in _QUOTING
        for finding in check_text(text)
        if finding.severity == "block"
    ]


def facts_are_known(data: Data) -> list[str]:
    return sorted({key for text in _all_strings(data) for key in FACT.findall(text)} - FACTS)


def _all_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _all_strings(inner)


LESSON_RULES: list[Rule] = [
    body_length, opens_with_a_scene_and_a_question, prediction_has_one_answer, worked_example_goes_both_ways,
    figure_can_be_changed_and_read_aloud, three_misconceptions_in_their_places, ends_with_what_to_keep,
    has_a_step_for_today, states_the_risk, sources_carry_dates, signed_by_two_and_looked_at_again, sentences_are_short,
    few_new_terms, takes_six_to_ten_minutes, nothing_is_blocked, facts_are_known,
]  # fmt: skip


# Rules for the quiz of a lesson


def enough_questions(data: Data) -> list[str]:
    count, wanted = len(data["questions"]), QUESTIONS[_lesson_of(data)["tier"]]
    return [] if count >= wanted else [f"{count} of {wanted}"]


def _lesson_of(data: Data) -> Data:
    return read_content(f"lessons/{data['lesson'].lower()}.toml")


def each_misconception_is_asked_twice(data: Data) -> list[str]:
    found = []
    for row in _lesson_of(data)["misconceptions"]:
        for name in ("questions", "twins"):
            asked = {option["misconception"] for question in data.get(name, []) for option in _wrong(question)}
            if row["code"] not in asked:
                found.append(f"{row['code']} is no distractor of the {name}")
    return found


def distractors_name_different_misconceptions(data: Data) -> list[str]:
    known = {row["code"] for row in [*_lesson_of(data)["misconceptions"], *data.get("misconceptions", [])]}
    found = []
    for question in _questions(data):
        codes = [option["misconception"] for option in _wrong(question)]
        if len(set(codes)) != len(codes) or not set(codes) <= known:
            found.append(f"{question['code']}: {codes}")
    return found


def keys_fit_the_kind(data: Data) -> list[str]:
    found = []
    for question in _questions(data):
        right, wrong = len(_right(question)), len(_wrong(question))
        fits = right == 1 if question["kind"] == QuestionKind.SINGLE else right >= 2 <= wrong
        if not fits or question["dimension"] not in RiskDimension.values:
            found.append(question["code"])
    return found


def most_questions_are_situations(data: Data) -> list[str]:
    told = [question for question in data["questions"] if len(_mended(question["stem"])) >= SITUATION]
    return [] if len(told) >= SITUATIONS * len(data["questions"]) else [f"{len(told)} of {len(data['questions'])}"]


def stems_are_short(data: Data) -> list[str]:
    found = []
    for question in _questions(data):
        stem = _mended(question["stem"])
        if (
            len(_QUOTED.sub("", stem)) > STEM
            or len(stem) > STEM_WITH_QUOTES
            or not question["ask"].endswith(("？", "）"))
        ):
            found.append(f"{question['code']}: {len(stem)}")
    return found


def options_are_equally_long(data: Data) -> list[str]:
    found = []
    for question in _questions(data):
        lengths = [len(_mended(option["text"])) for option in question["options"]]
        mean = sum(lengths) / len(lengths)
        if max(abs(length - mean) for length in lengths) > max(OPTION_SLACK, OPTION_SPREAD * mean):
            found.append(f"{question['code']}: {lengths}")
    return found


def options_stand_alone(data: Data) -> list[str]:
    return [
        f"{question['code']}: {option['text']}"
        for question in _questions(data)
        for option in question["options"]
        if re.search("以上(都|全)|都(对|不对)$|[A-Da-d]和[A-Da-d]", option["text"])
    ]


def each_option_has_feedback(data: Data) -> list[str]:
    found = [question["code"] for question in _questions(data) if "记一句：" not in question["explanation"]]
    for question in _questions(data):
        for option in question["options"]:
            wanted = (
                ["true_part", "remedy"] if option["correct"] else ["misconception", "true_part", "breaks", "remedy"]
            )
            if not all(option.get(name) for name in wanted):
                found.append(f"{question['code']} {option['key']}")
    return found


def difficulty_is_written_down(data: Data) -> list[str]:
    return [question["code"] for question in _questions(data) if not 0.4 <= question["facility"] <= 0.8]


def sections_are_there(data: Data) -> list[str]:
    count = len(_blocks(_lesson_of(data), "section"))
    return [question["code"] for question in _questions(data) if not 0 < question["section"] <= count]


def nothing_is_blocked_in_what_is_said_to_be_right(data: Data) -> list[str]:
    said = [(question["code"], question["explanation"]) for question in _questions(data)]
    for question in _questions(data):
        said += [(question["code"], question["ask"]), *((question["code"], row["text"]) for row in _right(question))]
        said += [(question["code"], row[name]) for row in _wrong(question) for name in ("breaks", "remedy")]
    said += [(row["code"], row["correction"]) for row in data.get("misconceptions", [])]
    return [
        f"{code}: {finding.match}" for code, text in said for finding in check_text(text) if finding.severity == "block"
    ]


QUIZ_RULES: list[Rule] = [
    enough_questions, each_misconception_is_asked_twice, distractors_name_different_misconceptions, keys_fit_the_kind,
    most_questions_are_situations, stems_are_short, options_are_equally_long, options_stand_alone,
    each_option_has_feedback, difficulty_is_written_down, sections_are_there,
    nothing_is_blocked_in_what_is_said_to_be_right, facts_are_known,
]  # fmt: skip


# Rules for the whole


def _bank() -> list[Data]:
    return [question for name in QUIZZES for question in _questions(read_content(name))]


def key_positions(questions: Iterable[Data]) -> float:
    """Return chi-square of the places of single keys over its 5 % point; below 1 they may be even."""
    by_count: dict[int, Counter[str]] = defaultdict(Counter)
    for question in questions:
        if question["kind"] == QuestionKind.SINGLE:
            by_count[len(question["options"])][_right(question)[0]["key"]] += 1
    worst = 0.0
    for count, places in by_count.items():
        if (total := sum(places.values())) >= 5 * count and count - 1 in CHI_SQUARE:
            expected = total / count
            letters = "abcdefgh"[:count]
            value = sum((places[letter] - expected) ** 2 / expected for letter in letters)
            worst = max(worst, value / CHI_SQUARE[count - 1])
    return worst


def longest_keys(questions: Iterable[Data]) -> float:
    """Return the share of single items whose key is alone the longest option."""
    single = [question for question in questions if question["kind"] == QuestionKind.SINGLE]
    told = [
        question
        for question in single
        if len(_right(question)[0]["text"]) > max(len(option["text"]) for option in _wrong(question))
    ]
    return len(told) / len(single)


def two_options(questions: Iterable[Data]) -> float:
    """Return the share of items that ask for yes or no."""
    counts = [len(question["options"]) for question in questions]
    return counts.count(2) / len(counts)


def which_is_wrong(questions: Iterable[Data]) -> float:
    """Return the share of items that ask for what does not hold."""
    asks = [question["ask"] for question in questions]
    return sum(bool(re.search("不(对|正确|准确|属于|包括)|错(的|误|了)|站不住", ask)) for ask in asks) / len(asks)


def _in_two_files(files: dict[str, list[tuple[str, str]]]) -> dict[str, list[str]]:
    where: dict[str, set[str]] = defaultdict(set)
    for name, paragraphs in files.items():
        for sentence in sentences(paragraphs):
            plain = re.sub(r"\W", "", sentence)
            if len(plain) >= SHARED and _HAN.search(plain):
                where[plain].add(name)
    return {sentence: sorted(names) for sentence, names in where.items() if len(names) > 1}


def _read_by_people(name: str) -> list[tuple[str, str]]:
    data = {field: value for field, value in read_content(name).items() if field not in _REPEATED}
    body = [block for block in data.pop("body", []) if block["type"] not in _OWED]
    titles = {title for other in LESSONS + ARTICLES for title in (read_content(other)["title"].replace("|", ""),)}
    # A link says the title of where it leads.
    linked = [(field, text) for field, text in block_texts(body) if text not in titles]
    return [*texts(data), *((field, _without(text, titles)) for field, text in linked)]


def _without(text: str, titles: set[str]) -> str:
    for title in titles:
        text = text.replace(title, "。")
    return text


# Tests


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("rule", LESSON_RULES, ids=lambda rule: rule.__name__)
def test_lesson(rule, name):
    assert rule(read_content(name)) == []


@pytest.mark.parametrize("name", QUIZZES)
@pytest.mark.parametrize("rule", QUIZ_RULES, ids=lambda rule: rule.__name__)
def test_quiz(rule, name):
    assert rule(read_content(name)) == []


def test_each_lesson_has_its_quiz():
    assert [name.removeprefix("quizzes/") for name in QUIZZES] == [name.removeprefix("lessons/") for name in LESSONS]
    assert all(read_content(name)["lesson"] == name[8:12].upper() for name in QUIZZES)


def test_codes_are_used_once():
    codes = Counter(question["code"] for question in _bank())
    codes.update(row["code"] for name in LESSONS + QUIZZES for row in read_content(name).get("misconceptions", []))
    assert [code for code, count in codes.items() if count > 1] == []


def test_the_bank_gives_no_key_away():
    bank = _bank()
    assert key_positions(bank) < 1
    assert longest_keys(bank) <= LONGEST_KEY
    assert two_options(bank) <= TWO_OPTIONS
    assert which_is_wrong(bank) <= WHICH_IS_WRONG


def test_each_tier_asks_about_fraud_and_fees():
    asked = defaultdict(set)
    for name in QUIZZES:
        data = read_content(name)
        asked[_lesson_of(data)["tier"]] |= {question["dimension"] for question in data["questions"]}
    assert {"fraud", "fee"} <= asked["beginner"]


def test_no_sentence_stands_in_two_files():
    assert _in_two_files({name: _read_by_people(name) for name in LESSONS + QUIZZES + ARTICLES}) == {}


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


def _no_loss(data: Data) -> None:
    for block in _blocks(data, "worked_example"):
        for row in block["outcomes"]:
            row["change_result"] = row["change_result"].lstrip("-")


def _nothing_to_change(data: Data) -> None:
    for block in _blocks(data, "figure"):
        for row in block["inputs"]:
            row["change"] = False


LESSON_CONTROLS: list[tuple[Rule, Callable[[Data], None]]] = [
    (body_length, _add_text(f"<p>{'很长。' * 600}</p>")),
    (body_length, lambda data: data.update(body=data["body"][:4])),
    (opens_with_a_scene_and_a_question, _drop("scene")),
    (opens_with_a_scene_and_a_question, _drop("prediction")),
    (prediction_has_one_answer, _set("body.1.answer", "z")),
    (worked_example_goes_both_ways, _drop("worked_example")),
    (worked_example_goes_both_ways, _no_loss),
    (figure_can_be_changed_and_read_aloud, _drop("figure")),
    (figure_can_be_changed_and_read_aloud, _nothing_to_change),
    (three_misconceptions_in_their_places, _drop("misconception")),
    (three_misconceptions_in_their_places, _set("misconceptions.1.why", "")),
    (ends_with_what_to_keep, _drop("keep")),
    (ends_with_what_to_keep, _drop("if_then")),
    (has_a_step_for_today, lambda data: data["body"].insert(-4, {"type": "section", "title": "小结"})),
    (states_the_risk, _drop("risk_disclosure")),
    (sources_carry_dates, _set("sources", [{"text": "《证券投资基金法》。"}])),
    (signed_by_two_and_looked_at_again, lambda data: data.update(reviewer=data["author"])),
    (signed_by_two_and_looked_at_again, lambda data: data.update(review_by=data["checked_on"])),
    (sentences_are_short, _add_text(f"<p>{('这句话写得很长' * 7 + '。') * 30}</p>")),
    (few_new_terms, _add_text("".join(f"<p><b>第{number}个词</b></p>" for number in range(6)))),
    (
        few_new_terms,
        lambda data: data["body"].extend({"type": "margin_note", "term": "词", "html": ""} for _ in "123456"),
    ),
    (takes_six_to_ten_minutes, _set("minutes", 20)),
    (nothing_is_blocked, _add_text("<p>这只基金保本，收益有保证。</p>")),
    (facts_are_known, _add_text("<p>{fact:no_such_fact}</p>")),
]

QUIZ_CONTROLS: list[tuple[Rule, Callable[[Data], None]]] = [
    (enough_questions, lambda data: data["questions"].clear()),
    (each_misconception_is_asked_twice, lambda data: data["questions"].clear()),
    (each_misconception_is_asked_twice, lambda data: data["twins"].clear()),
    (distractors_name_different_misconceptions, lambda data: [row.update(misconception="X-99-1") for row in
                                                              _wrong(data["questions"][0])]),
    (keys_fit_the_kind, lambda data: [row.update(correct=True) for row in data["questions"][0]["options"]]),
    (most_questions_are_situations, lambda data: [question.update(stem="") for question in data["questions"]]),
    (stems_are_short, _set("questions.0.stem", "字" * 81)),
    (stems_are_short, _set("twins.0.stem", f"“{'字' * 121}”")),
    (options_are_equally_long, _set("questions.0.options.0.text", "这一个选项比别的都要长得多，一看就知道它是答案")),
    (options_stand_alone, _set("questions.0.options.0.text", "以上都对")),
    (each_option_has_feedback, lambda data: _wrong(data["questions"][0])[0].update(breaks="")),
    (each_option_has_feedback, lambda data: _right(data["twins"][0])[0].update(remedy="")),
    (difficulty_is_written_down, _set("questions.0.facility", 1)),
    (sections_are_there, _set("questions.0.section", 99)),
    (nothing_is_blocked_in_what_is_said_to_be_right, _set("questions.0.explanation", "这只基金保本，收益有保证。")),
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
    assert {rule for rule, _spoil in LESSON_CONTROLS} == set(LESSON_RULES)
    assert {rule for rule, _spoil in QUIZ_CONTROLS} == set(QUIZ_RULES)


def test_a_bank_that_gives_keys_away_is_found():
    bank = copy.deepcopy(_bank())
    for question in bank:
        if question["kind"] == QuestionKind.SINGLE:
            key = _right(question)[0]
            key["text"] += "，说得很周到"
            for option, letter in zip([key, *_wrong(question)], "abcdefgh", strict=False):
                option["key"] = letter
    assert key_positions(bank) > 1
    assert longest_keys(bank) > LONGEST_KEY
    assert two_options([{**question, "options": question["options"][:2]} for question in bank]) > TWO_OPTIONS
    assert which_is_wrong([{**question, "ask": "下面哪一句不对？"} for question in bank]) > WHICH_IS_WRONG


def test_even_places_are_not_reported():
    even = [
        {"kind": "single", "options": [{"key": letter, "correct": letter == key} for letter in "abcd"]}
        for key in "abcd" * 10
    ]
    assert math.isclose(key_positions(even), 0)


def test_a_sentence_that_stands_twice_is_found():
    texts_of = _read_by_people(LESSONS[0])
    assert _in_two_files({"one": texts_of, "another": texts_of}) != {}

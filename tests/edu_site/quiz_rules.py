"""Rules for the quiz of a lesson and for all questions together: what is asked, what gives a key away, what is said back."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from compliance.check import check_text
from quizzes.enums import QuestionKind, RiskDimension
from tests.edu_site.content_files import (
    Data,
    Rule,
    blocks,
    facts_are_known,
    lesson_of,
    questions_of,
    right,
    shown,
    wrong,
)

QUESTIONS = {"beginner": 5, "intermediate": 4, "advanced": 4}
STEM, STEM_WITH_QUOTES, SITUATION = 80, 120, 30
SITUATIONS = 0.4
# An option is as long as the others, give or take a fifth, or two characters where all are short.
OPTION_SPREAD, OPTION_SLACK = 0.2, 2
# Alone the longest: at chance one item in four. Above this the length tells the key.
LONGEST_KEY = 0.4
TWO_OPTIONS, WHICH_IS_WRONG = 0.15, 0.1
# The 5 % points of chi-square for 1, 2 and 3 degrees of freedom.
CHI_SQUARE = {1: 3.84, 2: 5.99, 3: 7.81}

_QUOTED = re.compile("“[^”]*”")


def enough_questions(data: Data) -> list[str]:
    count, wanted = len(data["questions"]), QUESTIONS[lesson_of(data)["tier"]]
    return [] if count >= wanted else [f"{count} of {wanted}"]


def each_misconception_is_asked_twice(data: Data) -> list[str]:
    found = []
    for row in lesson_of(data)["misconceptions"]:
        for name in ("questions", "twins"):
            asked = {option["misconception"] for question in data.get(name, []) for option in wrong(question)}
            if row["code"] not in asked:
                found.append(f"{row['code']} is no distractor of the {name}")
    return found


def distractors_name_different_misconceptions(data: Data) -> list[str]:
    known = {row["code"] for row in [*lesson_of(data)["misconceptions"], *data.get("misconceptions", [])]}
    found = []
    for question in questions_of(data):
        codes = [option["misconception"] for option in wrong(question)]
        if len(set(codes)) != len(codes) or not set(codes) <= known:
            found.append(f"{question['code']}: {codes}")
    return found


def keys_fit_the_kind(data: Data) -> list[str]:
    found = []
    for question in questions_of(data):
        keys, others = len(right(question)), len(wrong(question))
        fits = keys == 1 if question["kind"] == QuestionKind.SINGLE else keys >= 2 <= others
        if not fits or question["dimension"] not in RiskDimension.values:
            found.append(question["code"])
    return found


def most_questions_are_situations(data: Data) -> list[str]:
    told = [question for question in data["questions"] if len(shown(question["stem"])) >= SITUATION]
    return [] if len(told) >= SITUATIONS * len(data["questions"]) else [f"{len(told)} of {len(data['questions'])}"]


def stems_are_short(data: Data) -> list[str]:
    found = []
    for question in questions_of(data):
        stem = shown(question["stem"])
        if (
            len(_QUOTED.sub("", stem)) > STEM
            or len(stem) > STEM_WITH_QUOTES
            or not question["ask"].endswith(("？", "）"))
        ):
            found.append(f"{question['code']}: {len(stem)}")
    return found


def options_are_equally_long(data: Data) -> list[str]:
    found = []
    for question in questions_of(data):
        lengths = [len(shown(option["text"])) for option in question["options"]]
        mean = sum(lengths) / len(lengths)
        if max(abs(length - mean) for length in lengths) > max(OPTION_SLACK, OPTION_SPREAD * mean):
            found.append(f"{question['code']}: {lengths}")
    return found


def options_stand_alone(data: Data) -> list[str]:
    return [
        f"{question['code']}: {option['text']}"
        for question in questions_of(data)
        for option in question["options"]
        if re.search("以上(都|全)|都(对|不对)$|[A-Da-d]和[A-Da-d]", option["text"])
    ]


def each_option_has_feedback(data: Data) -> list[str]:
    found = [question["code"] for question in questions_of(data) if "记一句：" not in question["explanation"]]
    for question in questions_of(data):
        for option in question["options"]:
            wanted = (
                ["true_part", "remedy"] if option["correct"] else ["misconception", "true_part", "breaks", "remedy"]
            )
            if not all(option.get(name) for name in wanted):
                found.append(f"{question['code']} {option['key']}")
    return found


def difficulty_is_written_down(data: Data) -> list[str]:
    return [question["code"] for question in questions_of(data) if not 0.4 <= question["facility"] <= 0.8]


def sections_are_there(data: Data) -> list[str]:
    count = len(blocks(lesson_of(data), "section"))
    return [question["code"] for question in questions_of(data) if not 0 < question["section"] <= count]


def nothing_is_blocked_in_what_is_said_to_be_right(data: Data) -> list[str]:
    said = [(question["code"], question["explanation"]) for question in questions_of(data)]
    for question in questions_of(data):
        said += [(question["code"], question["ask"]), *((question["code"], row["text"]) for row in right(question))]
        said += [(question["code"], row[name]) for row in wrong(question) for name in ("breaks", "remedy")]
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


def key_positions(questions: Iterable[Data]) -> float:
    """Return chi-square of the places of single keys over its 5 % point; below 1 they may be even."""
    by_count: dict[int, Counter[str]] = defaultdict(Counter)
    for question in questions:
        if question["kind"] == QuestionKind.SINGLE:
            by_count[len(question["options"])][right(question)[0]["key"]] += 1
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
        if len(right(question)[0]["text"]) > max(len(option["text"]) for option in wrong(question))
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

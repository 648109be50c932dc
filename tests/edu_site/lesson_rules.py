"""Rules for a lesson: its length, its parts, its sources, its sentences, its words."""

import re
from datetime import timedelta

from compliance.check import check_text
from compliance.rules import quoting
from tests.content_texts import block_texts, sentences, texts
from tests.edu_site.content_files import HAN, Data, Rule, blocks, body_texts, facts_are_known

BODY_LENGTH = {"beginner": (900, 1500), "intermediate": (1200, 2200), "advanced": (1200, 2200)}
LONG_SENTENCE, LONG_SHARE = 45, 0.1
NEW_TERMS = 5
MISCONCEPTIONS = {3, 4}
PHRASINGS, PHRASING_LENGTH = (10, 14), 20

_DATE = re.compile(r"\d{4}年\d{1,2}月|\{fact:|〔\d{4}〕")
_TERM = re.compile(r"<b>([^<]*[^<。！？])</b>")
_QUOTING = {"say", "belief"}


def body_length(data: Data) -> list[str]:
    """What is said to an answer of a check does not count: nobody reads it all."""
    count = len(HAN.findall("".join(text for field, text in body_texts(data) if field != "feedback")))
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
        for block in blocks(data, "prediction")
        if block["answer"] not in {row["key"] for row in block["options"]} or not block["reveal"]
    ]


def one_check_in_the_middle(data: Data) -> list[str]:
    """After a section that explains, before the next one; one right answer, which its length does not tell."""
    kinds = [block["type"] for block in data["body"]]
    if kinds.count("check") != 1:
        return [f"{kinds.count('check')} checks"]
    at, options = kinds.index("check"), blocks(data, "check")[0]["options"]
    found = [] if kinds[:at].count("section") and kinds[at + 1] == "section" else ["does not end a section"]
    lengths = [len(row["text"]) for row in options if row["right"]]
    others = [len(row["text"]) for row in options if not row["right"]]
    return found if len(lengths) == 1 and lengths[0] <= max(others) else [*found, f"{lengths} among {others}"]


def worked_example_goes_both_ways(data: Data) -> list[str]:
    found = [] if blocks(data, "worked_example") else ["no worked example"]
    for block in blocks(data, "worked_example"):
        changes = [row["change_result"] for row in block["outcomes"]]
        if not any(change.startswith("-") for change in changes):
            found.append(f"{block['caption']}: no loss")
        if not all(block[name] for name in ("assumptions", "left_out")):
            found.append(f"{block['caption']}: does not say what it assumes and leaves out")
    return found


def figure_can_be_changed_and_read_aloud(data: Data) -> list[str]:
    figures = blocks(data, "figure")
    found = [block["title"] for block in figures if not block["summary"] or "假设" not in block["note"]]
    changeable = [row for block in figures for row in block["inputs"] if row.get("change")]
    return found if changeable else [*found, "no number to change"]


def misconceptions_in_their_places(data: Data) -> list[str]:
    """Three, or four where one lesson covers several kinds of funds; shown in the order in which they are listed."""
    listed = [row["code"] for row in data["misconceptions"]]
    shown = [block["code"] for block in blocks(data, "misconception")]
    numbered = [f"{data['code']}-{number}" for number in range(1, len(listed) + 1)]
    found = [] if len(listed) in MISCONCEPTIONS and shown == listed == numbered else [f"{listed} / {shown}"]
    return found + [row["code"] for row in data["misconceptions"] if not (row["correction"] and row["why"])]


def ends_with_what_to_keep(data: Data) -> list[str]:
    kinds = [block["type"] for block in data["body"]]
    return [] if kinds[-4:] == ["key_idea", "keep", "if_then", "quiz_link"] else [str(kinds[-4:])]


def has_a_step_for_today(data: Data) -> list[str]:
    titles = [block["title"].replace("|", "") for block in blocks(data, "section")]
    return [] if titles[-1].startswith("今天就能做") else titles[-1:]


def states_the_risk(data: Data) -> list[str]:
    if not blocks(data, "risk_disclosure"):
        return ["no risk statement"]
    text = "\n".join(text for _field, text in [*body_texts(data), *block_texts(blocks(data, "risk_disclosure"))])
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
    read = sentences(body_texts(data))
    long = [sentence for sentence in read if len(sentence) > LONG_SENTENCE]
    return long if len(long) > LONG_SHARE * len(read) else []


def few_new_terms(data: Data) -> list[str]:
    notes = [block["term"] for block in blocks(data, "margin_note")]
    terms = _TERM.findall("".join(block["html"] for block in blocks(data, "text")))
    return [str(found) for found in (notes, terms) if len(found) > NEW_TERMS]


def takes_six_to_ten_minutes(data: Data) -> list[str]:
    return [] if 6 <= data["minutes"] <= 10 else [f"{data['minutes']} minutes"]


def asked_in_readers_words(data: Data) -> list[str]:
    """Enough phrasings that search finds it, each short, said once, and nothing that stops even a quotation."""
    lines = data["asked_as"]
    low, high = PHRASINGS
    found = [] if low <= len(set(lines)) == len(lines) <= high else [f"{len(lines)} phrasings"]
    title = data["title"].replace("|", "")
    stopped = [
        line
        for line in lines
        for finding in check_text(line, "lesson")
        if finding.severity == "block" and not quoting()["quotation"].excuses(finding.category, finding.rule)
    ]
    return [*found, *stopped, *(line for line in lines if len(line) > PHRASING_LENGTH or line == title)]


def nothing_is_blocked(data: Data) -> list[str]:
    return [
        f"{finding.match}: {text}"
        for field, text in [*body_texts(data), *texts(data["title"]), *texts(data["search_description"])]
        if field not in _QUOTING
        for finding in check_text(text)
        if finding.severity == "block"
    ]


LESSON_RULES: list[Rule] = [
    body_length, opens_with_a_scene_and_a_question, prediction_has_one_answer, one_check_in_the_middle,
    worked_example_goes_both_ways, figure_can_be_changed_and_read_aloud, misconceptions_in_their_places,
    ends_with_what_to_keep, has_a_step_for_today, states_the_risk, sources_carry_dates,
    signed_by_two_and_looked_at_again, sentences_are_short, few_new_terms, takes_six_to_ten_minutes,
    asked_in_readers_words, nothing_is_blocked, facts_are_known,
]  # fmt: skip

"""Rules for a term of the glossary and an answer of the help page: its length, its sums, its words, where it leads."""

import re
from collections.abc import Iterator
from functools import cache

from compliance.check import check_text
from compliance.findings import findings_in
from core.arithmetic import check_result
from core.errors import DomainError
from courses.models import GlossaryTerm
from tests.content_texts import sentences, texts
from tests.edu_site.content_files import HAN, LESSONS, Data, Rule, facts_are_known, shown
from tests.factories.courses import read_content

LONG_SENTENCE, LONG_QUESTION, LONG_ANSWER = 45, 24, 260
SECTIONS = ["学习", "测验与自评", "活动", "邮件与短信", "账号与隐私", "遇到骗局", "投诉"]

# Amounts, rates and net values; dates, times and ages are not computed.
_COUNTED = re.compile(r"(\d[\d,]*(?:\.\d+)?) ?(?:[亿万]?元|%|个百分点)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_BOLD = re.compile(r"<b>([^<]*)</b>")
_LINK = re.compile(r'href="([^"#]*)')
# What an answer may lead to besides the pages of the content.
_ADDRESSES = {"/j", "/events/", "/courses/", "/glossary/", "/search/", "/quizzes/", "/me/", "/me/privacy/"}
_ADDRESSES |= {"/accounts/login/", "/newsletters/", "/newsletters/subscribe/"}


@cache
def lesson_texts() -> dict[str, str]:
    """Return all that each lesson says, by its code; a fact stands as its key, the hotline as its number."""
    return {
        (data := read_content(name))["code"]: "\n".join(text for _field, text in texts(data)).replace(
            "{fact:hotline_12386}", "12386"
        )
        for name in LESSONS
    }


@cache
def bold_terms() -> dict[str, set[str]]:
    """Return what each lesson explains: words in bold and terms in the margin, by its code."""
    found = {}
    for name in LESSONS:
        data = read_content(name)
        html = "".join(block.get("html", "") for block in data["body"])
        margin = {block["term"] for block in data["body"] if block["type"] == "margin_note"}
        found[data["code"]] = {*_BOLD.findall(html), *margin}
    return found


def names_of(term: Data) -> list[str]:
    return [term["term"], *term["aliases"]]


def plain_is_one_sentence(term: Data) -> list[str]:
    plain = term["plain"]
    return [] if plain.count("。") == 1 and plain.endswith("。") and not re.search("[？！\n]", plain) else [plain]


def sentences_are_short(term: Data) -> list[str]:
    read = sentences([*texts(term["plain"]), *texts(term["example"])])
    return [sentence for sentence in read if len(sentence) > LONG_SENTENCE]


def sums_recompute(term: Data) -> list[str]:
    return [line for line in term.get("sums", []) if not holds(line)]


def numbers_stand_in_the_sums(term: Data) -> list[str]:
    """An amount or a rate of the example is computed, or what is computed from."""
    told = [number.replace(",", "") for number in _COUNTED.findall(term["example"])]
    computed = set(_NUMBER.findall(" ".join(term.get("sums", []))))
    return [number for number in told if number not in computed]


def results_stand_in_the_example(term: Data) -> list[str]:
    told = set(_NUMBER.findall(term["example"].replace(",", "")))
    return [line for line in term.get("sums", []) if line.rpartition("=")[2].strip() not in told]


def pinyin_has_a_syllable_for_each_character(term: Data) -> list[str]:
    if not all(HAN.match(character) for character in term["term"]):
        return []
    return [] if len(term["pinyin"].split()) == len(term["term"]) else [term["pinyin"]]


def nothing_is_blocked(term: Data) -> list[str]:
    """What the publish gate would stop, in the whole of the term."""
    said = {name: shown(term[name]) for name in ("term", "english", "plain", "example")}
    found = findings_in(GlossaryTerm(**said, aliases="\n".join(term["aliases"])))
    return [f"{finding.match}: {finding.label}" for finding in found if finding.severity == "block"]


def lessons_speak_of_it(term: Data) -> list[str]:
    said = lesson_texts()
    return [
        code for code in term["lessons"] if code not in said or not any(name in said[code] for name in names_of(term))
    ] or ([] if term["lessons"] else ["no lesson"])


def lessons_that_explain_it_are_listed(term: Data) -> list[str]:
    return [code for code, bold in bold_terms().items() if bold & set(names_of(term)) and code not in term["lessons"]]


def answers_are_short(entry: Data) -> list[str]:
    read = sentences([*texts(entry["question"]), *texts(entry["answer"])])
    length = len(HAN.findall("".join(read)))
    return [
        *(sentence for sentence in read if len(sentence) > LONG_SENTENCE),
        *([f"{length} characters"] if length > LONG_ANSWER else []),
    ]


def asked_as_a_question(entry: Data) -> list[str]:
    return [] if entry["question"].endswith("？") and len(entry["question"]) <= LONG_QUESTION else [entry["question"]]


def answers_block_nothing(entry: Data) -> list[str]:
    return [
        f"{finding.match}: {text}"
        for _field, text in texts([entry["question"], entry["answer"]])
        for finding in check_text(text)
        if finding.severity == "block"
    ]


def links_lead_somewhere(entry: Data) -> list[str]:
    known = _ADDRESSES | {page["path"] for page in info_pages().values()}
    return [link for link in _LINK.findall(entry["answer"]) if not link.startswith("tel:") and link not in known]


@cache
def info_pages() -> dict[str, Data]:
    names = ("about", "about-messages", "accessibility", "help", "help-complaints", "help-now", "privacy", "rights")
    return {name: read_content(f"pages/{name}.toml") for name in names}


def answers_by_section(page: Data) -> dict[str, list[Data]]:
    found: dict[str, list[Data]] = {}
    title = ""
    for block in page["body"]:
        if block["type"] == "section":
            title = block["title"]
        elif block["type"] == "faq":
            found.setdefault(title, []).append(block)
    return found


def readable(terms: list[Data]) -> Iterator[tuple[str, str]]:
    for term in terms:
        yield from texts({"plain": term["plain"], "example": term["example"]})


def holds(line: str) -> bool:
    """Whether a line such as ``10000 * 1.2% = 120`` comes out as it says."""
    formula, equals, result = line.rpartition("=")
    places = len(result.strip().partition(".")[2])
    for sign, value in (("%", "/100"), ("亿", "*100000000"), ("万", "*10000")):
        formula = re.sub(rf"(\d+(?:\.\d+)?){sign}", rf"(\1{value})", formula)
    try:
        check_result(formula, {}, decimals=places, result=result)
    except DomainError:
        return False
    return bool(equals)


TERM_RULES: list[Rule] = [
    plain_is_one_sentence, sentences_are_short, sums_recompute, numbers_stand_in_the_sums,
    results_stand_in_the_example, pinyin_has_a_syllable_for_each_character, nothing_is_blocked, lessons_speak_of_it,
    lessons_that_explain_it_are_listed, facts_are_known,
]  # fmt: skip
ANSWER_RULES: list[Rule] = [
    answers_are_short, asked_as_a_question, answers_block_nothing, links_lead_somewhere, facts_are_known,
]  # fmt: skip

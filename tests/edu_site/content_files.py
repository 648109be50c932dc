"""Reading lessons, quizzes and articles of the demo content; a rule is a function from one to what is wrong with it."""

import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

from tests.content_texts import FACT, block_texts, texts
from tests.factories.courses import CONTENT, read_content

Data = dict[str, Any]
Rule = Callable[[Data], list[str]]

LESSONS = sorted(f"lessons/{path.name}" for path in (CONTENT / "lessons").glob("?-??.toml"))
QUIZZES = sorted(f"quizzes/{path.name}" for path in (CONTENT / "quizzes").glob("?-??.toml"))
ARTICLES = sorted(f"articles/{path.name}" for path in (CONTENT / "articles").glob("*.toml"))
FACTS = {row["key"] for row in tomllib.loads((CONTENT.parents[2] / "compliance/facts_start.toml").read_text())["facts"]}

HAN = re.compile("[\u4e00-\u9fff]")
# Numbers of tables and figures are looked at, not read.
_LOOKED_AT = {"inputs", "lines", "total", "outcomes", "series", "x"}
# What the site owes its readers on every page.
OWED = {"risk_disclosure"}


def blocks(data: Data, *kinds: str) -> list[Data]:
    return [block for block in data["body"] if block["type"] in kinds]


def body_texts(data: Data) -> Iterator[tuple[str, str]]:
    """Yield what is read in the body, its misconceptions in their places."""
    wrong_ideas = {row["code"]: row for row in data["misconceptions"]}
    for block in data["body"]:
        if block["type"] == "misconception":
            yield from texts(wrong_ideas.get(block["code"], {}))
        elif block["type"] not in OWED:
            yield from block_texts([{name: value for name, value in block.items() if name not in _LOOKED_AT}])


def questions_of(data: Data) -> list[Data]:
    return [*data["questions"], *data.get("twins", [])]


def wrong(question: Data) -> list[Data]:
    return [option for option in question["options"] if not option["correct"]]


def right(question: Data) -> list[Data]:
    return [option for option in question["options"] if option["correct"]]


def shown(text: str) -> str:
    return FACT.sub("0.00%", text)


def lesson_of(data: Data) -> Data:
    return read_content(f"lessons/{data['lesson'].lower()}.toml")


def facts_are_known(data: Data) -> list[str]:
    return sorted({key for text in _all_strings(data) for key in FACT.findall(text)} - FACTS)


def _all_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _all_strings(inner)

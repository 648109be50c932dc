"""The articles as texts: their length, their signatures and sources, their sentences, and what they take by reference."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from compliance.check import check_text
from courses.enums import Column
from tests.content_texts import FACT, block_texts, sentences, texts
from tests.factories.courses import CONTENT, read_content

ARTICLES = sorted(f"articles/{path.name}" for path in (CONTENT / "articles").glob("*.toml"))
LESSONS = sorted(f"lessons/{path.name}" for path in (CONTENT / "lessons").glob("?-??.toml"))
FACTS = CONTENT.parents[2] / "compliance" / "facts_start.toml"

# What the site owes its readers on every page stands in many of them.
OWED = {"risk_disclosure"}
# Fields that quote what is wrong; tags name it.
_QUOTING_FIELDS = {"say", "belief", "tags"}
# Shorter ones may stand in more than one text: 「以合同为准」.
_SHORT = 12


def _body_texts(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield from block_texts(block for block in data["body"] if block["type"] not in OWED)
    yield from texts(data.get("misconceptions", []))


def _all_texts(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("title", "summary", "search_description", "tags"):
        yield from texts(data[name], name)
    yield from _body_texts(data)
    yield from texts([block for block in data["body"] if block["type"] in OWED])


def _blocked(data: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (field, finding.match)
        for field, text in _all_texts(data)
        if field not in _QUOTING_FIELDS
        for finding in check_text(text)
        if finding.severity == "block"
    ]


def _shared(name: str, others: list[str]) -> set[str]:
    own = {sentence for sentence in sentences(_body_texts(read_content(name))) if len(sentence) >= _SHORT}
    return {
        sentence
        for other in others
        if other != name
        for sentence in sentences(_body_texts(read_content(other)))
        if sentence in own
    }


def test_every_column_has_at_least_two_articles():
    columns = [read_content(name)["column"] for name in ARTICLES]
    assert {column: columns.count(column) >= 2 for column in Column.values} == dict.fromkeys(Column.values, True)
    assert len(ARTICLES) >= 12


@pytest.mark.parametrize("name", ARTICLES)
def test_length(name):
    text = "".join(text for _field, text in _body_texts(read_content(name)))
    assert 900 <= len(re.findall("[\u4e00-\u9fff]", text)) <= 1800


@pytest.mark.parametrize("name", ARTICLES)
def test_signed_by_two_with_sources_and_dates(name):
    data = read_content(name)
    assert len({data["author"], data["reviewer"]} - {""}) == 2
    assert all(source["text"] for source in data["sources"])
    assert any(re.search(r"\d{4}年\d{1,2}月", source["text"]) for source in data["sources"])
    assert date(2026, 11, 1) <= data["checked_on"] < data["review_by"]
    assert data["review_by"] - data["checked_on"] <= timedelta(days=400)
    assert data["tags"]
    assert 20 <= len(data["search_description"]) <= 80
    assert data["title"].count("|") == 1


@pytest.mark.parametrize("name", ARTICLES)
def test_nothing_is_blocked_but_what_is_quoted_as_wrong(name):
    assert _blocked(read_content(name)) == []


def test_a_promise_outside_a_quotation_is_found():
    """The control."""
    data = read_content(ARTICLES[0])
    planted = {**data, "body": [*data["body"], {"type": "text", "html": "<p>这只基金保本，收益有保证。</p>"}]}
    assert {match for _field, match in _blocked(planted)} >= {"保本"}


@pytest.mark.parametrize("name", ARTICLES)
def test_the_risk_statement_stands_where_return_is_spoken_of(name):
    text = "\n".join(text for _field, text in _all_texts(read_content(name)))
    assert [finding.rule for finding in check_text(text, "article") if finding.category == "REQUIRED"] == []


@pytest.mark.parametrize("name", ARTICLES)
def test_no_sentence_stands_in_another_article_or_lesson(name):
    assert _shared(name, ARTICLES + LESSONS) == set()


def test_a_sentence_that_stands_twice_is_found():
    """The control: a lesson shares its own sentences with itself under another name."""
    own = sentences(_body_texts(read_content(LESSONS[0])))
    assert {sentence for sentence in own if len(sentence) >= _SHORT} <= _shared(LESSONS[0], [f"./{LESSONS[0]}"])


@pytest.mark.parametrize("name", ARTICLES)
def test_sentences_are_short(name):
    lengths = [len(sentence) for sentence in sentences(_body_texts(read_content(name)))]
    assert sum(lengths) / len(lengths) <= 30
    assert max(lengths) <= 60


@pytest.mark.parametrize("name", ARTICLES)
def test_punctuation_is_full_width(name):
    text = "\n".join(text for _field, text in _all_texts(read_content(name)))
    assert re.findall(r"[\u4e00-\u9fff”][,;:?!]|[,;:?!][\u4e00-\u9fff“]", text) == []


@pytest.mark.parametrize("name", ARTICLES)
def test_facts_by_reference_stand_where_they_are_resolved_and_have_keys_that_exist(name):
    data = read_content(name)
    keys = FACT.findall((CONTENT / name).read_text(encoding="utf-8"))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", key) for key in keys)
    if FACTS.is_file():
        assert set(keys) <= {row["key"] for row in tomllib.loads(FACTS.read_text(encoding="utf-8"))["facts"]}
    # Titles, summaries, tags and misconceptions are shown as they are written.
    plain = [data[field] for field in ("title", "summary", "search_description", "tags")]
    assert not any(FACT.search(text) for _field, text in texts([*plain, data.get("misconceptions", [])]))

"""The labelled sentences: the tuning half, and the half that was set aside before any rule existed."""

import json
from collections import Counter
from pathlib import Path

import pytest

from compliance.check import check_text

FOLDER = Path(__file__).parent


def sentences(half):
    lines = (FOLDER / f"sentences_{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def flagged(pairs):
    return {pair for pair in pairs if pair[1] != "note"}


def score(half):
    counts = Counter()
    for row in sentences(half):
        expected = flagged((entry["category"], entry["severity"]) for entry in row["expected"])
        found = flagged((finding.category, finding.severity) for finding in check_text(row["text"]))
        counts["right"] += len(expected & found)
        counts["extra"] += len(found - expected)
        counts["missed"] += len(expected - found)
    return counts["right"] / (counts["right"] + counts["extra"]), counts["right"] / (counts["right"] + counts["missed"])


@pytest.mark.parametrize("half", ["tuning", "heldout"])
def test_precision_and_recall_hold_on_both_halves(half):
    """The first run on the held-out half reached this (docs/decisions/0012); the pin keeps it from slipping."""
    precision, recall = score(half)

    assert precision >= 0.95
    assert recall >= 0.95


def test_held_out_half_has_two_hundred_sentences_of_its_own():
    held_out = {row["text"] for row in sentences("heldout")}

    assert len(held_out) >= 200
    assert held_out.isdisjoint(row["text"] for row in sentences("tuning"))


def test_later_sentences_are_flagged_as_labelled():
    """Written after the rules, in wording off the phrase list; what they showed was added (docs/decisions/0012)."""
    wrong = [
        row["text"]
        for row in sentences("later")
        if row["flagged"] != any(finding.severity != "note" for finding in check_text(row["text"]))
    ]

    assert wrong == []


@pytest.mark.parametrize("half", ["tuning", "heldout"])
def test_what_is_only_quoted_as_a_warning_is_never_flagged(half):
    noted = [row["text"] for row in sentences(half) if {entry["severity"] for entry in row["expected"]} == {"note"}]

    stopped = [text for text in noted if any(finding.severity != "note" for finding in check_text(text))]

    assert len(noted) >= 8
    assert stopped == []

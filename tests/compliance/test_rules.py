"""Every rule carries its own examples; this runs them."""

import re

import pytest

from compliance.check import check_text
from compliance.rules import categories, rule_set

RULES = rule_set().rules
POSITIVE = [(rule.id, example) for rule in RULES for example in rule.positive]
NEGATIVE = [(rule.id, example) for rule in RULES for example in rule.negative]


@pytest.mark.parametrize(("rule", "example"), POSITIVE)
def test_positive_example_is_found_by_its_rule(rule, example):
    severity = next(item.severity for item in RULES if item.id == rule)

    assert (rule, severity) in [(finding.rule, finding.severity) for finding in check_text(example)]


@pytest.mark.parametrize(("rule", "example"), NEGATIVE)
def test_negative_example_is_not_flagged(rule, example):
    assert [finding for finding in check_text(example) if finding.severity != "note"] == []


def test_each_rule_has_examples_a_suggestion_and_a_known_category():
    lacking = [
        rule.id
        for rule in RULES
        if not (rule.positive and rule.negative and rule.suggestion and rule.category in categories())
    ]

    assert lacking == []
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("rule", "example"), [(rule.id, example) for rule in RULES if rule.wording for example in rule.positive]
)
def test_the_wording_offered_leaves_nothing_of_its_rule(rule, example):
    [found] = [finding for finding in check_text(example) if finding.rule == rule][:1]
    written = example[: found.start] + found.wording + example[found.end :]
    assert [finding.match for finding in check_text(written) if finding.category == found.category] == []


def test_every_category_of_the_list_has_a_rule():
    assert {rule.category for rule in RULES} == set(categories()) - {"REQUIRED"}


def test_trigger_finds_whatever_a_rule_finds():
    known = rule_set()
    for rule in RULES:
        for example in rule.positive:
            match = rule.expression.search(example.lower())
            assert match is not None, (rule.id, example)
            assert known.trigger.match(example.lower(), match.start())
            assert rule in known.by_first[match[0][0]]


def test_no_pattern_repeats_without_bound():
    """Bounded patterns keep the time in proportion to the text."""
    unbounded = [pattern for rule in RULES for pattern in rule.patterns if re.search(r"(?<!\\)[*+]|\{\d+,\}", pattern)]

    assert unbounded == []

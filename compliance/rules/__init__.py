"""The rules of the phrase check: data in the TOML files beside, each with examples that a test runs."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, cast

from core.registries import Severity

_FILES = ("guarantee", "risk", "forecast", "wording", "pressure", "advice")


@dataclass(frozen=True)
class Category:
    """What a category of findings is called, and the severity of its rules where they name none."""

    name: str
    severity: Severity


@dataclass(frozen=True)
class Rule:
    """A family of phrases. ``exempt`` are terms that contain a phrase without meaning it.

    ``not_after``: characters before the phrase that make another word of it. ``flag_near`` and ``pass_near``: what
    must, or must not, stand in the same sentence. ``pass_text``: what the whole text may say to be let through.
    ``event_pass``: allowed for seats and sign-up, not for quotas and subscription. ``yields``: says nothing where
    another rule speaks of the same words. ``wording``: what may take the place of the phrase as it stands.
    """

    id: str
    category: str
    severity: Severity
    patterns: tuple[str, ...]
    expression: re.Pattern[str]
    suggestion: str
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    not_after: str = ""
    exempt: re.Pattern[str] | None = None
    flag_near: re.Pattern[str] | None = None
    pass_near: re.Pattern[str] | None = None
    pass_text: re.Pattern[str] | None = None
    otherwise: Literal["flag", "pass"] = "flag"
    event_pass: bool = False
    yields: bool = False
    wording: str = ""


@dataclass(frozen=True)
class Quoting:
    """A kind of text that shows wrong statements for what they are; there findings of these categories are notes."""

    categories: frozenset[str]
    rules: frozenset[str]

    def excuses(self, category: str, rule: str) -> bool:
        """Tell whether a finding is only noted there."""
        return category in self.categories or rule in self.rules


@dataclass(frozen=True)
class Statement:
    """What a text of certain kinds must say once where it speaks of ``when``."""

    id: str
    kinds: frozenset[str]
    when: re.Pattern[str]
    needs: re.Pattern[str]
    suggestion: str


@dataclass(frozen=True)
class RuleSet:
    """All rules, found by the first character of what they match; ``trigger`` finds where any of them may begin."""

    rules: tuple[Rule, ...]
    statements: tuple[Statement, ...]
    trigger: re.Pattern[str]
    by_first: dict[str, tuple[Rule, ...]]


@lru_cache(maxsize=1)
def categories() -> dict[str, Category]:
    """Return the categories by code, in the order of the file."""
    return {code: Category(**entry) for code, entry in _load("categories").items()}


@lru_cache(maxsize=1)
def context_words() -> dict[str, Any]:
    """Return the words around a phrase that turn it round."""
    return _load("context")


@lru_cache(maxsize=1)
def quoting() -> dict[str, Quoting]:
    """Return the kinds of text that quote, by name."""
    words = context_words()
    wrong = frozenset(words["structured_categories"])
    kinds = {kind: Quoting(wrong, frozenset()) for kind in words["structured_kinds"]}
    for kind, entry in words["quoting"].items():
        kinds[kind] = Quoting(frozenset(entry.get("categories", ())), frozenset(entry.get("rules", ())))
    return kinds


@lru_cache(maxsize=1)
def rule_set() -> RuleSet:
    """Return all rules, compiled."""
    rules = tuple(_rule(entry) for name in _FILES for entry in _load(name)["rule"])
    statements = tuple(_statement(entry) for entry in _load("required")["statement"])
    owners: dict[str, dict[str, Rule]] = {}
    for rule in rules:
        for pattern in rule.patterns:
            for first, _rest in _beginnings(pattern):
                owners.setdefault(first, {})[rule.id] = rule
    by_first = {first: tuple(found.values()) for first, found in owners.items()}
    return RuleSet(rules, statements, either([pattern for rule in rules for pattern in rule.patterns]), by_first)


def either(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return one expression for all, grouped by the first character so that it is searched for quickly."""
    firsts: dict[str, list[str]] = {}
    for pattern in patterns:
        for first, rest in _beginnings(pattern):
            firsts.setdefault(first, []).append(rest)
    return re.compile(
        "|".join(re.escape(first) + "(?:" + "|".join(dict.fromkeys(rests)) + ")" for first, rests in firsts.items())
    )


def _beginnings(pattern: str) -> Iterator[tuple[str, str]]:
    for plain in _without_leading_group(pattern):
        yield from _by_first_character(plain)


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def _rule(entry: dict[str, Any]) -> Rule:
    number = context_words()["number"]
    category = entry.get("category", entry["id"].split("-")[0])
    patterns = tuple(pattern.replace("{number}", number) for pattern in entry["patterns"])
    return Rule(
        id=entry["id"],
        category=category,
        severity=cast("Severity", entry.get("severity", categories()[category].severity)),
        patterns=patterns,
        expression=re.compile("|".join(patterns)),
        suggestion=entry["suggestion"],
        positive=tuple(entry["positive"]),
        negative=tuple(entry["negative"]),
        not_after=entry.get("not_after", ""),
        exempt=re.compile("|".join(entry["exempt"])) if "exempt" in entry else None,
        flag_near=_optional(entry, "flag_near"),
        pass_near=_optional(entry, "pass_near"),
        pass_text=_optional(entry, "pass_text"),
        otherwise=entry.get("otherwise", "flag"),
        event_pass=entry.get("event_pass", False),
        yields=entry.get("yields", False),
        wording=entry.get("wording", ""),
    )


def _statement(entry: dict[str, Any]) -> Statement:
    when = entry["when"]
    if "unless_before" in entry:
        when = "".join(f"(?<!{word})" for word in entry["unless_before"].split("|")) + f"(?:{when})"
    return Statement(
        entry["id"], frozenset(entry["kinds"]), re.compile(when), re.compile(entry["needs"]), entry["suggestion"]
    )


def _optional(entry: dict[str, Any], key: str) -> re.Pattern[str] | None:
    return re.compile(entry[key]) if key in entry else None


def _without_leading_group(pattern: str) -> Iterator[str]:
    """Multiply out a group at the beginning, so that each pattern begins with what its first character can be."""
    if not pattern.startswith("(?:"):
        yield pattern
        return
    choices, rest = _split_group(pattern)
    for choice in choices:
        yield from _without_leading_group(choice + rest)


def _split_group(pattern: str) -> tuple[list[str], str]:
    """Return the choices of the group that ``pattern`` begins with, and what follows it."""
    depth, choice = 0, ""
    choices: list[str] = []
    for index, char in enumerate(pattern):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth == 0:
            return [*choices, choice[3:] if not choices else choice], pattern[index + 1 :]
        if char == "|" and depth == 1:
            choices.append(choice[3:] if not choices else choice)
            choice = ""
        else:
            choice += char
    raise ValueError(f"a group of {pattern!r} is not closed")


def _by_first_character(pattern: str) -> Iterable[tuple[str, str]]:
    """Return each first character with the rest; raise ``ValueError`` where a pattern has no plain beginning."""
    end = pattern.index("]") + 1 if pattern.startswith("[") else 1
    if pattern[0] in "(^\\.$" or pattern[1:2] == "^" or pattern[end : end + 1] in {"?", "*", "{", "+"}:
        raise ValueError(f"{pattern!r} does not begin with a plain character")
    for char in pattern[1 : end - 1] if end > 1 else pattern[0]:
        yield char, pattern[end:]

"""What the words around a phrase make of it: denied, shown up as a bad example, or meant."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from compliance.rules import Rule, context_words, either

# However long a sentence is, only so much of it is looked at: time stays in proportion to the text.
_REACH = 60
_CLAUSE_END = re.compile(r".*[,，。;；!！?？:：]", re.DOTALL)
_SENTENCE_END = re.compile(r".*[。;；!！?？]", re.DOTALL)
_SENTENCE_STOP = re.compile(r"[。;；!！?？]")
_CLAUSE_STOP = re.compile(r"[,，。;；!！?？]")

Meaning = Literal["meant", "noted", "denied"]


class _Words:
    def __init__(self) -> None:
        words = context_words()
        self.false_denials = either(words["false_denials"])
        self.strong_denials = either(words["strong_denials"])
        self.near_denials = re.compile("|".join(words["near_denials"]))
        self.double_denials = re.compile(f"(?:{'|'.join(words['double_denials'])})[^不没无非]{{0,4}}$")
        self.contrasts = re.compile(f".*(?:{'|'.join(words['contrasts'])})", re.DOTALL)
        self.warnings = either(words["warnings"])
        self.warnings_undone = re.compile(words["warnings_undone"])
        self.headings = re.compile(words["headings"])
        self.narrated = re.compile(words["narrated"])
        self.denied_after = re.compile(words["denied_after"])
        self.judged_after = re.compile(words["judged_after"])
        self.judged_later = re.compile(words["judged_later"])
        self.quoted_after = re.compile(words["quoted_after"])
        self.quoted_question = re.compile(words["quoted_question"])
        self.open_quote = re.compile(words["open_quote"])
        self.questions = re.compile(words["questions"])
        self.event_objects = re.compile(words["event_objects"])
        self.fund_objects = re.compile(words["fund_objects"])


@lru_cache(maxsize=1)
def words() -> _Words:
    """Return the context words, compiled."""
    return _Words()


class Place:
    """A phrase at ``text[start:end]`` and what stands around it, within its block."""

    def __init__(self, text: str, start: int, end: int, breaks: Sequence[int]) -> None:
        before = max(start - _REACH, _last(breaks, start))
        after = min(end + _REACH, _next(breaks, end, len(text)))
        self._before = text[before:start]
        self._after = text[end:after]
        self.match = text[start:end]

    @property
    def sentence(self) -> str:
        """The sentence of the phrase, as far as it is looked at."""
        stop = _SENTENCE_STOP.search(self._after)
        return self._sentence_before + self.match + (self._after[: stop.start()] if stop else self._after)

    @property
    def _sentence_before(self) -> str:
        return _rest(_SENTENCE_END, self._before)

    @property
    def clause(self) -> str:
        """The clause of the phrase, between commas."""
        stop = _CLAUSE_STOP.search(self._after)
        return self._clause_before + self.match + (self._after[: stop.start()] if stop else self._after)

    @property
    def _clause_before(self) -> str:
        return _rest(words().contrasts, _rest(_CLAUSE_END, self._before))

    def meaning(self) -> Meaning:
        """Tell whether the phrase is meant, only noted as a bad example, or denied."""
        if self._is_denied():
            return "denied"
        return "noted" if self._is_shown_up() else "meant"

    def _is_denied(self) -> bool:
        known = words()
        clause = self._clause_before
        if known.denied_after.match(self._after) or known.questions.search(clause):
            return True
        if known.double_denials.search(clause):
            return False
        # What only looks like a denial is taken out, one character for one, so that distances stay.
        clause = known.false_denials.sub(lambda found: "〇" * len(found[0]), clause)
        return bool(known.strong_denials.search(clause) or known.near_denials.search(clause))

    def _is_shown_up(self) -> bool:
        known = words()
        sentence, after = self._sentence_before, self._after
        if known.headings.search(sentence) or known.narrated.search(sentence):
            return True
        if known.judged_after.match(after) or known.judged_later.match(after):
            return True
        clause = sentence if sentence.endswith(("“", "「", "『", '"')) else _rest(_CLAUSE_END, self._before)
        for found in known.warnings.finditer(clause):
            if not known.warnings_undone.match(clause[found.end() :] + self.match + after):
                return True
        quoted = known.open_quote.search(self._before)
        return bool(quoted and (known.quoted_after.match(after) or known.quoted_question.match(after)))


def is_let_through(rule: Rule, place: Place, text: str) -> bool:
    """Tell whether the objects near the phrase, or a statement in the text, make it harmless for ``rule``."""
    if rule.pass_near and rule.pass_near.search(place.sentence):
        return True
    if rule.pass_text and rule.pass_text.search(text):
        return True
    if rule.event_pass:
        return _is_about_an_event(place)
    return rule.otherwise == "pass" and not (rule.flag_near and rule.flag_near.search(place.sentence))


def _is_about_an_event(place: Place) -> bool:
    """Seats and sign-up may end; the nearest object decides, the clause before the sentence."""
    known = words()
    for stretch in (place.clause, place.sentence):
        if known.fund_objects.search(stretch):
            return False
        if known.event_objects.search(stretch):
            return True
    return False


def _rest(upto: re.Pattern[str], text: str) -> str:
    """Return what follows ``upto``, which is matched once at the beginning, not searched for from every place."""
    found = upto.match(text)
    return text[found.end() :] if found else text


def _last(breaks: Sequence[int], place: int) -> int:
    at = bisect_right(breaks, place)
    return breaks[at - 1] if at else 0


def _next(breaks: Sequence[int], place: int, end: int) -> int:
    at = bisect_left(breaks, place)
    return breaks[at] if at < len(breaks) else end

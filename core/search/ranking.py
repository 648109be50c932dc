"""Which answer stands first: the more of the question, and the rarer what they share, the higher."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

from core.registries import SearchHit
from core.search.likeness import Likeness, Parts, parts_of, parts_of_phrasing
from core.search.question import Question
from core.search.text import index_form

# What a clue is worth by where it stands.
_TITLE, _KEYWORD, _ASKED_AS, _SUMMARY, _TEXT = 1.0, 0.9, 0.8, 0.7, 0.5
# What a phrasing adds that says the same as the question.
_LIKE = 0.5
# A hit that holds all words somewhere; and the order that the database gave, which says less where the text is read.
_STRICT, _PLACE, _PLACE_BESIDE_TEXT = 0.3, 0.2, 0.05
# What has less than this share of the best score only shares a common word with the question.
_NOISE = 0.2


@dataclass(frozen=True)
class Found:
    """A hit with the weight of its source, its place in the order of the index, and whether it holds all words.

    What comes from a list has no ``place``: the order of a list says nothing about a question.
    ``text`` is all that it says, in index form, where that was asked for.
    """

    hit: SearchHit
    weight: float
    place: int | None
    strict: bool
    text: str = ""


def ranked(found: Sequence[Found], question: Question, typed: str, *, cut: bool) -> list[SearchHit]:
    """Return the hits of all sources, best first; with ``cut`` without those that barely touch the question.

    ``question`` says what was looked for; ``typed``, in which words it was asked.
    """
    clues = [(clue.text, index_form(clue.text)) for clue in question.clues]
    worth = [_worths(row, clues) for row in found]
    asked = [[[clue in line for clue, _form in clues] for line in map(str.lower, row.hit.asked_as)] for row in found]
    rarity = [
        clue.weight * log(1 + (len(found) + 1) / (_holding(number, worth, asked) + 0.5))
        for number, clue in enumerate(question.clues)
    ]
    whole = sum(rarity) or 1.0
    scored = [
        replace(row.hit, score=_score(row, _held(worths, lines, rarity) / whole, like))
        for row, worths, lines, like in zip(found, worth, asked, _likeness(found, typed), strict=True)
    ]
    scored.sort(key=lambda hit: (-hit.score, hit.title))
    return [hit for hit in scored if hit.score >= scored[0].score * _NOISE] if cut and scored else scored


def _worths(row: Found, clues: Sequence[tuple[str, str]]) -> list[float]:
    """Return what each clue is worth for a hit, by the best place where it stands outside of the phrasings."""
    hit = row.hit
    places = ((hit.title.lower(), _TITLE), (hit.keywords.lower(), _KEYWORD), (hit.summary.lower(), _SUMMARY))
    phrasings = "\n".join(hit.asked_as).lower()
    return [
        next((worth for text, worth in places if clue in text), 0.0)
        or _worth_in_text(row.text.count(form) - phrasings.count(clue) if row.text else 0)
        for clue, form in clues
    ]


def _worth_in_text(times: int) -> float:
    """Return what a clue is worth that the text says so many ``times``: the first times count most."""
    return _TEXT * times / (times + 2) if times > 0 else 0.0


def _holding(number: int, worth: Sequence[Sequence[float]], asked: Sequence[Sequence[Sequence[bool]]]) -> int:
    """Return how many hits hold the clue of this ``number`` anywhere."""
    return sum(
        1 for worths, lines in zip(worth, asked, strict=True) if worths[number] or any(line[number] for line in lines)
    )


def _held(worths: Sequence[float], lines: Sequence[Sequence[bool]], rarity: Sequence[float]) -> float:
    """Return how much of the question a hit holds, together with that one of its phrasings that adds the most."""
    added = (
        sum(
            max(0.0, _ASKED_AS - worth) * rare for holds, worth, rare in zip(line, worths, rarity, strict=True) if holds
        )
        for line in lines
    )
    plain = sum(worth * rare for worth, rare in zip(worths, rarity, strict=True))
    return plain + max(added, default=0.0)


def _likeness(found: Sequence[Found], typed: str) -> list[float]:
    """Return for each hit how nearly its nearest phrasing says what was ``typed``."""
    phrasings: list[list[Parts]] = [[parts_of_phrasing(line) for line in row.hit.asked_as] for row in found]
    likeness = Likeness(parts_of(typed), (parts for lines in phrasings for parts in lines))
    return [likeness.of(lines) for lines in phrasings]


def _score(row: Found, held: float, like: float) -> float:
    first = _PLACE_BESIDE_TEXT if row.text else _PLACE
    place = 0.0 if row.place is None else first / (1 + row.place / 4)
    return row.weight * (held + place + (_STRICT if row.strict else 0.0) + _LIKE * like)

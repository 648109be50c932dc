"""Which answer stands first: the more of the question, and the rarer what they share, the higher."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

from core.registries import SearchHit
from core.search.question import Question
from core.search.text import index_form

# What a clue is worth by where it stands.
_TITLE, _KEYWORD, _SUMMARY, _TEXT = 1.0, 0.9, 0.7, 0.5
# A hit that holds all words somewhere; and the order that the database gave, which says less where the text is read.
_STRICT, _PLACE, _PLACE_BESIDE_TEXT = 0.3, 0.2, 0.05
# What has less than this share of the best score only shares a common word with the question.
_NOISE = 0.2


@dataclass(frozen=True)
class Found:
    """A hit with the weight of its source, its place in the order of the index, and whether it holds all words.

    ``text`` is all that it says, in index form, where that was asked for.
    """

    hit: SearchHit
    weight: float
    place: int
    strict: bool
    text: str = ""


def ranked(found: Sequence[Found], question: Question, *, cut: bool) -> list[SearchHit]:
    """Return the hits of all sources, best first; with ``cut`` without those that barely touch the question."""
    clues = [(clue.text, index_form(clue.text)) for clue in question.clues]
    worth = [_worths(row, clues) for row in found]
    rarity = [
        clue.weight * log(1 + (len(found) + 1) / (sum(1 for row in worth if row[number]) + 0.5))
        for number, clue in enumerate(question.clues)
    ]
    whole = sum(rarity) or 1.0
    scored = [
        replace(row.hit, score=_score(row, worths, rarity, whole)) for row, worths in zip(found, worth, strict=True)
    ]
    scored.sort(key=lambda hit: (-hit.score, hit.title))
    return [hit for hit in scored if hit.score >= scored[0].score * _NOISE] if cut and scored else scored


def _worths(row: Found, clues: Sequence[tuple[str, str]]) -> list[float]:
    """Return what each clue is worth for a hit, by the best place where it stands."""
    hit = row.hit
    places = ((hit.title.lower(), _TITLE), (hit.keywords.lower(), _KEYWORD), (hit.summary.lower(), _SUMMARY))
    return [
        next((worth for text, worth in places if clue in text), 0.0) or _worth_in_text(form, row.text)
        for clue, form in clues
    ]


def _worth_in_text(form: str, text: str) -> float:
    """Return what a clue is worth by how often the text says it: the first times count most."""
    times = text.count(form) if text else 0
    return _TEXT * times / (times + 2)


def _score(row: Found, worths: Sequence[float], rarity: Sequence[float], whole: float) -> float:
    held = sum(worth * rare for worth, rare in zip(worths, rarity, strict=True)) / whole
    place = (_PLACE_BESIDE_TEXT if row.text else _PLACE) / (1 + row.place / 4)
    return row.weight * (held + place + (_STRICT if row.strict else 0.0))

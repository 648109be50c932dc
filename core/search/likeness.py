"""How nearly two short questions say the same, whatever the order of their words."""

from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import pairwise
from math import log, sqrt

from core.search.question import without_stop_phrases

Parts = frozenset[str]


def parts_of(text: str) -> Parts:
    """Return what ``text`` is compared by: its characters and runs of letters or digits, and each with the next."""
    ones = [one for run in without_stop_phrases(text) for one in (run if not run.isascii() else [run])]
    return frozenset([*ones, *(first + second for first, second in pairwise(ones))])


# Phrasings are published texts. What readers type is never kept, so it does not go through here.
parts_of_phrasing = lru_cache(maxsize=16_384)(parts_of)


class Likeness:
    """Compares a question with phrasings; parts that few of them have count more."""

    def __init__(self, asked: Parts, phrasings: Iterable[Parts]) -> None:
        self._asked = asked
        held = list(phrasings)
        self._number = len(held)
        self._times = Counter(part for parts in held for part in parts)
        self._length = self._length_of(asked)

    def of(self, phrasings: Collection[Parts]) -> float:
        """Return how near the nearest of ``phrasings`` is: 1 for the same parts, 0 for none in common."""
        return max((self._between(parts) for parts in phrasings if not parts.isdisjoint(self._asked)), default=0.0)

    def _between(self, parts: Parts) -> float:
        return self._square(parts & self._asked) / (self._length * self._length_of(parts))

    def _length_of(self, parts: Parts) -> float:
        return sqrt(self._square(parts)) or 1.0

    def _square(self, parts: Parts) -> float:
        return sum(log(1 + (self._number + 1) / (self._times[part] + 0.5)) ** 2 for part in parts)

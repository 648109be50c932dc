"""How nearly two short questions say the same, whatever the order of their words."""

from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import chain, pairwise
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
    """Compares a question with the ``phrasings`` given; parts that few of them have count more."""

    def __init__(self, asked: Parts, phrasings: Iterable[Parts]) -> None:
        self._asked = asked
        held = list(phrasings)
        times = Counter(chain.from_iterable(held))
        times.update(dict.fromkeys(asked, 0))
        self._squares = {part: log(1 + (len(held) + 1) / (often + 0.5)) ** 2 for part, often in times.items()}
        self._length = self._length_of(asked)

    def of(self, phrasings: Collection[Parts]) -> float:
        """Return how near the nearest of ``phrasings`` is: 1 for the same parts, 0 for none in common."""
        return max((self._between(parts) for parts in phrasings if not parts.isdisjoint(self._asked)), default=0.0)

    def _between(self, parts: Parts) -> float:
        return self._square(parts & self._asked) / (self._length * self._length_of(parts))

    def _length_of(self, parts: Parts) -> float:
        return sqrt(self._square(parts)) or 1.0

    def _square(self, parts: Parts) -> float:
        return sum(map(self._squares.__getitem__, parts))

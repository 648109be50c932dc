"""Asking every kind of content that upper apps registered, and putting the answers in one order."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from wagtail.search.backends import get_search_backend

from core.registries import SearchHit, SearchSource, search_sources
from core.search.question import Question, understand
from core.search.text import fold

# Hits asked from each source: more than a reader pages through, little enough to rank in memory.
LIMIT = 200


def model_source(
    *, label: Any, queryset: Callable[[], QuerySet[Any]], hit: Callable[[Any], tuple[str, str, str, str]]
) -> SearchSource:
    """Return a search source over an indexed model.

    ``queryset`` gives what the public may see; ``hit`` turns an object into title, address, type and summary.
    """

    def search(typed: str, limit: int) -> Iterable[SearchHit]:
        question = understand(typed)
        if question is None:
            return []
        return [
            SearchHit(title=title, url=url, type=kind, summary=summary, score=_score(question, title, rank))
            for rank, (title, url, kind, summary) in enumerate(hit(obj) for obj in _found(queryset(), question, limit))
        ]

    return SearchSource(label=label, search=search)


def search_everything(typed: str) -> list[SearchHit]:
    """Return the hits of all sources, best first: titles that hold the words before texts that do."""
    hits = [hit for _name, source in search_sources for hit in source.search(typed, LIMIT)]
    return sorted(hits, key=lambda hit: (-hit.score, hit.title))


def _found(queryset: QuerySet[Any], question: Question, limit: int) -> list[Any]:
    backend = get_search_backend()
    found = list(backend.search(question.strict, queryset)[:limit])
    return found or list(backend.search(question.broad, queryset)[:limit])


def _score(question: Question, title: str, rank: int) -> float:
    """Rank within the source, lifted above it by each word that the title holds."""
    folded = fold(title)
    in_title = sum(1 for word in question.words if word in folded) / len(question.words)
    pairs = {word[start : start + 2] for word in question.words for start in range(max(1, len(word) - 1))}
    nearly = sum(1 for pair in pairs if pair in folded) / len(pairs)
    return in_title * 2 + nearly + 1 / (rank + 2)

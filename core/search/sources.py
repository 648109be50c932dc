"""Asking every kind of content that upper apps registered, and putting the answers in one order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.registries import SearchHit, SearchSource, search_sources
from core.search.index import matches
from core.search.memory import once_a_generation
from core.search.question import MAX_LENGTH, Question, understand
from core.search.ranking import Found, ranked
from core.search.vocabulary import Vocabulary, vocabulary

# Hits asked from each source: more than a reader pages through, little enough to rank in memory.
LIMIT = 200
# Broadly, most share only a common word with the question.
_BROAD_LIMIT = 50
# With fewer hits that hold all words, texts that hold some of them are asked for too.
_ENOUGH = 5


@dataclass(frozen=True)
class Answer:
    """What was found, best first; ``corrected`` is what was looked for instead of what was typed, where it was."""

    hits: list[SearchHit]
    marks: tuple[str, ...] = ()
    corrected: str = ""


def model_source(
    *,
    label: Any,
    queryset: Callable[[], QuerySet[Any]],
    present: Callable[[Sequence[Any]], Iterable[SearchHit]],
    **more: Any,
) -> SearchSource:
    """Return a search source over an indexed model.

    ``queryset`` gives what the public may see; ``present`` turns objects into hits, in their order, with their primary
    keys as keys. ``more`` are the further fields of the source.
    """

    def search(question: Question, broad: bool, keys: Sequence[str]) -> Iterable[SearchHit]:
        if not keys:
            return []
        order = {key: place for place, key in enumerate(keys)}
        found = sorted(queryset().filter(pk__in=keys), key=lambda obj: order[str(obj.pk)])
        return present(found)

    return SearchSource(label=label, search=search, **more)


def listed_source(*, label: Any, entries: Callable[[], Iterable[SearchHit]], **more: Any) -> SearchSource:
    """Return a search source over a short list that is no model: the tools, the questions of the help page.

    The list is kept until something is published. Titles are offered while somebody types.
    """
    current = once_a_generation(
        lambda: [(entry, f"{entry.title} {entry.keywords} {entry.summary}".lower()) for entry in entries()]
    )

    def search(question: Question, broad: bool, keys: Sequence[str]) -> Iterable[SearchHit]:
        if broad:
            return [entry for entry, text in current() if any(piece in text for piece in question.pieces)]
        groups = question.groups
        return [entry for entry, text in current() if all(any(word in text for word in group) for group in groups)]

    return SearchSource(label=label, search=search, titles=lambda: [entry.title for entry, _text in current()], **more)


def search_everything(typed: str) -> Answer:
    """Return what answers ``typed``, from all sources.

    Where no text holds what was typed, it is read as pinyin or as a slip of the pen; where few hold all of it, those
    that hold the most follow.
    """
    known = vocabulary()
    question = understand(typed, known.synonyms)
    if question is None:
        return Answer([])
    found = _ask(question, broad=False, limit=LIMIT)
    corrected = _corrected(typed, question, known, found_none=not found) if len(found) < _ENOUGH else None
    if corrected is not None:
        text, question = corrected
        found = _ask(question, broad=False, limit=LIMIT)
    else:
        text = ""
    wide = len(found) < _ENOUGH
    if wide:
        strict = {row.hit.url for row in found}
        found += [row for row in _ask(question, broad=True, limit=_BROAD_LIMIT) if row.hit.url not in strict]
    hits = ranked(found, question, text or typed, cut=wide)
    return Answer(hits, question.marks, text if hits else "")


def texts_of(hits: Iterable[SearchHit]) -> Mapping[str, str]:
    """Return the whole texts of ``hits`` by their addresses, where their sources give them: one query for each kind."""
    sources = dict(search_sources)
    texts: dict[str, str] = {}
    by_type: dict[str, list[SearchHit]] = {}
    for hit in hits:
        by_type.setdefault(hit.type, []).append(hit)
    for kind, group in by_type.items():
        source = sources.get(kind)
        if source is not None and source.texts is not None:
            found = source.texts([hit.key for hit in group])
            texts |= {hit.url: found[hit.key] for hit in group if hit.key in found}
    return texts


def _ask(question: Question, *, broad: bool, limit: int) -> list[Found]:
    models = [source.model for _name, source in search_sources if source.model is not None]
    groups = [question.pieces] if broad else question.groups
    matched = matches(groups, models, limit=limit)
    found = []
    for _name, source in search_sources:
        rows = matched.get(source.model, [])
        texts = {row.key: row.text for row in rows}
        for place, hit in enumerate(source.search(question, broad, [row.key for row in rows])):
            text, ordered = texts.get(str(hit.key), ""), source.model is not None
            found.append(Found(hit, source.weight, place if ordered else None, strict=not broad, text=text))
    return found


def _corrected(typed: str, question: Question, known: Vocabulary, *, found_none: bool) -> tuple[str, Question] | None:
    """Return the words that were probably meant, with their question; None when there is no better reading."""
    text = known.corrected(typed[:MAX_LENGTH], question.words, occurs=_occurs, found_none=found_none)
    meant = understand(text, known.synonyms) if text else None
    return (text, meant) if text and meant is not None else None


def _occurs(word: str) -> bool:
    """Tell whether any text holds ``word``."""
    question = understand(word)
    return question is not None and bool(_ask(question, broad=False, limit=1))

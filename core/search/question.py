"""What a person typed, understood: stop phrases dropped, everyday words joined by the field's own."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from modelsearch.query import And, Phrase, PlainText, SearchQuery

from core.search.text import index_form, is_chinese, runs

MAX_LENGTH = 100
_MAX_RUNS = 8
_LONG_RUN = 4
# More pairs than this say nothing new and cost time.
_MAX_PIECES = 24

# Words of a question that no text needs to contain.
_STOP_TEXT = """
为什么 为啥 是什么意思 是啥意思 什么意思 啥意思 是什么 什么是 什么叫 是啥 啥是 怎么办 咋办
怎么回事 咋回事 怎么样 怎样 怎么 咋样 咋 如何 请问 请教 想问 想知道 有没有 能不能 可不可以
是不是 会不会 要不要 该不该 好不好 行不行 对不对 有什么 有哪些 有哪几种 哪几种 哪几 一样吗 可以吗
行吗 好吗 能吗 会吗 应该 可以 一下 哪些 哪个 哪种 哪里 哪儿 什么 啥 多少 到底 究竟 东西 干嘛
干吗 干什么 做什么 几个 几种 我的 我想 我要 我能 我该 我 你 您 他 她 它 吗 呢 吧 啊 呀 嘛
么 的 了 着
"""
STOP_PHRASES = tuple(_STOP_TEXT.split())
_STOP = frozenset(STOP_PHRASES)


@dataclass(frozen=True)
class Clue:
    """A stretch of text that speaks for what holds it."""

    text: str
    weight: float


@dataclass(frozen=True)
class Question:
    """What is looked for: ``words``, each itself or by one of its ``alternatives``; or, broadly, any of ``pieces``.

    ``clues`` say what an answer is ranked by; ``marks`` are to be marked where it is shown.
    """

    words: tuple[str, ...]
    alternatives: Mapping[str, tuple[str, ...]]
    pieces: tuple[str, ...]
    clues: tuple[Clue, ...]

    @property
    def groups(self) -> list[tuple[str, ...]]:
        """Of each group a text that answers in full holds one."""
        return [(word, *self.alternatives[word]) for word in self.words]

    @property
    def marks(self) -> tuple[str, ...]:
        return (*self.words, *(term for terms in self.alternatives.values() for term in terms))


def understand(typed: str, synonyms: Mapping[str, tuple[str, ...]] | None = None) -> Question | None:
    """Return the query that ``typed`` means, or None when nothing searchable is left of it.

    ``synonyms`` gives words of the field for everyday words: where one stands in what was typed, any of them answers
    for it. Any input is safe: quotes, brackets and operators only divide words.
    """
    known = synonyms or {}
    words = words_of(typed, known)
    if not words:
        return None
    alternatives = {word: known.get(word, ()) for word in words}
    clues: dict[str, float] = {}
    for clue in (*_clues(words, alternatives), *_whole(typed)):
        clues[clue.text] = max(clue.weight, clues.get(clue.text, 0.0))
    pieces = [text for text in clues if len(text) <= _LONG_RUN or text in words]
    return Question(
        words=tuple(words),
        alternatives=alternatives,
        pieces=tuple(pieces[:_MAX_PIECES]),
        clues=tuple(Clue(text, weight) for text, weight in clues.items()),
    )


def words_of(typed: str, synonyms: Mapping[str, tuple[str, ...]] | None = None) -> list[str]:
    """Return the words that ``typed`` asks for: everyday words by themselves, stop phrases gone, and single characters
    only where nothing longer is left.
    """
    found = runs(typed[:MAX_LENGTH])
    divider = _divider(frozenset(synonyms or ()))
    kept = [part for run in found for part in (_divided(run, divider, synonyms or {}) if is_chinese(run) else [run])]
    words = kept or found
    longer = [word for word in words if len(word) > 1 or not is_chinese(word) or word in (synonyms or {})]
    return list(dict.fromkeys(longer or words))[:_MAX_RUNS]


def without_stop_phrases(text: str) -> list[str]:
    """Return the runs of ``text`` between stop phrases; all of its runs where nothing else is left."""
    found = runs(text[:MAX_LENGTH])
    divider = _divider(frozenset())
    return [part for run in found for part in (_divided(run, divider, ()) if is_chinese(run) else [run])] or found


def literal(typed: str) -> SearchQuery | None:
    """Return a query for exactly the words typed: what the admin's search and autocomplete use."""
    queries = [_word(word) for word in runs(typed[:MAX_LENGTH])[:_MAX_RUNS]]
    if len(queries) > 1:
        return And(queries)
    return queries[0] if queries else None


def pairs_of(word: str) -> list[str]:
    """Return the overlapping pairs of characters of a Chinese word."""
    return [word[start : start + 2] for start in range(len(word) - 1)]


@lru_cache(maxsize=8)
def _divider(everyday: frozenset[str]) -> re.Pattern[str]:
    """Return what finds stop phrases and everyday words, the longest first."""
    known = sorted({*STOP_PHRASES, *everyday}, key=lambda word: (-len(word), word))
    return re.compile(f"({'|'.join(map(re.escape, known))})")


def _divided(run: str, divider: re.Pattern[str], everyday: Container[str]) -> list[str]:
    return [part for part in divider.split(run) if part and (part in everyday or part not in _STOP)]


def _word(word: str) -> SearchQuery:
    return Phrase(index_form(word)) if is_chinese(word) else PlainText(word)


def _clues(words: Sequence[str], alternatives: Mapping[str, tuple[str, ...]]) -> Iterator[Clue]:
    """Yield what speaks for an answer: the words, their pairs of characters, and the words of the field.

    The longer an everyday word is, the surer is what it means.
    """
    for word in words:
        yield from _parts(word)
        for term in alternatives[word]:
            yield Clue(term, min(1.5, len(word) / 2))


def _whole(typed: str) -> Iterator[Clue]:
    """Yield what was typed between stop phrases, undivided: a text that says it word for word is the best answer."""
    divider = _divider(frozenset())
    for run in runs(typed[:MAX_LENGTH]):
        for part in _divided(run, divider, ()) if is_chinese(run) else ():
            yield Clue(part, min(len(part), 8) / 2 if len(part) > 1 else 0.3)


def _parts(word: str) -> Iterator[Clue]:
    if not is_chinese(word):
        yield Clue(word, 2.0)
    elif len(word) < 3:  # noqa: PLR2004 -- a word of one or two characters has no parts
        yield Clue(word, len(word) / 2)
    else:
        yield Clue(word, min(len(word), 8) / 2)
        yield from (Clue(pair, 1.0) for pair in pairs_of(word))

"""The words that the site knows, and what somebody meant who typed none of them: pinyin, or a slip of the pen."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import islice
from typing import TypeVar

from core.models import Synonym
from core.registries import search_sources
from core.search.memory import once_a_generation
from core.search.pinyin import initials, syllables
from core.search.question import STOP_PHRASES
from core.search.text import fold, is_chinese, runs

K = TypeVar("K")

_SHORTEST, _LONGEST = 2, 8
# A word of two characters with one wrong could be anything; by its sound it is recognised all the same.
_SHORTEST_MISSPELT = 3
_SHORTEST_MISTYPED = 6
_SHORTEST_INITIALS = 3
# Readings tried against the texts before giving up.
_TRIES = 6


class Vocabulary:
    """Names of things, headings, and everyday words. What needs their sound is made when it is first asked for."""

    def __init__(self, *, words: Iterable[str], titles: Iterable[str], synonyms: Mapping[str, tuple[str, ...]]) -> None:
        self.synonyms = synonyms
        self._shown = {fold(word): word for word in words if word}
        self._titles = list(dict.fromkeys(title for title in titles if title))
        everyday = [word for pair in synonyms.items() for word in (pair[0], *pair[1])]
        self._words = list(dict.fromkeys([*self._shown, *map(fold, everyday)]))
        self._known = "\n".join([*self._words, *(title.lower() for title in self._titles)])

    def corrected(self, typed: str, words: Sequence[str], *, occurs: Callable[[str], bool], found_none: bool) -> str:
        """Return what ``typed``, of which ``words`` were looked for, was probably meant to be, or nothing.

        Letters are read as pinyin. Chinese is corrected where ``found_none`` says that it led to nothing, and only a
        stretch that ``occurs`` in no text.
        """
        mended = {word: self._mended(word, occurs) for word in words if found_none and is_chinese(word)}
        meant = [self._meant_run(run, mended) for run in _joined_letters(runs(typed))]
        return " ".join(meant) if meant != runs(typed) else ""

    def read(self, letters: str) -> str:
        """Return the Chinese words that ``letters`` spell, in full or by initials; nothing when they spell none."""
        if letters in self._words:
            return ""
        return (
            self._spelt(letters)
            or self._heard_in_titles(letters)
            or self._by_initials.get(letters, "")
            or next((word for word in self._mistyped(letters)), "")
        )

    def suggestions(self, typed: str, limit: int) -> list[str]:
        """Return names and headings that begin with, hold or sound like what was typed so far."""
        wanted = fold(typed).strip()
        if not wanted:
            return []
        if wanted.isascii() and wanted.isalpha() and len(wanted) > 1:
            sounding = [word for sound, word in self._spelling.items() if sound.startswith(wanted)]
            sounding += [word for letters, word in self._by_initials.items() if letters.startswith(wanted)]
        else:
            sounding = []
        names = [word for word in self._shown if wanted in word] + [word for word in sounding if word in self._shown]
        names.sort(key=lambda word: (not word.startswith(wanted), len(word)))
        headings = [title for title in self._titles if wanted in title.lower()]
        return list(dict.fromkeys([*(self._shown[name] for name in names), *headings]))[:limit]

    def _meant_run(self, run: str, mended: Mapping[str, str]) -> str:
        if not is_chinese(run):
            return (self.read(run) if run.isalpha() else "") or run
        for word, better in mended.items():
            run = run.replace(word, better)
        return run

    def _mended(self, word: str, occurs: Callable[[str], bool]) -> str:
        for start, stretch, meant in islice(self._readings(word), _TRIES):
            if not occurs(stretch):
                return word[:start] + meant + word[start + len(stretch) :]
        return word

    def _readings(self, word: str) -> Iterator[tuple[int, str, str]]:
        """Yield stretches that no name holds with the names that they sound like, the longest first, and then the names
        that the whole word looks like: of a part of it that would be a guess.
        """
        sounds = syllables(word)
        for length in range(min(_LONGEST, len(word)), _SHORTEST - 1, -1):
            for start in range(len(word) - length + 1):
                stretch = word[start : start + length]
                if stretch in self._known:
                    continue
                meant = self._by_sound.get(sounds[start : start + length])
                if meant:
                    yield start, stretch, meant
        if word not in self._known:
            for meant in self._misspelt(word):
                yield 0, word, meant

    def _misspelt(self, word: str) -> list[str]:
        return _near(word, self._deletions) if _SHORTEST_MISSPELT <= len(word) <= _LONGEST else []

    def _mistyped(self, letters: str) -> list[str]:
        if len(letters) < _SHORTEST_MISTYPED:
            return []
        return [self._spelling[spelt] for spelt in _near(letters, self._spelling_deletions)]

    def _spelt(self, letters: str) -> str:
        """Return the words that ``letters`` are made of without a rest, in the fewest parts; stop phrases drop out."""
        best: list[tuple[int, tuple[str, ...]] | None] = [(0, ())] + [None] * len(letters)
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - 6 * _LONGEST), end):
                before = best[start]
                part = letters[start:end]
                if before is None or not (part in self._spelling or part in _stop_sounds()):
                    continue
                word = self._spelling.get(part)
                candidate = (before[0] + 1, (*before[1], word) if word else before[1])
                known = best[end]
                if known is None or candidate[0] < known[0]:
                    best[end] = candidate
        whole = best[len(letters)]
        return " ".join(whole[1]) if whole else ""

    def _heard_in_titles(self, letters: str) -> str:
        """Return the stretch of a heading that sounds like ``letters``, the commonest of several."""
        heard: Counter[str] = Counter()
        for run, sound, ends in self._title_sounds:
            start = sound.find(letters)
            first, last = ends.get(start), ends.get(start + len(letters))
            if start >= 0 and first is not None and last is not None and last - first >= _SHORTEST:
                heard[run[first:last]] += 1
        return heard.most_common(1)[0][0] if heard else ""

    @cached_property
    def _chinese_words(self) -> list[str]:
        return [
            word
            for word in self._words
            if _SHORTEST <= len(word) <= _LONGEST and runs(word) == [word] and is_chinese(word)
        ]

    @cached_property
    def _by_sound(self) -> dict[tuple[str, ...], str]:
        return _first((syllables(word), word) for word in self._chinese_words)

    @cached_property
    def _spelling(self) -> dict[str, str]:
        return _first(("".join(sound), word) for sound, word in self._by_sound.items())

    @cached_property
    def _by_initials(self) -> dict[str, str]:
        return _first((initials(word), word) for word in self._chinese_words if len(word) >= _SHORTEST_INITIALS)

    @cached_property
    def _deletions(self) -> dict[str, list[str]]:
        return _deletions(word for word in self._chinese_words if len(word) >= _SHORTEST_MISSPELT)

    @cached_property
    def _spelling_deletions(self) -> dict[str, list[str]]:
        return _deletions(spelt for spelt in self._spelling if len(spelt) >= _SHORTEST_MISTYPED)

    @cached_property
    def _title_sounds(self) -> list[tuple[str, str, dict[int, int]]]:
        """Each Chinese run of a heading, its sound in letters, and where in the letters each character begins."""
        found = []
        for run in dict.fromkeys(run for title in self._titles for run in runs(title) if is_chinese(run)):
            sounds, ends = syllables(run), {0: 0}
            place = 0
            for number, sound in enumerate(sounds, start=1):
                place += len(sound)
                ends[place] = number
            found.append((run, "".join(sounds), ends))
        return found


@once_a_generation
def vocabulary() -> Vocabulary:
    """Return the words of what is public now."""
    return Vocabulary(
        words=[word for _name, source in search_sources for word in source.words()],
        titles=[title for _name, source in search_sources for title in source.titles()],
        synonyms={row.everyday: row.term_list for row in Synonym.objects.all() if row.term_list},
    )


@cache
def _stop_sounds() -> frozenset[str]:
    return frozenset("".join(syllables(phrase)) for phrase in (*STOP_PHRASES, "是"))


def _joined_letters(found: Sequence[str]) -> list[str]:
    """Return the runs with neighbouring runs of letters in one: ``zai ping heng`` is one word."""
    joined: list[str] = []
    before_was_letters = False
    for run in found:
        letters = run.isascii() and run.isalpha()
        if letters and before_was_letters:
            joined[-1] += run
        else:
            joined.append(run)
        before_was_letters = letters
    return joined


def _first(pairs: Iterable[tuple[K, str]]) -> dict[K, str]:
    """Return a mapping in which the first value of a key counts."""
    found: dict[K, str] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found


def _shorter(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def _deletions(words: Iterable[str]) -> dict[str, list[str]]:
    """Return each word under itself and under each form that lacks one character."""
    found: dict[str, list[str]] = {}
    for word in words:
        for form in (word, *_shorter(word)):
            found.setdefault(form, []).append(word)
    return found


def _near(typed: str, deletions: Mapping[str, list[str]]) -> list[str]:
    """Return the words one slip away from ``typed``: a character wrong, missing, too many, or two changed about."""
    candidates = (word for form in (typed, *sorted(_shorter(typed))) for word in deletions.get(form, ()))
    return [word for word in dict.fromkeys(candidates) if word != typed and _one_slip(typed, word)]


def _one_slip(first: str, second: str) -> bool:
    if len(first) != len(second):
        longer, shorter = (first, second) if len(first) > len(second) else (second, first)
        return shorter in _shorter(longer)
    wrong = [place for place, (one, other) in enumerate(zip(first, second, strict=True)) if one != other]
    if len(wrong) <= 1:
        return True
    swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1  # noqa: PLR2004 -- two neighbours
    return swapped and first[wrong[0]] == second[wrong[1]] and first[wrong[1]] == second[wrong[0]]

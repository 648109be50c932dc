"""One plain form of a text for matching, with a way back to each place in the original."""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from opencc import OpenCC

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_IS_HAN = re.compile(f"[{_HAN}]")
_TWO_HAN = re.compile(f"[{_HAN}]{{2}}")
_IS_DENSE = re.compile(f"[{_HAN}0-9%]")
# Characters drawn like another one, or written instead of it to slip past a check.
_LOOK_ALIKES = str.maketrans("夲冇囸㊎贃賺", "本没日金赚赚")
# What the text keeps although NFKC would change it: every rule knows the full-width marks, and rewriting them would cost
# a step for each clause.
_KEPT_MARKS = "，。！？：；（）、“”‘’…—"
# A text without "<" and "&" cannot look like a tag or an entity when it is normalised once more.
_DEFUSED = {"<": "‹", ">": "›", "&": "⅋"}

_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302d\ufe20-\ufe2f\U000e0000-\U000e01ef"
)
_SPACE = r"\s\u2800"
# Marks that people put between the characters of a word. Comma and 、 are not among them: they divide.
_DOTS = r".~^|/\\'`+#=_\-"
# These mean nothing between digits either.
_MARKS = r"·•‧∙・･⋅*–☆★●○◆◇■□▪▲△※♥❤✓✔\u2600-\u27bf\U0001f000-\U0001faff"
_TAG = r"<[a-z/!][^<>]{0,2000}>"
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_JUNK_RUN = re.compile(f"(?:[{_INVISIBLE}{_SPACE}{_DOTS}{_MARKS}]|{_TAG})+")
_UNSEEN = re.compile(f"(?:[{_INVISIBLE}]|{_TAG})+")
_ANY_MARKS = re.compile(f"[{_MARKS}]+")
_SPACES = re.compile(f"[{_SPACE}]+")
_DIVIDING = re.compile(
    r"[\n\r\u2028\u2029]|</?(?:p|div|li|ul|ol|h[1-6]|br|hr|td|th|tr|table|section|article|blockquote)\b"
)
# A space after these cannot end a clause: 「基金不 保本」 denies.
_BINDING = frozenset("不非未没无莫勿别得")


@dataclass(frozen=True)
class Normal:
    """``text`` is the plain form; ``breaks`` are the places in it where a block, a line or a spaced phrase begins."""

    text: str
    breaks: tuple[int, ...] = ()
    # Steps: from ``_starts[i]`` on, characters stem from ``_origins[i]`` on, one for one where the width is 0, else all
    # of them from the same stretch of that width.
    _starts: tuple[int, ...] = field(default=(0,), repr=False)
    _origins: tuple[int, ...] = field(default=(0,), repr=False)
    _widths: tuple[int, ...] = field(default=(0,), repr=False)
    # Where the places are those of a text that stems from another one.
    _source: "Normal | None" = field(default=None, repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the original that became ``text[start:end]``; ``start < end``."""
        first, _ = self._stretch(start)
        _, last = self._stretch(end - 1)
        return self._source.span(first, last) if self._source else (first, last)

    def _stretch(self, index: int) -> tuple[int, int]:
        step = bisect_right(self._starts, index) - 1
        origin, width = self._origins[step], self._widths[step]
        if width:
            return origin, origin + width
        at = origin + index - self._starts[step]
        return at, at + 1

    def index(self, origin: int) -> int:
        """Return the first place in ``text`` that stems from ``origin`` or from what follows it."""
        if self._source:
            origin = self._source.index(origin)
        step = max(bisect_right(self._origins, origin) - 1, 0)
        following = self._starts[step + 1] if step + 1 < len(self._starts) else len(self.text)
        if self._widths[step]:
            return self._starts[step] if origin <= self._origins[step] else following
        return min(self._starts[step] + max(origin - self._origins[step], 0), following)


@dataclass(frozen=True)
class _Tables:
    characters: dict[int, str]
    expansions: dict[str, str]
    unusual: re.Pattern[str]
    special: re.Pattern[str]


def _plain(char: str, simplified: str) -> str:
    """Return ``simplified``, the simplified form of NFKC of ``char``, in small letters and without look-alikes."""
    lowered = simplified.lower()
    if len(lowered) == len(simplified):
        simplified = lowered
    return "".join(_DEFUSED.get(part, part) for part in simplified.translate(_LOOK_ALIKES))


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    """Work out once what each character of Unicode becomes: half-width, simplified, small, without look-alikes."""
    # Beyond these planes no character has another form.
    plain = [chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000 and chr(code) not in "\r\n"]
    folded = [char if char in _KEPT_MARKS else unicodedata.normalize("NFKC", char) for char in plain]
    changed = [
        (char, form)
        for char, form in zip(plain, folded, strict=True)
        if form != char or form.lower() != char or _IS_HAN.match(char)
    ]
    converted = OpenCC("t2s").convert("\n".join(form for _char, form in changed)).split("\n")
    pairs = {
        char: becomes
        for (char, _form), simplified in zip(changed, converted, strict=True)
        if (becomes := _plain(char, simplified)) != char and char not in _DEFUSED
    }
    settled = re.compile(f"[{_HAN}0-9a-z()%]+").fullmatch
    expansions = {char: form for char, form in pairs.items() if len(form) > 1 and settled(form)}
    singles = {char: form for char, form in pairs.items() if len(form) == 1}
    # A second pass must not change what the first one made.
    singles = {char: singles.get(form, form) for char, form in singles.items()}
    junk = re.compile(f"[{_INVISIBLE}{_SPACE}{_DOTS}{_MARKS}<>&]")
    return _Tables(
        {ord(char): form for char, form in singles.items()},
        expansions,
        _none_of(char for char in plain if char < "\U00010000" and char not in singles),
        _none_of(char for char in plain if char < "\U00010000" and char not in expansions and not junk.match(char)),
    )


def _none_of(chars: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for whatever is not among ``chars``; a set with characters beyond U+FFFF would be searched slowly."""
    ranges: list[list[int]] = []
    for code in map(ord, chars):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return re.compile("[^" + "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in ranges) + "]")


def normalise(text: str) -> Normal:
    """Return the plain form of ``text``: NFKC, simplified, lower case, without tags and without what divides a word.

    Never raises, needs time in proportion to the length, and changes its own result no further.
    """
    tables = _tables()
    source = _without_entities(text) if "&" in text else None
    if source:
        text = source.text
    # One for one: places stay where they are.
    if tables.unusual.search(text):
        text = text.translate(tables.characters)
    writer = _Writer(text, tables)
    found = tables.special.search(text)
    while found is not None:
        found = tables.special.search(text, writer.take(found.start()))
    return writer.finish(source)


def _without_entities(text: str) -> Normal:
    """Return ``text`` with the characters that HTML's entities stand for."""
    steps = _Steps()
    done = 0
    for found in _ENTITY.finditer(text):
        char = html.unescape(found[0])
        if char == found[0]:
            continue
        if found.start() > done:
            steps.put(text[done : found.start()], done, 0)
        done = found.end()
        if char:
            steps.put(char, found.start(), len(found[0]))
    if done < len(text):
        steps.put(text[done:], done, 0)
    return steps.normal((), None)


class _Steps:
    """The parts of a new text and where each came from."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self._starts: list[int] = []
        self._origins: list[int] = []
        self._widths: list[int] = []

    def put(self, part: str, origin: int, width: int) -> None:
        self._starts.append(self.length)
        self._origins.append(origin)
        self._widths.append(width)
        self.parts.append(part)
        self.length += len(part)

    def normal(self, breaks: tuple[int, ...], source: Normal | None) -> Normal:
        if not self.parts:
            return Normal("", breaks, _source=source)
        text = "".join(self.parts)
        return Normal(text, breaks, tuple(self._starts), tuple(self._origins), tuple(self._widths), source)


class _Writer:
    """Copies a text, leaving out what divides words."""

    def __init__(self, text: str, tables: _Tables) -> None:
        self._text = text
        self._expansions = tables.expansions
        self._steps = _Steps()
        self._breaks: list[int] = []
        self._done = 0

    def take(self, start: int) -> int:
        """Copy up to ``start``, deal with what stands there, return where to go on."""
        if start > self._done:
            self._steps.put(self._text[self._done : start], self._done, 0)
        run = _JUNK_RUN.match(self._text, start)
        if run:
            self._take_run(run[0], start, run.end())
            self._done = run.end()
        else:
            char = self._text[start]
            self._steps.put(_DEFUSED.get(char, self._expansions.get(char, char)), start, 1)
            self._done = start + 1
        return self._done

    def _take_run(self, run: str, start: int, end: int) -> None:
        if self._is_break(run, start, end):
            self._breaks.append(self._steps.length)
        left = self._steps.parts[-1][-1] if self._steps.parts else ""
        right = self._text[end : end + 1]
        right = self._expansions.get(right, right)[:1]
        if _IS_HAN.match(left) and _IS_HAN.match(right):
            return
        dense = bool(_IS_DENSE.match(left)), bool(_IS_DENSE.match(right))
        seen = _SPACES.sub("" if any(dense) else " ", _UNSEEN.sub("", run))
        if all(dense):
            seen = _ANY_MARKS.sub("", seen)
        if seen:
            self._steps.put(seen, start, end - start)

    def _is_break(self, run: str, start: int, end: int) -> bool:
        if _DIVIDING.search(run):
            return True
        if _UNSEEN.fullmatch(run):
            return False
        around = self._text[max(start - 2, 0) : start], self._text[end : end + 2]
        return all(map(_TWO_HAN.fullmatch, around)) and around[0][-1] not in _BINDING

    def finish(self, source: Normal | None) -> Normal:
        if not self._done:
            return Normal(self._text, _source=source)
        if self._done < len(self._text):
            self._steps.put(self._text[self._done :], self._done, 0)
        return self._steps.normal(tuple(self._breaks), source)

"""One plain form of a text for matching, with a way back to each place in the original."""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from opencc import OpenCC

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
# Characters drawn like another one, or written instead of it to slip past a check.
_LOOK_ALIKES = str.maketrans("夲冇囸㊎贃賺", "本没日金赚赚")
# What the text keeps although NFKC would change it: every rule knows the full-width marks, and rewriting them would
# cost a step for each clause.
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


# A part of the new text, where it comes from, and the width of that place (0: one for one).
_Step = tuple[str, int, int]


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
    plain = [char for char in map(chr, range(0x30000)) if char not in "\r\n" and not "\ud800" <= char <= "\udfff"]
    folded = [char if char in _KEPT_MARKS else unicodedata.normalize("NFKC", char) for char in plain]
    changed = [
        (char, form)
        for char, form in zip(plain, folded, strict=True)
        if form != char or form.lower() != char or "\u3400" <= char <= "\u9fff"
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
        # Characters that stay are in it too: a miss costs more than a hit.
        {
            ord(char): form
            for char in plain
            if char in singles or "\u4e00" <= char <= "\u9fff" or char.isascii()
            for form in [singles.get(char, char)]
        },
        expansions,
        _none_of(char for char in plain if char < "\U00010000" and char not in singles),
        _none_of(
            (char for char in plain if char < "\U00010000" and char not in expansions and not junk.match(char)),
            # A single space or mark between letters stays as it is; so does the end of a line after that of a sentence.
            r"(?<![a-z\"][ .\-_/=](?=[a-z\"]))(?<![。！？；]\n(?=\w))",
        ),
    )


def _none_of(chars: Iterable[str], condition: str = "") -> re.Pattern[str]:
    """Return a pattern for whatever is not among ``chars``; a set that names characters beyond U+FFFF is slow."""
    ranges: list[list[int]] = []
    for code in map(ord, chars):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return re.compile("[^" + "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in ranges) + "]" + condition)


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
    if not tables.special.search(text):
        return Normal(text, _source=source)
    return _copy(text, tables, source)


def _without_entities(text: str) -> Normal:
    """Return ``text`` with the characters that HTML's entities stand for."""
    steps: list[_Step] = []
    done = 0
    for found in _ENTITY.finditer(text):
        char = html.unescape(found[0])
        if char == found[0]:
            continue
        if found.start() > done:
            steps.append((text[done : found.start()], done, 0))
        done = found.end()
        if char:
            steps.append((char, found.start(), len(found[0])))
    if done < len(text):
        steps.append((text[done:], done, 0))
    return _put_together(steps, [], None)


def _copy(text: str, tables: _Tables, source: Normal | None) -> Normal:
    """Return ``text`` without what divides its words."""
    steps: list[_Step] = []
    breaks: list[int] = []
    done = 0
    search, match, expansions = tables.special.search, _JUNK_RUN.match, tables.expansions
    found = search(text)
    while found is not None:
        start = found.start()
        if start > done:
            steps.append((text[done:start], done, 0))
        run = match(text, start)
        if run is None:
            char, done = text[start], start + 1
            steps.append((_DEFUSED.get(char, expansions.get(char, char)), start, 1))
        else:
            junk, done = run[0], run.end()
            right = text[done : done + 1]
            left = steps[-1][0][-1] if steps else ""
            if _divides(junk) or (_joins_words(text, start, done) and not _is_unseen(junk)):
                breaks.append(len(steps))
            kept = _kept(junk, _density(left), _density(expansions.get(right, right)[:1]))
            if kept:
                steps.append((kept, start, done - start))
        found = search(text, done)
    if done < len(text):
        steps.append((text[done:], done, 0))
    return _put_together(steps, breaks, source)


def _put_together(steps: list[_Step], breaks: list[int], source: Normal | None) -> Normal:
    """Return the parts as one text; ``breaks`` are numbers of the parts before which a break lies."""
    if not steps:
        return Normal("", tuple(dict.fromkeys(0 for _number in breaks)), _source=source)
    parts, origins, widths = zip(*steps, strict=True)
    starts = list(accumulate(map(len, parts), initial=0))
    places = tuple(dict.fromkeys(starts[number] for number in breaks))
    return Normal("".join(parts), places, tuple(starts[:-1]), origins, widths, source)


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"


def _density(char: str) -> int:
    """Return 2 for Chinese, 1 for digits and the per cent sign, 0 for all that spaces divide."""
    if _is_han(char):
        return 2
    return 1 if char and char in "0123456789%" else 0


def _joins_words(text: str, start: int, end: int) -> bool:
    """Tell whether Chinese words of two characters or more stand on both sides, the first not leaning on the second."""
    if not (start > 1 and end + 1 < len(text)):
        return False
    before = text[start - 1]
    return (
        _is_han(before)
        and _is_han(text[end])
        and _is_han(text[start - 2])
        and _is_han(text[end + 1])
        and before not in _BINDING
    )


# The same few runs come again and again; long ones are not worth remembering.
_MEMORABLE = 64


def _divides(run: str) -> bool:
    return _divides_short(run) if len(run) <= _MEMORABLE else bool(_DIVIDING.search(run))


@lru_cache(maxsize=2048)
def _divides_short(run: str) -> bool:
    return bool(_DIVIDING.search(run))


def _is_unseen(run: str) -> bool:
    return bool(_UNSEEN.fullmatch(run))


def _kept(run: str, left: int, right: int) -> str:
    """Return what stays of a run of dividers between characters of these densities."""
    if left == right == 2:  # noqa: PLR2004 - between Chinese characters nothing stays
        return ""
    return _kept_short(run, left, right) if len(run) <= _MEMORABLE else _kept_long(run, left, right)


def _kept_long(run: str, left: int, right: int) -> str:
    seen = _SPACES.sub("" if left or right else " ", _UNSEEN.sub("", run))
    return _ANY_MARKS.sub("", seen) if left and right else seen


_kept_short = lru_cache(maxsize=4096)(_kept_long)

"""Breaking Chinese text into lines: anywhere between characters, but by the rules of punctuation and not in words."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

# What must not begin a line, and what must not end one (GB/T 15834).
_NOT_FIRST = frozenset("，。、；：？！）》〉」』】〕”’…—％%!),.:;?]}·～▕")
_NOT_LAST = frozenset("（《〈「『【〔“‘([{￥")
_NBSP = "\u00a0"
# Letters and digits with what binds them stay together, so does a number with the unit after a no-break space.
_PIECE = re.compile(
    rf"[\w.,:/?&=#%+@~−-]*[A-Za-z0-9](?:[A-Za-z0-9.,:/?&=#%+@~_−{_NBSP}-])*|\s+|.", re.ASCII | re.DOTALL
)

Measure = Callable[["Run"], float]


@dataclass(frozen=True)
class Run:
    """Characters of one look; ``link`` is an address, or nothing."""

    text: str
    font: str = "regular"
    link: str = ""


Line = tuple[Run, ...]


def broken(runs: Sequence[Run], width: float, measure: Measure) -> list[Line]:
    """Return ``runs`` as lines no wider than ``width``; a line break in the text begins a new one.

    A word wider than the line is broken inside.
    """
    lines: list[Line] = []
    line: list[Run] = []
    used = 0.0
    for chunk in _chunks(runs):
        if chunk[0].text == "\n":
            lines.append(_joined(line))
            line, used = [], 0.0
            continue
        for part in _fitting(chunk, width, measure):
            size = sum(measure(run) for run in part)
            if line and used + size > width:
                lines.append(_joined(line))
                line, used = [], 0.0
            if not line and not part[0].text.strip(" "):
                continue
            line += part
            used += size
    if line or not lines:
        lines.append(_joined(line))
    return lines


def _chunks(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Yield what must stay on one line: a word, or a character with the punctuation that clings to it."""
    held: list[Run] = []
    for run in runs:
        for match in _PIECE.finditer(run.text):
            piece = replace(run, text=match.group().replace("\n", " ") if match.group().strip("\n") else "\n")
            if piece.text == "\n":
                if held:
                    yield held
                yield [piece]
                held = []
            elif held and (piece.text[0] in _NOT_FIRST or held[-1].text[-1] in _NOT_LAST):
                held.append(piece)
            else:
                if held:
                    yield held
                held = [piece]
    if held:
        yield held


def _fitting(chunk: list[Run], width: float, measure: Measure) -> Iterator[list[Run]]:
    if sum(measure(run) for run in chunk) <= width:
        yield chunk
        return
    for run in chunk:
        for character in run.text:
            yield [replace(run, text=character)]


def _joined(line: Sequence[Run]) -> Line:
    """Return a line with neighbours of one look joined, and without the space at its end."""
    runs = [
        Run("".join(run.text for run in group), *look)
        for look, group in groupby(line, key=lambda run: (run.font, run.link))
    ]
    if runs:
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip(" "))
    return tuple(runs)

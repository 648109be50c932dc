"""The stretch of a text that shows why it was found."""

from collections.abc import Sequence

LENGTH = 84
# What stands before the first mark: enough to read into the sentence.
_BEFORE = 24
_STOPS = "。！？；\n"


def passage(text: str, marks: Sequence[str]) -> str:
    """Return the stretch of ``text`` around the place where most of ``marks`` stand together; "" where none occurs."""
    plain = " ".join(text.replace("|", "").split())
    folded = plain.lower()
    if len(folded) != len(plain):
        return ""
    places = sorted({folded.find(mark) for mark in marks if mark} - {-1})
    if not places:
        return ""
    best = max(places, key=lambda place: (_held(folded, place, marks), -place))
    start = max(0, best - _BEFORE)
    stop = max((plain.rfind(mark, start, best) for mark in _STOPS), default=-1)
    start = stop + 1 if stop >= 0 else start
    end = min(len(plain), start + LENGTH)
    return f"{'…' if start else ''}{plain[start:end].strip()}{'…' if end < len(plain) else ''}"


def _held(folded: str, place: int, marks: Sequence[str]) -> int:
    window = folded[max(0, place - _BEFORE) : place + LENGTH - _BEFORE]
    return sum(len(mark) for mark in marks if mark in window)

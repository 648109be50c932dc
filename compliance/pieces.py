"""The phrase check over a text that is stored in pieces: blocks, and inline runs within them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from compliance.check import check_normal
from compliance.normalise import normalise
from core.registries import TextFinding


@dataclass(frozen=True)
class Part:
    """A part of a finding: ``start`` to ``end`` within the piece number ``piece``, which belongs to ``block``."""

    block: str
    piece: int
    start: int
    end: int


@dataclass(frozen=True)
class PieceFinding:
    """A finding in the joined text, and where its parts lie; no parts where a statement is missing."""

    finding: TextFinding
    parts: tuple[Part, ...]


def check_pieces(pieces: Iterable[tuple[str, str]], kind: str = "") -> list[PieceFinding]:
    """Return the findings in ``pieces`` of (block id, text), joined in their order.

    Pieces that follow each other with the same id are runs of one block, as bold type makes them: a word or a sentence
    may go on from one to the next. With another id a new block begins: words around a phrase do not count beyond it,
    but a short phrase that is torn over the edge is found. ``finding.start`` and ``finding.end`` count in the joined
    text.
    """
    held = list(pieces)
    text = "".join(part for _block, part in held)
    normal = normalise(text)
    starts = [0, *accumulate(len(part) for _block, part in held)]
    edges = [
        starts[number]
        for number in range(1, len(held))
        if held[number][0] != held[number - 1][0] and 0 < starts[number] < len(text)
    ]
    blocks = sorted({normal.index(edge) for edge in edges})
    found = check_normal(text, normal, kind, blocks)
    return [PieceFinding(finding, tuple(_parts(finding, held, starts))) for finding in found]


def _parts(finding: TextFinding, pieces: Sequence[tuple[str, str]], starts: Sequence[int]) -> Iterable[Part]:
    for number, (block, _text) in enumerate(pieces):
        first, last = max(finding.start, starts[number]), min(finding.end, starts[number + 1])
        if first < last:
            yield Part(block, number, first - starts[number], last - starts[number])

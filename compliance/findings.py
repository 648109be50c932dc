"""What the phrase check finds in an object, with the place, the words around it and the name of exactly this text."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from compliance.errors import TextTooLongError
from compliance.normalise import normalise
from compliance.pieces import PieceFinding, check_pieces
from compliance.rules import Quoting, categories, quoting
from compliance.text_of import source_of
from core.registries import Severity, TextFinding, TextPiece

# As far as the check itself looks for what the words around a phrase make of it.
_REACH = 60
# A long lesson has a tenth of it, markup included.
MOST_CHARACTERS = 200_000
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class PlacedFinding:
    """A finding in an object.

    ``places`` are the fields and blocks that it touches, ``label`` names the first for people. ``digest`` names the
    rule, the words and the words around them: another text has another one.
    """

    rule: str
    category: str
    severity: Severity
    match: str
    before: str
    after: str
    places: tuple[str, ...]
    label: str
    suggestion: str
    wording: str
    digest: str

    @property
    def category_name(self) -> str:
        """What the category is called."""
        return str(categories()[self.category].name) if self.category in categories() else self.category


def findings_in(obj: Any) -> list[PlacedFinding]:
    """Return what is to be looked at in ``obj``, in reading order; what its text lacks comes last.

    Raises ``TextTooLongError`` for more than ``MOST_CHARACTERS``: nobody reviews that, and a check has to end.
    """
    source = source_of(type(obj))
    return findings_of(list(source.pieces(obj)), source.kind)


def findings_of(pieces: Sequence[TextPiece], kind: str) -> list[PlacedFinding]:
    """Return the findings in ``pieces`` of a text of ``kind``.

    All pieces are checked as one text, so that a phrase torn over runs and blocks is found. What lies in quoting
    pieces alone has the severity that their kind gives it. Raises ``TextTooLongError``.
    """
    length = sum(len(piece.text) for piece in pieces)
    if length > MOST_CHARACTERS:
        raise TextTooLongError(
            _("文字太长：一共 %(length)d 个字符，最多 %(most)d 个。请分成几篇。")
            % {"length": length, "most": MOST_CHARACTERS}
        )
    found = check_pieces([(piece.place, piece.text) for piece in pieces], kind)
    joined = "".join(piece.text for piece in pieces)
    blocks = _block_bounds(pieces)
    return [_placed(item, pieces, joined, blocks) for item in found]


def _block_bounds(pieces: Sequence[TextPiece]) -> list[tuple[int, int]]:
    """Return for each piece where its block, with all its runs, begins and ends in the joined text."""
    bounds: list[tuple[int, int]] = []
    at = 0
    for _place, group in groupby(pieces, key=lambda piece: piece.place):
        runs = list(group)
        end = at + sum(len(run.text) for run in runs)
        bounds += [(at, end)] * len(runs)
        at = end
    return bounds


def _placed(
    item: PieceFinding, pieces: Sequence[TextPiece], joined: str, blocks: Sequence[tuple[int, int]]
) -> PlacedFinding:
    finding = item.finding
    if not item.parts:
        whole = {"label": str(_("全文")), "places": (), "before": "", "match": "", "after": ""}
        return _named(finding, severity=finding.severity, **whole)
    touched = [pieces[part.piece] for part in item.parts]
    first, last = blocks[item.parts[0].piece][0], blocks[item.parts[-1].piece][1]
    return _named(
        finding,
        severity=_severity(finding, touched),
        label=touched[0].label,
        places=tuple(dict.fromkeys(piece.place for piece in touched)),
        before=_words(joined[first : finding.start])[-_REACH:],
        match=_words(joined[finding.start : finding.end]),
        after=_words(joined[finding.end : last])[:_REACH],
    )


def _severity(finding: TextFinding, touched: Iterable[TextPiece]) -> Severity:
    """Return a note where all the words stand in pieces whose kind quotes this category."""
    kinds: list[Quoting | None] = [quoting().get(piece.kind) for piece in touched]
    excused = all(kind is not None and kind.excuses(finding.category, finding.rule) for kind in kinds)
    return "note" if excused else finding.severity


def _words(html: str) -> str:
    return _SPACES.sub(" ", strip_tags(html))


def _named(finding: TextFinding, **parts: Any) -> PlacedFinding:
    plain = "\x1f".join(normalise(parts[name]).text for name in ("before", "match", "after"))
    named = PlacedFinding(
        rule=finding.rule,
        category=finding.category,
        suggestion=finding.suggestion,
        wording=finding.wording,
        digest=hashlib.sha256(f"{finding.rule}\x1f{plain}".encode()).hexdigest(),
        **parts,
    )
    return replace(named, before=named.before.lstrip(), after=named.after.rstrip())

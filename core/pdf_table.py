"""Tables in a PDF, ruled as on the site: ink above and below, hairlines between."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.pdf import INK, Document, Look
from core.pdf_lines import Line

_SIZE, _LEADING, _PADDING, _SIDE = 10.5, 1.45, 1.6, 1.5
_WHOLE = 95


@dataclass(frozen=True)
class _Cell:
    lines: list[Line]
    look: Look


@dataclass(frozen=True)
class RuledTable:
    """A table across the measure, its columns sharing the width as ``shares`` say; those in ``right`` end flush."""

    document: Document
    head: Sequence[str]
    shares: Sequence[float]
    right: frozenset[int] = frozenset()

    def write(self, rows: Sequence[Sequence[str]], *, bold_last: bool = False) -> None:
        """Write the head and ``rows``; the head again on each page, and no row across two."""
        document = self.document
        head = self._cells(self.head, "bold")
        last = len(rows) - 1
        body = [
            self._cells(row, "bold" if bold_last and number == last else "regular") for number, row in enumerate(rows)
        ]
        heights = [self._height(row) for row in [head, *body]]
        # A short table stays whole, a long one begins with two rows at least.
        document.room(sum(heights) if sum(heights) < _WHOLE else sum(heights[:3]))
        self._head(head)
        for number, row in enumerate(body):
            page = document.page
            document.room(self._height(row))
            if document.page != page:
                self._head(head)
            elif number:
                document.hairline()
            self._row(row)
        document.hairline(INK, 0.6)
        document.set_y(document.get_y() + 3)

    def _widths(self) -> list[float]:
        return [self.document.width * share / sum(self.shares) for share in self.shares]

    def _cells(self, row: Sequence[str], font: str) -> list[_Cell]:
        cells = []
        for place, (text, width) in enumerate(zip(row, self._widths(), strict=True)):
            look = Look(size=_SIZE, leading=_LEADING, font=font, align="right" if place in self.right else "left")
            cells.append(_Cell(self.document.lines_of(text, look, width - 2 * _SIDE), look))
        return cells

    def _head(self, head: list[_Cell]) -> None:
        self.document.hairline(INK, 0.6)
        self._row(head)
        self.document.hairline(INK, 0.25)

    def _row(self, row: list[_Cell]) -> None:
        document = self.document
        x, top = document.l_margin, document.get_y()
        for cell, width in zip(row, self._widths(), strict=True):
            for number, line in enumerate(cell.lines):
                y = top + _PADDING + number * document.line_of(cell.look)
                document.line_at(line, cell.look, x + _SIDE, width - 2 * _SIDE, y)
            x += width
        document.set_y(top + self._height(row))

    def _height(self, row: list[_Cell]) -> float:
        return max(len(cell.lines) * self.document.line_of(cell.look) for cell in row) + 2 * _PADDING

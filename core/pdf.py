"""Documents as PDF files: Chinese text that can be copied and searched, tables ruled as on the site, page numbers.

Lengths are millimetres, sizes of type points. A character that the fonts lack is written as its name, never as a box.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from bs4 import BeautifulSoup, NavigableString, Tag
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.drawing import PaintedPath
from fpdf.enums import PathPaintRule
from fpdf.outline import OutlineSection

from core.facts import fill_in
from core.pdf_fonts import FontFile, pdf_fonts
from core.pdf_lines import Line, Run, broken

INK, SOFT, HAIRLINE, VERMILION, INDIGO = (30, 36, 48), (82, 90, 104), (200, 193, 178), (181, 64, 42), (31, 78, 107)
_MM_A_POINT = 25.4 / 72
_NBSP = "\u00a0"
_DROPPED = {"Cf", "Cc", "Mn"}
_BLOCKS = {"p", "li", "ul", "ol", "div", "h2", "h3", "h4", "blockquote"}


def _in_its_place(character: str) -> str:
    """Return what stands for a character that the font lacks: nothing, a space, or its name."""
    category = unicodedata.category(character)
    if category in _DROPPED:
        return ""
    return _NBSP if category == "Zs" else f"〔{unicodedata.name(character, f'U+{ord(character):04X}')}〕"


class NoFontError(Exception):
    """This machine has no Chinese font."""


@dataclass(frozen=True)
class Look:
    """How a paragraph is set: ``size`` in points, ``leading`` in sizes, ``after`` and ``indent`` in millimetres."""

    size: float = 12
    leading: float = 1.7
    font: str = "regular"
    colour: tuple[int, int, int] = INK
    after: float = 2.6
    indent: float = 0
    align: str = "left"

    @property
    def line(self) -> float:
        return self.size * self.leading * _MM_A_POINT


BODY = Look()
SMALL = Look(size=10, colour=SOFT, after=2)
KIND = Look(size=10, font="bold", colour=SOFT, after=0.8)


class Document(FPDF):
    """An A4 document that flows down its pages. Text goes in as plain text or as the HTML of rich text.

    References to facts are filled in; ``scale`` enlarges all type, for large print.
    Raises ``NoFontError`` where the machine has no Chinese font.
    """

    def __init__(
        self,
        *,
        title: str,
        author: str,
        running_head: str = "",
        landscape: bool = False,
        margin: float = 24,
        scale: float = 1,
    ) -> None:
        fonts = pdf_fonts()
        if fonts is None:
            raise NoFontError
        super().__init__(orientation="landscape" if landscape else "portrait", format="A4")
        self.scale = scale
        self.running_head = ""
        self._head = running_head
        self.set_margins(margin, margin, margin)
        self.set_auto_page_break(auto=False, margin=margin)
        self.set_title(title)
        self.set_author(author)
        self.set_lang("zh-CN")
        self._cmaps: dict[str, Any] = {}
        self._widths: dict[tuple[str, str], float] = {}
        for name, file in (("regular", fonts.regular), ("bold", fonts.bold), ("display", fonts.display)):
            self.add_font(name, "", str(file.path), collection_font_number=file.number)
            self._cmaps[name] = characters_of(file)
        self.set_font("regular", size=12)

    # --- Pages ------------------------------------------------------------------------------------------

    @property
    def width(self) -> float:
        """Between the margins."""
        return float(self.epw)

    def header(self) -> None:
        """Print the running head; the cover has none."""
        if self.running_head and self.page > 1:
            self._place([Run(self.clean(self.running_head))], self.l_margin, 14.5 - self.line_of(SMALL) / 2, SMALL)
            self.set_draw_color(*HAIRLINE)
            self.set_line_width(0.2)
            self.line(self.l_margin, 18, self.w - self.r_margin, 18)
        self.set_y(self.t_margin)

    def footer(self) -> None:
        """Print the number of the page in the middle; the cover has none."""
        if self.running_head and self.page > 1:
            run = Run(str(self.page))
            at = (self.w - self.measure(run, SMALL.size)) / 2
            self._place([run], at, self.h - 13, SMALL)

    def begin(self, *, running: bool = True) -> None:
        """Start a page, with running head and number when ``running``."""
        self.running_head = self._head if running else ""
        self.add_page()
        self.set_y(self.t_margin)

    def room(self, height: float) -> None:
        """Go to the next page unless ``height`` fits on this one."""
        if self.get_y() + height > self.h - self.b_margin + 0.01 and height < self.eph:
            self.add_page()
            self.set_y(self.t_margin)

    def gap(self, height: float) -> None:
        """Leave space, but not at the top of a page."""
        if self.get_y() > self.t_margin + 0.1:
            self.set_y(self.get_y() + height)

    # --- Text -------------------------------------------------------------------------------------------

    def clean(self, text: str, font: str = "regular") -> str:
        """Return ``text`` as the font can write it: what it lacks becomes a name in brackets, joiners go."""
        cmap = self._cmaps[font]
        return "".join(
            character if character == "\n" or ord(character) in cmap else _in_its_place(character) for character in text
        )

    def measure(self, run: Run, size: float) -> float:
        """Return the width of ``run`` in millimetres."""
        return sum(self._width(character, run.font) for character in run.text) * size * self.scale

    def _width(self, character: str, font: str) -> float:
        key = (character, font)
        if key not in self._widths:
            self.set_font(font, size=100)
            self._widths[key] = self.get_string_width(character) / 100
        return self._widths[key]

    def paragraph(self, text: str, look: Look = BODY, *, keep: float = 0) -> None:
        """Write plain text; ``keep`` is the room that has to be left on the page below it."""
        self._flow([Run(self.clean(fill_in(text), look.font), look.font)], look, keep=keep)

    def rich(self, html: str, look: Look = BODY) -> None:
        """Write rich text: paragraphs, lists, bold, links."""
        filled = fill_in(html, escape)
        for mark, runs in _paragraphs(filled, look.font):
            cleaned = [Run(self.clean(run.text, run.font), run.font, run.link) for run in runs]
            if mark:
                indented = Look(
                    look.size,
                    look.leading,
                    look.font,
                    look.colour,
                    look.after * 0.6,
                    look.indent + 6 * self.scale,
                    look.align,
                )
                self._flow(cleaned, indented, mark=mark)
            else:
                self._flow(cleaned, look)

    def line_of(self, look: Look) -> float:
        """Return the height of a line in millimetres."""
        return look.line * self.scale

    def lines_of(self, text: str, look: Look, width: float) -> list[Line]:
        """Return plain text as the lines that fit into ``width``."""
        run = Run(self.clean(fill_in(text), look.font), look.font)
        return broken([run], width, lambda part: self.measure(part, look.size))

    def _flow(self, runs: Sequence[Run], look: Look, *, keep: float = 0, mark: str = "") -> None:
        lines = broken(runs, self.width - look.indent, lambda run: self.measure(run, look.size))
        for number, line in enumerate(lines):
            # No line of a paragraph stays alone at the foot of a page, and none at the head of the next.
            alone = 2 if len(lines) > 1 and number in {0, len(lines) - 2} else 1
            self.room(self.line_of(look) * alone + (keep if number == 0 else 0))
            if mark and number == 0:
                self._place([Run(mark)], self.l_margin + look.indent - 5 * self.scale, self.get_y(), look)
            self.line_at(line, look, self.l_margin + look.indent, self.width - look.indent)
            self.set_y(self.get_y() + self.line_of(look))
        self.set_y(self.get_y() + look.after)

    def line_at(self, line: Line, look: Look, x: float, width: float, y: float | None = None) -> None:
        """Write one line into the box from ``x``, as ``look`` aligns it."""
        used = sum(self.measure(run, look.size) for run in line)
        shift = {"left": 0.0, "center": (width - used) / 2, "right": width - used}[look.align]
        self._place(line, x + shift, self.get_y() if y is None else y, look)

    def _place(self, runs: Sequence[Run], x: float, y: float, look: Look) -> None:
        height = self.line_of(look)
        baseline = y + height / 2 + look.size * self.scale * 0.36 * _MM_A_POINT
        for run in runs:
            if not run.text:
                continue
            width = self.measure(run, look.size)
            self.set_font(run.font, size=look.size * self.scale)
            self.set_text_color(*(INDIGO if run.link else look.colour))
            self.text(x, baseline, run.text.replace(_NBSP, " "))
            if run.link:
                self.set_draw_color(*INDIGO)
                self.set_line_width(0.15)
                self.line(x, baseline + 0.9, x + width, baseline + 0.9)
                self.link(x, y, width, height, run.link)
            x += width

    # --- Furniture --------------------------------------------------------------------------------------

    def heavy_rule(self, width: float | None = None) -> None:
        """Draw 文武线: a thick and a thin line of ink."""
        end = self.l_margin + (width or self.width)
        self.set_draw_color(*INK)
        for offset, weight in ((0.0, 0.9), (1.3, 0.25)):
            self.set_line_width(weight)
            self.line(self.l_margin, self.get_y() + offset, end, self.get_y() + offset)
        self.set_y(self.get_y() + 4)

    def hairline(self, colour: tuple[int, int, int] = HAIRLINE, weight: float = 0.2) -> None:
        """Draw a line across the measure."""
        self.set_draw_color(*colour)
        self.set_line_width(weight)
        self.line(self.l_margin, self.get_y(), self.l_margin + self.width, self.get_y())

    def seal(self, character: str, x: float, y: float, side: float) -> None:
        """Draw the vermilion seal with one character."""
        self.set_draw_color(*VERMILION)
        self.set_line_width(side / 16)
        self.rect(x, y, side, side)
        size = side * 0.62 / _MM_A_POINT / self.scale
        look = Look(size=size, leading=1, font="display", colour=VERMILION)
        run = Run(self.clean(character, "display"), "display")
        self._place([run], x + (side - self.measure(run, size)) / 2, y + (side - self.line_of(look)) / 2, look)

    @contextmanager
    def set_apart(self, colour: tuple[int, int, int] = INK, weight: float = 1.1) -> Iterator[None]:
        """Draw a bar at the left of what is written inside, on each page that it reaches."""
        first, top = self.page, self.get_y()
        self.set_left_margin(self.l_margin + 6)
        yield
        self.set_left_margin(self.l_margin - 6)
        last, bottom = self.page, self.get_y() - 2
        for page in range(first, last + 1):
            self.page = page
            self.set_draw_color(*colour)
            self.set_line_width(weight)
            start = top if page == first else self.t_margin
            end = bottom if page == last else self.h - self.b_margin
            if end > start:
                self.line(self.l_margin + 1, start, self.l_margin + 1, end)
        self.page = last

    def squares(self, places: Sequence[tuple[int, int]], count: int, x: float, y: float, side: float) -> None:
        """Fill cells of a grid of ``count`` by ``count`` as one outline in a square of ``side``: a QR code."""
        step = side / count
        with self.drawing_context() as context:
            path = PaintedPath()
            path.style.fill_color = "#000000"
            path.style.stroke_color = None
            path.style.paint_rule = PathPaintRule.FILL_NONZERO
            for column, row in places:
                # A hair wider than the cell: no seam shows between two.
                path.rectangle(x + column * step, y + row * step, step + 0.02, step + 0.02)
            context.add_item(path)

    def contents(self, render: Callable[[Any, list[OutlineSection]], None], pages: int = 1) -> None:
        """Leave room for the contents, which are written when all page numbers are known."""
        self.insert_toc_placeholder(render, pages=pages)

    def finished(self) -> bytes:
        """Return the file."""
        return bytes(self.output())


def _paragraphs(html: str, font: str) -> Iterator[tuple[str, list[Run]]]:
    """Yield each paragraph of rich text as its mark (of a list) and its runs."""
    yield from _blocks(BeautifulSoup(html, "html.parser"), font, "")


def _blocks(parent: Tag, font: str, mark: str) -> Iterator[tuple[str, list[Run]]]:
    held: list[Run] = []
    for child in parent.children:
        if isinstance(child, Tag) and child.name in _BLOCKS:
            if held and "".join(run.text for run in held).strip():
                yield mark, held
            held = []
            if child.name in {"ul", "ol"}:
                for number, item in enumerate(child.find_all("li", recursive=False), start=1):
                    yield from _blocks(item, font, f"{number}." if child.name == "ol" else "•")
            else:
                yield from _blocks(child, font, mark)
        else:
            held += _runs(child, font, "")
    if held and "".join(run.text for run in held).strip():
        yield mark, held


def _runs(node: Any, font: str, link: str) -> Iterator[Run]:
    if isinstance(node, NavigableString):
        text = str(node).replace("\n", " ")
        if text:
            yield Run(text, font, link)
    elif isinstance(node, Tag):
        if node.name == "br":
            yield Run("\n", font, link)
        inner = "bold" if node.name in {"b", "strong", "i", "em"} else font
        target = str(node.get("href") or "") if node.name == "a" else link
        for child in node.children:
            yield from _runs(child, inner, target)
    else:
        return


@lru_cache(maxsize=4)
def characters_of(file: FontFile) -> frozenset[int]:
    """Return the code points that a font can write."""
    with TTFont(str(file.path), fontNumber=file.number, lazy=True) as font:
        return frozenset(font.getBestCmap())


def lacking_in_titles(text: str) -> str:
    """Return the characters of ``text``, each once, that a title would lack; none where the machine has no font."""
    fonts = pdf_fonts()
    if fonts is None:
        return ""
    known = characters_of(fonts.display)
    return "".join(dict.fromkeys(sign for sign in text if ord(sign) not in known))

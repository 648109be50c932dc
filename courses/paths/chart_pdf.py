"""The figures of lessons in a PDF: the geometry of ``courses.charts`` drawn as lines, with real text."""

from typing import Any

from django.utils.translation import gettext as _

from core.pdf import Document, Look
from core.pdf_lines import Run
from courses.charts import Chart

# Series in the colours of the site; change is red and green with a mark, never colour alone.
_SERIES = ((31, 78, 107), (192, 121, 131), (70, 48, 35), (94, 34, 187))
_UP, _DOWN = (208, 69, 44), (10, 81, 64)
_GRID, _AXIS = (228, 222, 210), (133, 125, 110)
# The drawings are made for 360 units across.
_UNITS = 360
_TEXT = 14.0


def draw_chart(document: Document, chart: Chart, unit: str) -> None:
    """Draw ``chart`` below what stands on the page; ``unit`` is that of the values."""
    scale = min(document.width, 125) / _UNITS
    height = (chart.height + 8) * scale
    document.room(height)
    pen = _Pen(document, document.l_margin, document.get_y(), scale)
    if chart.groups:
        _bars(pen, chart, unit)
    else:
        _lines(pen, chart, unit)
    document.set_y(document.get_y() + height)


class _Pen:
    """Draws in the units of the figure."""

    def __init__(self, document: Document, x: float, y: float, scale: float) -> None:
        self.document, self.left, self.top, self.scale = document, x, y, scale

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.scale, self.top + y * self.scale

    def line(self, points: list[tuple[float, float]], colour: tuple[int, int, int], weight: float) -> None:
        self.document.set_draw_color(*colour)
        self.document.set_line_width(weight * self.scale)
        self.document.polyline([self.at(*point) for point in points])

    def text(self, words: str, x: float, baseline: float, *, align: str = "left", bold: bool = False) -> None:
        """Write with ``x`` as the left end, the middle or the right end."""
        font = "bold" if bold else "regular"
        run = Run(self.document.clean(words, font), font)
        size = _TEXT * self.scale / (25.4 / 72) / self.document.scale
        width = self.document.measure(run, size)
        look = Look(size=size, leading=1, font=font)
        place, foot = self.at(x, baseline)
        place -= {"left": 0.0, "center": width / 2, "right": width}[align]
        self.document.line_at(
            (run,),
            look,
            place,
            width,
            foot - self.document.line_of(look) / 2 - size * self.document.scale * 0.36 * 25.4 / 72,
        )

    def dot(self, x: float, y: float, radius: float, colour: tuple[int, int, int]) -> None:
        self.document.set_fill_color(*colour)
        place = self.at(x, y)
        self.document.circle(place[0], place[1], radius * self.scale, style="F")

    def bar(self, x: float, y: float, width: float, height: float, colour: tuple[int, int, int]) -> None:
        self.document.set_fill_color(*colour)
        place = self.at(x, y)
        self.document.rect(place[0], place[1], width * self.scale, height * self.scale, style="F")


def _colour(mark: str, number: int) -> tuple[int, int, int]:
    return {"▲": _UP, "▼": _DOWN}.get(mark, _SERIES[(number - 1) % len(_SERIES)])


def _lines(pen: _Pen, chart: Chart, unit: str) -> None:
    left, right = chart.box["left"], chart.box["right"]
    for tick in chart.y_ticks:
        pen.line([(left, tick.at), (right, tick.at)], _GRID, 1)
        pen.text(tick.text, 54, tick.text_at, align="right")
    pen.line([(left, chart.zero), (right, chart.zero)], _AXIS, 1.2)
    pen.text(unit, 54, 16, align="right")
    for tick in chart.x_ticks:
        pen.text(tick.text, tick.at, 256, align="center")
    for line in chart.lines:
        colour = _colour(line.end.mark, line.number)
        pen.line(list(line.points), colour, 2.5)
        for place, point in enumerate(line.points, start=1):
            pen.dot(*point, 4.5 if place == len(line.points) else 2.5, colour)
        if line.leader:
            start, end = ([float(part) for part in piece.split()] for piece in line.leader[1:].split("L"))
            pen.line([(start[0], start[1]), (end[0], end[1])], _AXIS, 1)
        for text in line.label_lines:
            pen.text(text.text, 270, text.at)
        about = _("约") if line.end.about else ""
        pen.text(f"{line.end.mark}{about}{line.end.text} {unit}", 270, line.value_y, bold=True)


def _bars(pen: _Pen, chart: Chart, unit: str) -> None:
    for group in chart.groups:
        pen.text(group.label, 0, group.y, bold=True)
        for bar in group.bars:
            value: Any = bar.value
            pen.text(bar.series, 0, bar.text_y)
            pen.text(f"{value.mark}{value.text} {unit}", 340, bar.text_y, align="right")
            pen.bar(bar.x, bar.y, bar.width, 14, _colour(value.mark, bar.number))
    pen.line([(chart.zero, 22), (chart.zero, chart.height)], _AXIS, 1.2)

"""Geometry of the figures: from formulas to points, bars, ticks and labels that a template draws as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_FLOOR, Decimal, localcontext
from textwrap import wrap
from typing import Any

from core.arithmetic import evaluate, read_number, round_half_up

MAX_SERIES = 4
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 258, 40, 232
_LINE_OF_TEXT, _LABEL_CHARACTERS = 21, 5
_STEPS = tuple(Decimal(step) for step in ("1", "1.5", "2", "2.5", "3", "4", "5", "10"))
_BAR_WIDTH = 340
_GROUP_GAP, _HEADING, _BAR_LINE, _BAR_HEIGHT = 20, 26, 44, 14


@dataclass(frozen=True)
class Value:
    """One number of the figure with its text; ``mark`` is ▲ or ▼ where the figure shows a change."""

    number: Decimal
    text: str
    exact: str
    mark: str = ""
    about: bool = False


@dataclass(frozen=True)
class Series:
    """A named row of values, one for each x."""

    name: str
    values: tuple[Value, ...]


# A line of the data table: what x is, and each series' value with the series' name.
Row = tuple[str, tuple[tuple[Value, str], ...]]


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where it stands and what it says."""

    at: float
    text: str

    @property
    def text_at(self) -> float:
        """The baseline of the text beside a horizontal line."""
        return round(self.at + 5, 1)


@dataclass(frozen=True)
class Line:
    """A series as a path, its points, and where its label stands."""

    series: Series
    number: int
    path: str
    points: tuple[tuple[float, float], ...]
    label_lines: tuple[Tick, ...]
    value_y: float
    leader: str
    end: Value


@dataclass(frozen=True)
class Bar:
    """One bar: its rectangle, and the line of text above it."""

    series: str
    number: int
    value: Value
    x: float
    y: float
    width: float
    text_y: float
    hatch: str


@dataclass(frozen=True)
class BarGroup:
    """The bars of one x."""

    label: str
    y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Chart:
    """Everything that the templates of a figure need."""

    x_labels: tuple[str, ...]
    series: tuple[Series, ...]
    rows: tuple[Row, ...]
    lines: tuple[Line, ...] = ()
    groups: tuple[BarGroup, ...] = ()
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()
    zero: float = 0
    height: float = 268
    # The area between two lines, where a figure shows a spread.
    band: str = ""
    box: dict[str, int] = field(
        default_factory=lambda: {"left": _LEFT, "right": _RIGHT, "top": _TOP, "bottom": _BOTTOM}
    )


def compute_series(value: Any, inputs: dict[str, Decimal]) -> tuple[Series, ...]:
    """Return the values of each series; raise ``FormulaError`` when a formula cannot be computed."""
    marked = bool(value["shows_change"])
    result = []
    for row in value["series"]:
        numbers = [evaluate(row["formula"], {**inputs, "x": read_number(point["value"])}) for point in value["x"]]
        result.append(Series(row["name"], tuple(_shown(number, marked=marked) for number in numbers)))
    return tuple(result)


def draw(kind: str, x_labels: Sequence[str], x_values: Sequence[Decimal], series: tuple[Series, ...]) -> Chart:
    """Return the geometry of a line or bar chart."""
    rows = tuple(
        (label, tuple((row.values[place], row.name) for row in series)) for place, label in enumerate(x_labels)
    )
    if kind == "bar":
        return _bars(tuple(x_labels), series, rows)
    return _lines(tuple(x_labels), x_values, series, rows)


def draw_curves(
    x_values: Sequence[Decimal],
    series: tuple[Series, ...],
    *,
    ticks: Sequence[tuple[Decimal, str]],
    band: tuple[int, int] | None = None,
    highest: Decimal | None = None,
) -> Chart:
    """Return the geometry of lines with many points: a dot at the end only, and ticks where the caller wants them.

    ``band`` names two series between which the area is filled; ``highest`` stretches the scale, so that figures beside
    each other have the same one.
    """
    numbers = [value.number for row in series for value in row.values]
    chart = _lines(("",) * len(x_values), x_values, series, (), highest=highest or max(numbers))
    low, high = min(x_values), max(x_values)
    drawn = [replace(line, points=line.points[-1:]) for line in chart.lines]
    edges = [chart.lines[place].points for place in band or ()]
    return replace(
        chart,
        lines=tuple(drawn),
        x_ticks=tuple(Tick(_scale(place, low, high, _LEFT, _RIGHT), text) for place, text in ticks),
        band="M" + " ".join(f"{x} {y}" for x, y in (*edges[0], *reversed(edges[1]))) + "Z" if edges else "",
    )


def nice_ticks(low: Decimal, high: Decimal, wanted: int = 4) -> tuple[Decimal, ...]:
    """Return round numbers, evenly spaced, that enclose ``low`` and ``high`` and include zero."""
    low, high = min(low, Decimal(0)), max(high, Decimal(0))
    if low == high:
        high = Decimal(1)
    with localcontext() as context:
        context.prec = 28
        rough = (high - low) / (wanted - 1)
        scale = Decimal(1).scaleb(rough.adjusted())
        step = next(factor * scale for factor in _STEPS if factor * scale >= rough)
        first = (low / step).to_integral_value(ROUND_FLOOR)
        last = -((-high / step).to_integral_value(ROUND_FLOOR))
        return tuple(step * count for count in range(int(first), int(last) + 1))


def _shown(number: Decimal, *, marked: bool) -> Value:
    places = 0 if abs(number) >= 10 or number == number.to_integral_value() else 2  # noqa: PLR2004 -- two digits say enough
    rounded = round_half_up(number, places)
    exact = round_half_up(number, 0 if number == number.to_integral_value() else 2)
    mark = ("▲" if exact > 0 else "▼" if exact < 0 else "") if marked else ""
    return Value(
        number=exact,
        text=grouped(abs(rounded) if mark else rounded),
        exact=grouped(abs(exact) if mark else exact),
        mark=mark,
        about=rounded != number,
    )


def grouped(number: Decimal) -> str:
    """Return a number with thousands separators and a true minus sign."""
    return f"{number:,f}".replace("-", "−")


def _scale(value: Decimal, low: Decimal, high: Decimal, start: float, end: float) -> float:
    if high == low:
        return start
    return round(start + float((value - low) / (high - low)) * (end - start), 1)


def _lines(
    x_labels: tuple[str, ...],
    x_values: Sequence[Decimal],
    series: tuple[Series, ...],
    rows: tuple[Row, ...],
    highest: Decimal | None = None,
) -> Chart:
    numbers = [value.number for row in series for value in row.values]
    ticks = nice_ticks(min(numbers), max(*numbers, highest or numbers[0]))
    low, high = ticks[0], ticks[-1]
    x_low, x_high = min(x_values), max(x_values)
    places = [_scale(x, x_low, x_high, _LEFT, _RIGHT) for x in x_values]
    drawn = []
    for number, row in enumerate(series, start=1):
        heights = [_scale(value.number, low, high, _BOTTOM, _TOP) for value in row.values]
        points = tuple(zip(places, heights, strict=True))
        path = "M" + " ".join(f"{x} {y}" for x, y in points)
        drawn.append((row, number, path, points))
    label_heights = [_LINE_OF_TEXT * (len(_wrapped(row.name)) + 1) for row, _number, _path, _points in drawn]
    tops = _spread([points[-1][1] for _row, _number, _path, points in drawn], label_heights)
    lines = tuple(
        _labelled(row, number, path, points, top) for (row, number, path, points), top in zip(drawn, tops, strict=True)
    )
    return Chart(
        x_labels=x_labels,
        series=series,
        rows=rows,
        lines=lines,
        x_ticks=tuple(Tick(place, label) for place, label in zip(places, x_labels, strict=True)),
        y_ticks=tuple(Tick(_scale(tick, low, high, _BOTTOM, _TOP), _tick_text(tick)) for tick in ticks),
        zero=_scale(Decimal(0), low, high, _BOTTOM, _TOP),
    )


def _tick_text(tick: Decimal) -> str:
    return grouped(tick.quantize(Decimal(1)) if tick == tick.to_integral_value() else tick.normalize())


def _wrapped(name: str) -> list[str]:
    if name.isascii():
        # Letters take half the room of characters, and break between words.
        return wrap(name, 2 * _LABEL_CHARACTERS)
    return [name[start : start + _LABEL_CHARACTERS] for start in range(0, len(name), _LABEL_CHARACTERS)]


def _labelled(row: Series, number: int, path: str, points: tuple[tuple[float, float], ...], top: float) -> Line:
    texts = _wrapped(row.name)
    end_x, end_y = points[-1]
    middle = top + _LINE_OF_TEXT * (len(texts) + 1) / 2
    # A label that had to move away from its line is joined to it.
    leader = f"M{end_x + 5} {end_y}L267 {round(middle, 1)}" if abs(middle - end_y) > _LINE_OF_TEXT else ""
    return Line(
        series=row,
        number=number,
        path=path,
        points=points,
        label_lines=tuple(
            Tick(round(top + _LINE_OF_TEXT * (place + 1) - 5, 1), text) for place, text in enumerate(texts)
        ),
        value_y=round(top + _LINE_OF_TEXT * (len(texts) + 1) - 5, 1),
        leader=leader,
        end=row.values[-1],
    )


def _spread(wanted: list[float], heights: list[int]) -> list[float]:
    """Return the top of each label so that its middle is near ``wanted`` and no two overlap, inside the drawing."""
    order = sorted(range(len(wanted)), key=lambda place: (wanted[place], place))
    tops: dict[int, float] = {}
    floor = float(_TOP) - 24
    for place in order:
        tops[place] = max(wanted[place] - heights[place] / 2, floor)
        floor = tops[place] + heights[place]
    ceiling = float(_BOTTOM) + 2
    for place in reversed(order):
        tops[place] = min(tops[place], ceiling - heights[place])
        ceiling = tops[place]
    return [round(tops[place], 1) for place in range(len(wanted))]


def _hatch(x: float, y: float, width: float, number: int) -> str:
    """Return strokes that tell the second, third and fourth bar apart without colour."""
    gap = {2: 8, 3: 5, 4: 12}.get(number, 8)
    strokes = []
    place = x + gap / 2
    while place < x + width - 1:
        lean = 0 if number == 3 else min(5, x + width - place)  # noqa: PLR2004 -- the third bar has upright strokes
        strokes.append(f"M{round(place, 1)} {y + _BAR_HEIGHT}L{round(place + lean, 1)} {y}")
        place += gap
    return "".join(strokes)


def _bars(x_labels: tuple[str, ...], series: tuple[Series, ...], rows: tuple[Row, ...]) -> Chart:
    numbers = [value.number for row in series for value in row.values]
    low, high = min(*numbers, Decimal(0)), max(*numbers, Decimal(0))
    if low == high:
        high = Decimal(1)
    zero = _scale(Decimal(0), low, high, 0, _BAR_WIDTH)
    groups, y = [], 0.0
    for label, values in rows:
        top = y + _HEADING
        bars = []
        for place, (value, name) in enumerate(values):
            end = _scale(value.number, low, high, 0, _BAR_WIDTH)
            line = top + place * _BAR_LINE
            bars.append(
                Bar(
                    series=name,
                    number=place + 1,
                    value=value,
                    x=round(min(zero, end), 1),
                    y=line + _BAR_LINE - _BAR_HEIGHT - 6,
                    width=round(max(abs(end - zero), 1.5 if value.number else 0), 1),
                    text_y=line + 16,
                    hatch=_hatch(
                        round(min(zero, end), 1), line + _BAR_LINE - _BAR_HEIGHT - 6, abs(end - zero), place + 1
                    ),
                )
            )
        groups.append(BarGroup(label, y + 15, tuple(bars)))
        y = top + len(values) * _BAR_LINE + _GROUP_GAP
    return Chart(x_labels=x_labels, series=series, rows=rows, groups=tuple(groups), zero=zero, height=y - _GROUP_GAP)


def describe(x_label: str, y_unit: str, chart: Chart) -> str:
    """Return the numbers of a chart in words, for whoever does not see it."""
    parts = []
    for row in chart.series:
        values = zip(chart.x_labels, row.values, strict=True)
        numbers = "、".join(f"{label} {value.mark}{value.exact} {y_unit}" for label, value in values)
        parts.append(f"{row.name}：{numbers}。")
    return x_label + "——" + "".join(parts)

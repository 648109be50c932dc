"""Geometry of the figures: from formulas to points, bars, ticks and labels that a template draws as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Any

from core.arithmetic import evaluate, read_number, round_half_up

MAX_SERIES = 4
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 258, 40, 232
_LABEL_GAP = 46
_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
_BAR_WIDTH = 340
_GROUP_GAP, _HEADING, _BAR_LINE, _BAR_HEIGHT = 20, 26, 44, 14


@dataclass(frozen=True)
class Value:
    """One number of the figure with its text; ``mark`` is ▲ or ▼ where the figure shows a change."""

    number: Decimal
    text: str
    mark: str = ""


@dataclass(frozen=True)
class Series:
    """A named row of values, one for each x."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where it stands and what it says."""

    at: float
    text: str


@dataclass(frozen=True)
class Line:
    """A series as a path, its points, and where its label stands."""

    series: Series
    number: int
    path: str
    points: tuple[tuple[float, float], ...]
    label_y: float
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
    rows: tuple[tuple[str, tuple[Value, ...]], ...]
    lines: tuple[Line, ...] = ()
    groups: tuple[BarGroup, ...] = ()
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()
    zero: float = 0
    height: float = 272
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
    rows = tuple((label, tuple(row.values[place] for row in series)) for place, label in enumerate(x_labels))
    if kind == "bar":
        return _bars(tuple(x_labels), series, rows)
    return _lines(tuple(x_labels), x_values, series, rows)


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
    mark = ("▲" if rounded > 0 else "▼" if rounded < 0 else "") if marked else ""
    return Value(rounded, grouped(abs(rounded) if mark else rounded), mark)


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
    rows: tuple[tuple[str, tuple[Value, ...]], ...],
) -> Chart:
    numbers = [value.number for row in series for value in row.values]
    ticks = nice_ticks(min(numbers), max(numbers))
    low, high = ticks[0], ticks[-1]
    x_low, x_high = min(x_values), max(x_values)
    places = [_scale(x, x_low, x_high, _LEFT, _RIGHT) for x in x_values]
    drawn = []
    for number, row in enumerate(series, start=1):
        heights = [_scale(value.number, low, high, _BOTTOM, _TOP) for value in row.values]
        points = tuple(zip(places, heights, strict=True))
        path = "M" + " ".join(f"{x} {y}" for x, y in points)
        drawn.append((row, number, path, points))
    label_places = _spread([points[-1][1] for _row, _number, _path, points in drawn])
    lines = tuple(
        Line(row, number, path, points, label_y, row.values[-1])
        for (row, number, path, points), label_y in zip(drawn, label_places, strict=True)
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


def _spread(wanted: list[float]) -> list[float]:
    """Return label heights near ``wanted`` that keep two lines of text apart and stay inside the drawing."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    placed: dict[int, float] = {}
    floor = float(_TOP)
    for place in order:
        placed[place] = max(wanted[place], floor)
        floor = placed[place] + _LABEL_GAP
    overflow = max(0.0, floor - _LABEL_GAP - (_BOTTOM - 6))
    ceiling = float("inf")
    for place in reversed(order):
        placed[place] = round(min(placed[place] - (overflow if ceiling == float("inf") else 0), ceiling), 1)
        ceiling = placed[place] - _LABEL_GAP
    return [placed[place] for place in range(len(wanted))]


def _bars(
    x_labels: tuple[str, ...], series: tuple[Series, ...], rows: tuple[tuple[str, tuple[Value, ...]], ...]
) -> Chart:
    numbers = [value.number for row in series for value in row.values]
    low, high = min(*numbers, Decimal(0)), max(*numbers, Decimal(0))
    if low == high:
        high = Decimal(1)
    zero = _scale(Decimal(0), low, high, 0, _BAR_WIDTH)
    groups, y = [], 0.0
    for label, values in rows:
        top = y + _HEADING
        bars = []
        for place, value in enumerate(values):
            end = _scale(value.number, low, high, 0, _BAR_WIDTH)
            line = top + place * _BAR_LINE
            bars.append(
                Bar(
                    series=series[place].name,
                    number=place + 1,
                    value=value,
                    x=round(min(zero, end), 1),
                    y=line + _BAR_LINE - _BAR_HEIGHT - 6,
                    width=round(max(abs(end - zero), 1.5 if value.number else 0), 1),
                    text_y=line + 16,
                )
            )
        groups.append(BarGroup(label, y + 15, tuple(bars)))
        y = top + len(values) * _BAR_LINE + _GROUP_GAP
    return Chart(x_labels=x_labels, series=series, rows=rows, groups=tuple(groups), zero=zero, height=y - _GROUP_GAP)

"""What a reader is shown: a sentence, a small table, figures with their own tables, and what to keep in mind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.arithmetic import round_half_up
from courses.charts import Chart, Value, grouped

_NBSP = "\u00a0"
_WAN = Decimal(10_000)
_YI = Decimal(100_000_000)
# From here on yuan are counted in ten thousands.
_LARGE = Decimal(100_000)


@dataclass(frozen=True)
class Cell:
    """One number of a table; ``mark`` is ▲ or ▼ where it is a change."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class Row:
    """A line of a table; ``strong`` for its total, ``small`` for how it was computed."""

    label: str
    cells: tuple[Cell, ...]
    small: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """A ruled table: what the first column holds, the other columns, the rows."""

    caption: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def labelled(self) -> list[tuple[Row, list[tuple[Cell, str]]]]:
        """The rows with each cell beside the name of its column."""
        return [(row, list(zip(row.cells, self.columns, strict=True))) for row in self.rows]


@dataclass(frozen=True)
class Figure:
    """A chart as ``blocks/includes/chart.html`` draws it, its numbers in words and in a table."""

    title: str
    y_unit: str
    chart: Chart
    summary: str
    table: Table
    kind: str = "line"


@dataclass(frozen=True)
class Answer:
    """The result of a tool."""

    headline: str
    lead: tuple[str, ...]
    table: Table
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()


def amount(yuan: Decimal) -> str:
    """Return a sum as a sentence says it: 26,533 元, 26.53 万元, 1.23 亿元."""
    if abs(yuan) >= _YI:
        return f"{short_number(yuan / _YI, 2)}{_NBSP}{_('亿元')}"
    if abs(yuan) >= _LARGE:
        return f"{short_number(yuan / _WAN, 2)}{_NBSP}{_('万元')}"
    return f"{grouped(round_half_up(yuan, 0))}{_NBSP}{_('元')}"


def gap_in_words(one: Decimal, other: Decimal) -> str:
    """Return how far two sums are apart, as it follows from what is shown of them."""
    return amount(abs(round_half_up(one, 0) - round_half_up(other, 0)))


def exact_amount(yuan: Decimal) -> str:
    """Return a sum in yuan as a table states it."""
    return grouped(round_half_up(yuan, 2))


def whole_amount(yuan: Decimal) -> str:
    """Return a sum in yuan where the cents would say more than is known."""
    return grouped(round_half_up(yuan, 0))


def percent(fraction: Decimal | float, places: int = 1) -> str:
    """Return a fraction in per cent, without a sign where a mark says up or down."""
    return f"{short_number(Decimal(fraction) * 100, places)}%"


def change(fraction: Decimal, places: int = 1) -> Cell:
    """Return a change with its direction: ▲ 25.0%."""
    rounded = round_half_up(fraction * 100, places)
    return Cell(f"{short_number(abs(rounded), places)}%", direction(rounded))


def short_number(number: Decimal, places: int) -> str:
    """Return a number rounded, without zeros that say nothing."""
    text = grouped(round_half_up(number, places))
    return text.rstrip("0").rstrip(".") if "." in text else text


def direction(number: Decimal) -> str:
    """Return ▲ for more, ▼ for less, nothing for none."""
    return "▲" if number > 0 else "▼" if number < 0 else ""


@dataclass(frozen=True)
class Scale:
    """In what the axis of a figure counts money."""

    unit: str
    divisor: Decimal

    @classmethod
    def for_amounts(cls, amounts: Iterable[Decimal]) -> "Scale":
        if max(abs(number) for number in amounts) >= _LARGE:
            return cls(_("万元"), _WAN)
        return cls(_("元"), Decimal(1))

    def values(self, amounts: Sequence[Decimal]) -> tuple[Value, ...]:
        """Return the points of a series in this unit."""
        return tuple(self._value(number / self.divisor) for number in amounts)

    def _value(self, number: Decimal) -> Value:
        places = 0 if self.divisor == 1 else 1 if abs(number) >= 100 else 2  # noqa: PLR2004 -- four digits say enough
        text = grouped(round_half_up(number, places))
        return Value(number=round_half_up(number, 4), text=text, exact=text)


def year_ticks(years: int) -> list[tuple[Decimal, str]]:
    """Return three or four places on an axis of years, the first and the last among them."""
    middle = [years // 2] if years > 1 else []
    places = [0, *middle, years]
    return [
        (Decimal(place), _("现在") if not place else _("%(count)s 年") % {"count": place})
        for place in dict.fromkeys(places)
    ]


def month_ticks(months: int) -> list[tuple[Decimal, str]]:
    """Return the places of an axis of months."""
    places = [0, months // 2, months] if months > 1 else [0, months]
    return [
        (Decimal(place), _("开始") if not place else _("%(count)s 个月") % {"count": place})
        for place in dict.fromkeys(places)
    ]


def words_of(series: Sequence[tuple[str, str]]) -> str:
    """Return the ends of the lines in words: name and value."""
    return _("；").join(_("%(name)s：%(value)s") % {"name": name, "value": value} for name, value in series) + _("。")

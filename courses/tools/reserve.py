"""How long the money at hand lasts when the income from work stops."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext

# Beyond fifty years a month more or less says nothing.
MOST_MONTHS = 600


@dataclass(frozen=True)
class Reserve:
    """A month's need, how many whole months it is covered, and the way to the wished number of months, in yuan.

    ``covered`` is None where other income pays everything; ``months_to_fill`` is None where nothing is put aside.
    """

    need: Decimal
    covered: int | None
    exact: Decimal | None
    wanted: Decimal
    gap: Decimal
    months_to_fill: int | None
    left: tuple[Decimal, ...]


def reserve(
    *,
    expenses: Decimal,
    debt: Decimal,
    other_income: Decimal,
    savings: Decimal,
    wanted_months: int,
    aside: Decimal,
    shown_months: int,
) -> Reserve:
    """Return how far ``savings`` reach; ``left`` is what remains after 0, 1, … ``shown_months`` months."""
    with localcontext() as context:
        context.prec = 28
        need = max(expenses + debt - other_income, Decimal(0))
        exact = min(savings / need, Decimal(MOST_MONTHS)) if need else None
        wanted = need * wanted_months
        gap = max(wanted - savings, Decimal(0))
        if not gap:
            to_fill: int | None = 0
        else:
            to_fill = int((gap / aside).to_integral_value(ROUND_CEILING)) if aside else None
        return Reserve(
            need=need,
            covered=None if exact is None else int(exact.to_integral_value(ROUND_FLOOR)),
            exact=exact,
            wanted=wanted,
            gap=gap,
            months_to_fill=to_fill,
            left=tuple(max(savings - need * month, Decimal(0)) for month in range(shown_months + 1)),
        )

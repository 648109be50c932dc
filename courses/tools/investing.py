"""Regular investing against a lump sum, over the same monthly returns and the same total."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

PRECISION = 40


@dataclass(frozen=True)
class Comparison:
    """Both ways, month by month from the first day on.

    ``regular`` holds the money that still waits as cash without interest: both begin with the same sum in hand.
    ``prices`` are of one unit that costs 1 on the first day; ``average_cost`` is what the regular buyer paid for a unit
    on the average, ``average_price`` the mean of the prices at which they bought.
    """

    total: Decimal
    regular: tuple[Decimal, ...]
    lump: tuple[Decimal, ...]
    prices: tuple[Decimal, ...]
    average_cost: Decimal
    average_price: Decimal
    regular_drawdown: Decimal
    lump_drawdown: Decimal


def compare(*, amount: Decimal, returns: Sequence[Decimal]) -> Comparison:
    """Invest ``amount`` before each month, or all of it before the first; ``returns`` are fractions a month."""
    with localcontext() as context:
        context.prec = PRECISION
        months = len(returns)
        total = amount * months
        prices = [Decimal(1)]
        for change in returns:
            prices.append(prices[-1] * (1 + change))
        units = Decimal(0)
        regular, lump = [total], [total]
        for month in range(1, months + 1):
            units += amount / prices[month - 1]
            regular.append(units * prices[month] + amount * (months - month))
            lump.append(total * prices[month])
        return Comparison(
            total=total,
            regular=tuple(regular),
            lump=tuple(lump),
            prices=tuple(prices),
            average_cost=total / units,
            average_price=sum(prices[:-1], Decimal(0)) / months,
            regular_drawdown=drawdown(regular),
            lump_drawdown=drawdown(lump),
        )


def drawdown(values: Sequence[Decimal]) -> Decimal:
    """Return the deepest fall from an earlier high, as a fraction of that high."""
    high, deepest = values[0], Decimal(0)
    for value in values:
        high = max(high, value)
        deepest = max(deepest, (high - value) / high)
    return deepest

"""What a fall asks of the rise after it: 1 / (1 − fall) − 1."""

from decimal import ROUND_CEILING, Decimal, localcontext

PRECISION = 40
LONGEST_MONTHS = 1200


def needed_rise(fall: Decimal) -> Decimal:
    """Return the rise that brings back what was there before ``fall``; both are fractions, the fall below one."""
    with localcontext() as context:
        context.prec = PRECISION
        return 1 / (1 - fall) - 1


def months_to_recover(*, fall: Decimal, rate: Decimal) -> int | None:
    """Return after how many whole months at ``rate`` a year the old level is reached; None within a hundred years."""
    with localcontext() as context:
        context.prec = PRECISION
        if not fall:
            return 0
        if rate <= 0:
            return None
        exact = 12 * (1 / (1 - fall)).ln() / (1 + rate).ln()
        # A level that is met to the last digit counts as reached.
        months = int((exact - Decimal("1e-20")).to_integral_value(ROUND_CEILING))
        return months if months <= LONGEST_MONTHS else None


def recovery(*, fall: Decimal, rate: Decimal, years: int) -> list[Decimal]:
    """Return the level after 0, 1, … ``years`` years, where 100 stood before the fall."""
    with localcontext() as context:
        context.prec = PRECISION
        return [100 * (1 - fall) * (1 + rate) ** year for year in range(years + 1)]

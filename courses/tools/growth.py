"""Compound growth and inflation, month by month and in closed form.

A year's rate r means a month's rate i with (1 + i)^12 = 1 + r, so that a year gives exactly what was stated.
Money that is added comes at the end of each month.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext

PRECISION = 40


@dataclass(frozen=True)
class YearEnd:
    """What stands in the books after a whole number of years, in yuan."""

    year: int
    paid_in: Decimal
    nominal: Decimal
    real: Decimal
    simple: Decimal


def monthly_rate(yearly: Decimal) -> Decimal:
    """Return i with (1 + i)^12 = 1 + ``yearly``; both are fractions, not per cent."""
    with localcontext() as context:
        context.prec = PRECISION
        return (1 + yearly) ** (Decimal(1) / 12) - 1 if yearly else Decimal(0)


def annuity(rate: Decimal, months: int) -> Decimal:
    """Return what one yuan at the end of each month comes to: ((1 + i)^n − 1) / i, and n where i is zero."""
    with localcontext() as context:
        context.prec = PRECISION
        return ((1 + rate) ** months - 1) / rate if rate else Decimal(months)


def grow(*, principal: Decimal, monthly: Decimal, rate: Decimal, inflation: Decimal, years: int) -> list[YearEnd]:
    """Return the books at the start and after each year; rates are fractions a year.

    ``real`` is the nominal sum at today's prices, ``simple`` the principal with interest that earns none itself.
    """
    step = monthly_rate(rate)
    ends = []
    with localcontext() as context:
        context.prec = PRECISION
        for year in range(years + 1):
            nominal = principal * (1 + rate) ** year + monthly * annuity(step, 12 * year)
            ends.append(
                YearEnd(
                    year=year,
                    paid_in=principal + monthly * 12 * year,
                    nominal=nominal,
                    real=nominal / (1 + inflation) ** year,
                    simple=principal * (1 + rate * year),
                )
            )
    return ends

"""What has to be saved each month for a sum at a date, and how much of a fall that sum can take.

M = (G − S (1 + r)^n) x i / ((1 + i)^12n − 1), with (1 + i)^12 = 1 + r; where r is zero, M = (G − S) / 12n.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from courses.tools.growth import PRECISION, annuity, monthly_rate


@dataclass(frozen=True)
class Plan:
    """At one rate: the monthly sum, and what a given monthly sum would reach, in yuan; rates are fractions a year."""

    rate: Decimal
    monthly: Decimal
    reached: Decimal


def plan(*, goal: Decimal, saved: Decimal, rate: Decimal, years: int, affordable: Decimal) -> Plan:
    """Return the sum to save at the end of each month, zero where what is there already suffices."""
    step, months = monthly_rate(rate), 12 * years
    with localcontext() as context:
        context.prec = PRECISION
        grown = saved * (1 + rate) ** years
        each = annuity(step, months)
        return Plan(rate=rate, monthly=max((goal - grown) / each, Decimal(0)), reached=grown + affordable * each)


def bearable_fall(*, held: Decimal, loss: Decimal) -> Decimal | None:
    """Return by what fraction ``held`` may fall until ``loss`` is lost; None where nothing is held."""
    return min(loss / held, Decimal(1)) if held > 0 else None


def path(*, saved: Decimal, monthly: Decimal, rate: Decimal, years: int) -> list[Decimal]:
    """Return what is there after 0, 1, … ``years`` years."""
    step = monthly_rate(rate)
    with localcontext() as context:
        context.prec = PRECISION
        return [saved * (1 + rate) ** year + monthly * annuity(step, 12 * year) for year in range(years + 1)]

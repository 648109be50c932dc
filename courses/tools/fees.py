"""Fees of share classes over time.

Front fee: amount − amount / (1 + rate), as fund contracts compute it. Management, custody and sales service fees are
taken each day as value x rate / 365. The redemption fee is taken from what is redeemed.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext

PRECISION = 28
DAYS = 365


@dataclass(frozen=True)
class ShareClass:
    """The rates of one class, as fractions; the sales service fee ends after ``service_days``, if that is given."""

    front: Decimal = Decimal(0)
    service: Decimal = Decimal(0)
    service_days: int | None = None


@dataclass(frozen=True)
class Costs:
    """What was taken until one day, and what a redemption on that day would bring, in yuan."""

    day: int
    front: Decimal
    running: Decimal
    service: Decimal
    redemption: Decimal
    received: Decimal

    @property
    def total(self) -> Decimal:
        return self.front + self.running + self.service + self.redemption

    @property
    def before_redemption(self) -> Decimal:
        return self.front + self.running + self.service


def run(
    share_class: ShareClass, *, amount: Decimal, growth: Decimal, running: Decimal, redemption: Decimal, days: int
) -> list[Costs]:
    """Return the costs of each day from the purchase to ``days``; ``growth`` and ``running`` are fractions a year."""
    with localcontext() as context:
        context.prec = PRECISION
        value = amount / (1 + share_class.front)
        front = amount - value
        a_day = (1 + growth) ** (Decimal(1) / DAYS)
        taken, served = Decimal(0), Decimal(0)
        found = []
        for day in range(days + 1):
            if day:
                value *= a_day
                free = share_class.service_days is not None and day > share_class.service_days
                service = Decimal(0) if free else value * share_class.service / DAYS
                fee = value * running / DAYS
                value -= fee + service
                taken += fee
                served += service
            out = value * redemption
            found.append(Costs(day, front, taken, served, out, value - out))
        return found


def break_even(one: list[Costs], other: list[Costs]) -> int | None:
    """Return the first day on which the class that began cheaper costs as much as the one that began dearer."""
    gaps = [left.before_redemption - right.before_redemption for left, right in zip(one, other, strict=True)]
    if not gaps[0]:
        return None
    return next((day for day, gap in enumerate(gaps) if gap * gaps[0] <= 0), None)

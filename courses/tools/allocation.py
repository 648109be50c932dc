"""The allocation lab: what mixes of asset classes may come to, under assumptions that the reader sets.

The model. A year's growth factors of the classes are jointly lognormal: R = exp(m + s Z), Z standard normal with the
stated correlations (of the logarithms), independent from year to year. From the stated mean μ and volatility σ of a
year's simple return: s² = ln(1 + σ² / (1 + μ)²) and m = ln(1 + μ) − s² / 2 (Aitchison and Brown 1957, ch. 2).

What has a closed form is computed by it: mean and standard deviation of every mix, and the whole distribution where
one class is held alone. The rest is drawn: the same random numbers for every mix, so that they differ by their weights
only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erf, exp, log, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from courses.tools.correlation import cholesky

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MAX_ASSETS = 6
MAX_MIXES = 3
MAX_YEARS = 40
PATHS = 10_000
# Paths x years x classes: what one request may cost.
MAX_DRAWS = PATHS * MAX_YEARS * 3
# The shares of the outcomes that are told, in per cent.
QUANTILES = (10, 50, 90)
FINAL_QUANTILES = (5, 10, 25, 50, 75, 90, 95)
WORST = 10


class AllocationError(ValueError):
    """The assumptions contradict each other or ask for too much."""


@dataclass(frozen=True)
class Assumptions:
    """Numbers as fractions a year; ``weights`` has a row for each mix. Equal assumptions give equal results."""

    means: tuple[float, ...]
    volatilities: tuple[float, ...]
    correlations: tuple[tuple[float, ...], ...]
    weights: tuple[tuple[float, ...], ...]
    years: int
    rebalanced: bool
    seed: int
    paths: int = PATHS

    @property
    def logs(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Mean and standard deviation of the logarithm of a year's growth, class by class."""
        spreads = tuple(
            sqrt(log(1 + (volatility / (1 + mean)) ** 2))
            for mean, volatility in zip(self.means, self.volatilities, strict=True)
        )
        centres = tuple(log(1 + mean) - spread * spread / 2 for mean, spread in zip(self.means, spreads, strict=True))
        return centres, spreads


@dataclass(frozen=True)
class Outcome:
    """What one yuan in a mix may become.

    ``yearly`` has the quantiles of ``QUANTILES`` after 0, 1, … years, ``final`` those of ``FINAL_QUANTILES`` at the
    end. ``mean`` and ``deviation`` are exact; ``drawn_mean`` is what the drawn paths gave, or
    None where none were needed.
    """

    yearly: tuple[tuple[float, ...], ...]
    final: tuple[float, ...]
    worst_mean: float
    loss_probability: float
    mean: float
    deviation: float
    drawn_mean: float | None

    @property
    def exact(self) -> bool:
        return self.drawn_mean is None


def outcomes(assumptions: Assumptions) -> tuple[Outcome, ...]:
    """Return one outcome for each mix; raise ``AllocationError`` when the assumptions cannot be used."""
    lower = _checked(assumptions)
    single = [_only_class(weights) for weights in assumptions.weights]
    drawn_rows = [row for row, alone in enumerate(single) if alone is None]
    drawn = dict(zip(drawn_rows, _draw(assumptions, lower, drawn_rows), strict=True)) if drawn_rows else {}
    return tuple(
        drawn[row] if alone is None else _closed_form(assumptions, row, alone) for row, alone in enumerate(single)
    )


def moments(assumptions: Assumptions, row: int) -> tuple[float, float]:
    """Return mean and standard deviation of what one yuan in mix ``row`` becomes, by formula.

    With a yearly return to the weights, years multiply: E[W] = E[G]^T and E[W²] = E[G²]^T. Without it, W is a sum of
    lognormals of the whole time.
    """
    weights, years = assumptions.weights[row], assumptions.years
    periods, repeated = (1, years) if assumptions.rebalanced else (years, 1)
    centres, spreads = assumptions.logs
    classes = range(len(weights))
    means = [exp(periods * (centres[i] + spreads[i] ** 2 / 2)) for i in classes]
    first = sum(weights[i] * means[i] for i in classes)
    second = sum(
        weights[i]
        * weights[j]
        * means[i]
        * means[j]
        * exp(periods * assumptions.correlations[i][j] * spreads[i] * spreads[j])
        for i in classes
        for j in classes
    )
    variance = max(second**repeated - first ** (2 * repeated), 0.0)
    return first**repeated, sqrt(variance)


def _checked(assumptions: Assumptions) -> list[list[float]]:
    classes = len(assumptions.means)
    if not 1 <= classes <= MAX_ASSETS or not 1 <= len(assumptions.weights) <= MAX_MIXES:
        raise AllocationError("too many classes or mixes")
    if not 1 <= assumptions.years <= MAX_YEARS or assumptions.paths * assumptions.years * classes > MAX_DRAWS:
        raise AllocationError("too many draws")
    if any(mean <= -1 for mean in assumptions.means) or any(spread < 0 for spread in assumptions.volatilities):
        raise AllocationError("a class cannot lose more than everything")
    for weights in assumptions.weights:
        if len(weights) != classes or min(weights) < 0 or abs(sum(weights) - 1) > 1e-9:  # noqa: PLR2004 -- rounding
            raise AllocationError("weights are shares of one")
    lower = cholesky(assumptions.correlations)
    if lower is None:
        raise AllocationError("no classes can be correlated so")
    return lower


def _only_class(weights: Sequence[float]) -> int | None:
    held = [place for place, weight in enumerate(weights) if weight]
    return held[0] if len(held) == 1 else None


def _closed_form(assumptions: Assumptions, row: int, alone: int) -> Outcome:
    """Return the outcome of one class held alone: W is lognormal with mean T m and variance T s² of its logarithm."""
    centres, spreads = assumptions.logs
    centre, spread, years = centres[alone], spreads[alone], assumptions.years
    normal = NormalDist()

    def quantile(percent: int, time: int) -> float:
        return exp(time * centre + sqrt(time) * spread * normal.inv_cdf(percent / 100))

    mean, deviation = moments(assumptions, row)
    total = sqrt(years) * spread
    if total:
        loss = normal.cdf(-years * centre / total)
        # E[W | W below its tenth percentile] of a lognormal: E[W] Φ(z − s) / Φ(z).
        cut = normal.inv_cdf(WORST / 100)
        worst = mean * _cdf(cut - total) / (WORST / 100)
    else:
        loss, worst = float(centre < 0), mean
    return Outcome(
        yearly=tuple(tuple(quantile(percent, time) for percent in QUANTILES) for time in range(years + 1)),
        final=tuple(quantile(percent, years) for percent in FINAL_QUANTILES),
        worst_mean=worst,
        loss_probability=loss,
        mean=mean,
        deviation=deviation,
        drawn_mean=None,
    )


def _cdf(value: float) -> float:
    return (1 + erf(value / sqrt(2))) / 2


def _draw(assumptions: Assumptions, lower: list[list[float]], rows: Sequence[int]) -> list[Outcome]:
    """Draw the paths year by year: what is at work stays small enough for the processor's cache."""
    # Loaded by the process that draws, not by each that serves pages.
    import numpy as np

    centres, spreads = assumptions.logs
    paths, years = assumptions.paths, assumptions.years
    mixing = np.array(lower) * np.array(spreads)[:, None]
    centre = np.array(centres)[:, None]
    weights = np.array([assumptions.weights[row] for row in rows])
    generator = np.random.Generator(np.random.PCG64(assumptions.seed))
    wealth = np.ones((len(rows), paths))
    growth = np.ones((len(centres), paths))
    yearly = np.ones((years + 1, len(rows), len(QUANTILES)))
    for year in range(1, years + 1):
        factors = mixing @ generator.standard_normal((len(centres), paths))
        factors += centre
        np.exp(factors, out=factors)
        if assumptions.rebalanced:
            wealth *= weights @ factors
        else:
            growth *= factors
            np.matmul(weights, growth, out=wealth)
        yearly[year] = _quantiles(wealth, QUANTILES)
    final = _quantiles(wealth, FINAL_QUANTILES)
    sorted_wealth = np.sort(wealth, axis=1)
    worst = sorted_wealth[:, : max(paths * WORST // 100, 1)].mean(axis=1)
    found = []
    for place, row in enumerate(rows):
        mean, deviation = moments(assumptions, row)
        found.append(
            Outcome(
                yearly=tuple(tuple(float(value) for value in yearly[year, place]) for year in range(years + 1)),
                final=tuple(float(value) for value in final[place]),
                worst_mean=float(worst[place]),
                loss_probability=float((wealth[place] < 1).mean()),
                mean=mean,
                deviation=deviation,
                drawn_mean=float(wealth[place].mean()),
            )
        )
    return found


def _quantiles(wealth: "Array", percents: Sequence[int]) -> "Array":
    """Return the order statistics nearest to ``percents``, a row for each mix."""
    import numpy as np

    places = [round((wealth.shape[1] - 1) * percent / 100) for percent in percents]
    found: Array = np.partition(wealth, places, axis=1)[:, places]
    return found

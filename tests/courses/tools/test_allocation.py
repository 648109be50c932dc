"""The allocation lab against closed forms, an independent simulation, and itself."""

from dataclasses import replace
from math import exp, log, sqrt
from statistics import NormalDist

import numpy as np
import pytest

from courses.tools.allocation import (
    FINAL_QUANTILES,
    PATHS,
    QUANTILES,
    AllocationError,
    Assumptions,
    _draw,
    moments,
    outcomes,
)
from courses.tools.correlation import cholesky, possible_range

BASE = Assumptions(
    means=(0.06, 0.03, 0.015),
    volatilities=(0.2, 0.04, 0.005),
    correlations=((1, 0.1, 0), (0.1, 1, 0.2), (0, 0.2, 1)),
    weights=((0.5, 0.4, 0.1), (0.2, 0.5, 0.3), (0.8, 0.15, 0.05)),
    years=20,
    rebalanced=True,
    seed=1,
)


def _drawn(assumptions):
    """Draw every mix, also those that have a closed form."""
    return _draw(assumptions, cholesky(assumptions.correlations), range(len(assumptions.weights)))


def _interval(probability: float, count: int) -> float:
    """Four standard errors of a share of ``count`` draws."""
    return 4 * sqrt(probability * (1 - probability) / count)


@pytest.mark.parametrize("alone", range(3))
@pytest.mark.parametrize("rebalanced", [True, False])
def test_drawn_paths_of_one_class_follow_the_lognormal(alone, rebalanced):
    """The shares below the exact quantiles are the quantiles' own, within four standard errors."""
    weights = tuple(float(place == alone) for place in range(3))
    assumptions = replace(BASE, weights=(weights,), rebalanced=rebalanced)
    exact, drawn = outcomes(assumptions)[0], _drawn(assumptions)[0]
    assert exact.exact
    assert not drawn.exact
    centres, spreads = assumptions.logs
    normal = NormalDist(20 * centres[alone], sqrt(20) * spreads[alone])
    for percent, value in zip(FINAL_QUANTILES, drawn.final, strict=True):
        share = percent / 100
        assert normal.cdf(log(value)) == pytest.approx(share, abs=_interval(share, PATHS))
    for percent, value in zip(QUANTILES, exact.yearly[-1], strict=True):
        assert log(value) == pytest.approx(normal.inv_cdf(percent / 100), abs=1e-12)
    assert drawn.loss_probability == pytest.approx(
        exact.loss_probability, abs=max(_interval(exact.loss_probability, PATHS), 1 / PATHS)
    )
    assert exact.loss_probability == pytest.approx(normal.cdf(0), abs=1e-12)
    assert drawn.worst_mean == pytest.approx(exact.worst_mean, rel=0.03)


@pytest.mark.parametrize("rebalanced", [True, False])
@pytest.mark.parametrize("row", range(3))
def test_the_drawn_mean_is_the_formulas_within_its_error(rebalanced, row):
    assumptions = replace(BASE, rebalanced=rebalanced)
    mean, deviation = moments(assumptions, row)
    assert outcomes(assumptions)[row].drawn_mean == pytest.approx(mean, abs=4 * deviation / sqrt(PATHS))


def test_the_standard_deviation_is_that_of_many_independent_paths():
    """Another generator, all paths at once, correlated by numpy's own decomposition."""
    for rebalanced in (True, False):
        assumptions = replace(BASE, rebalanced=rebalanced, years=10)
        centres, spreads = (np.array(part) for part in assumptions.logs)
        covariance = np.array(assumptions.correlations) * np.outer(spreads, spreads)
        source = np.random.default_rng(99)
        factors = np.exp(source.multivariate_normal(centres, covariance, size=(100_000, 10)))
        weights = np.array(assumptions.weights).T
        wealth = (factors @ weights).prod(axis=1) if rebalanced else factors.prod(axis=1) @ weights
        for row, outcome in enumerate(outcomes(assumptions)):
            assert outcome.mean == pytest.approx(wealth[:, row].mean(), rel=0.01)
            assert outcome.deviation == pytest.approx(wealth[:, row].std(), rel=0.03)
            assert outcome.final == pytest.approx(np.percentile(wealth[:, row], FINAL_QUANTILES), rel=0.03)
            cut = np.percentile(wealth[:, row], 10)
            assert outcome.worst_mean == pytest.approx(wealth[:, row][wealth[:, row] <= cut].mean(), rel=0.02)
            assert outcome.loss_probability == pytest.approx((wealth[:, row] < 1).mean(), abs=0.015)


def test_moments_of_one_year_are_the_stated_ones():
    """One year: the mean is 1 + Σwμ, the variance w'Σw with the covariance of simple returns."""
    assumptions = replace(BASE, years=1, correlations=((1, 0, 0), (0, 1, 0), (0, 0, 1)))
    for row, weights in enumerate(assumptions.weights):
        mean, deviation = moments(assumptions, row)
        pairs = list(zip(weights, assumptions.means, assumptions.volatilities, strict=True))
        assert mean == pytest.approx(1 + sum(weight * mu for weight, mu, _sigma in pairs), abs=1e-12)
        assert deviation == pytest.approx(sqrt(sum((weight * sigma) ** 2 for weight, _mu, sigma in pairs)), abs=1e-12)


def test_two_classes_that_move_as_one_are_one():
    together = Assumptions(
        means=(0.05, 0.05), volatilities=(0.15, 0.15), correlations=((1, 1), (1, 1)), weights=((0.5, 0.5),),
        years=10, rebalanced=True, seed=3,
    )  # fmt: skip
    alone = replace(together, weights=((1.0, 0.0),))
    assert outcomes(together)[0].final == pytest.approx(_drawn(alone)[0].final, rel=1e-12)
    assert outcomes(together)[0].deviation == pytest.approx(outcomes(alone)[0].deviation, rel=1e-12)


def test_without_volatility_there_is_one_outcome():
    calm = replace(BASE, volatilities=(0.0, 0.0, 0.0))
    for row, outcome in enumerate(outcomes(calm)):
        growth = 1 + sum(weight * mean for weight, mean in zip(calm.weights[row], calm.means, strict=True))
        assert outcome.final == pytest.approx([growth**20] * len(FINAL_QUANTILES), rel=1e-12)
        assert outcome.worst_mean == pytest.approx(growth**20, rel=1e-12)
        assert (outcome.loss_probability, outcome.deviation) == (0, pytest.approx(0, abs=1e-6))
    falling = replace(calm, means=(-0.1, -0.1, -0.1), weights=((1.0, 0.0, 0.0), (0.5, 0.5, 0.0)))
    assert [row.loss_probability for row in outcomes(falling)] == [1, 1]


def test_rebalancing_makes_no_difference_in_the_first_year():
    short = replace(BASE, years=1)
    assert outcomes(short) == outcomes(replace(short, rebalanced=False))
    assert outcomes(BASE) != outcomes(replace(BASE, rebalanced=False))


def test_a_seed_gives_the_same_paths_again_and_another_one_others():
    first = outcomes(BASE)
    assert outcomes(BASE) == first
    other = outcomes(replace(BASE, seed=2))
    assert other != first
    assert [row.mean for row in other] == [row.mean for row in first]


def test_mixes_are_drawn_from_the_same_numbers():
    """A mix tells the same whatever stands beside it, and in whatever place."""
    alone = outcomes(replace(BASE, weights=BASE.weights[2:]))
    assert alone[0].final == pytest.approx(outcomes(BASE)[2].final, rel=1e-12)


@pytest.mark.parametrize(
    "changes",
    [
        {"years": 0},
        {"years": 41},
        {"paths": 1_000_000},
        {"weights": ()},
        {"weights": ((0.5, 0.4, 0.2),)},
        {"weights": ((1.5, -0.5, 0.0),)},
        {"weights": ((1.0,),)},
        {"weights": ((1.0, 0.0, 0.0),) * 4},
        {"means": (-1.0, 0.0, 0.0)},
        {"volatilities": (-0.1, 0.0, 0.0)},
        {"correlations": ((1, 0.9, 0.9), (0.9, 1, -0.9), (0.9, -0.9, 1))},
        {"means": (0.01,) * 7, "volatilities": (0.1,) * 7, "weights": ((1.0, *(0.0,) * 6),)},
    ],
)
def test_what_cannot_be_or_costs_too_much_is_refused(changes):
    with pytest.raises(AllocationError):
        outcomes(replace(BASE, **changes))


def test_a_decomposition_exists_exactly_where_no_eigenvalue_is_negative():
    source = np.random.default_rng(5)
    refused = 0
    for _trial in range(500):
        a, b, c = (float(number) for number in source.uniform(-1, 1, 3))
        matrix = np.array([[1, a, b], [a, 1, c], [b, c, 1]])
        lower = cholesky(matrix.tolist())
        if np.linalg.eigvalsh(matrix).min() < 0:
            refused += 1
            assert lower is None
        else:
            assert np.array(lower) @ np.array(lower).T == pytest.approx(matrix, abs=1e-12)
    assert 100 < refused < 400


@pytest.mark.parametrize(
    ("matrix", "possible"),
    [
        ([[1, 1, 1], [1, 1, 1], [1, 1, 1]], True),
        ([[1, -1, 0], [-1, 1, 0], [0, 0, 1]], True),
        ([[1, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 1]], True),
        ([[1, 1, 0.5], [1, 1, 0.4], [0.5, 0.4, 1]], False),
        ([[1, -1, -1], [-1, 1, -1], [-1, -1, 1]], False),
        ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], True),
    ],
)
def test_edges_of_what_can_be_correlated(matrix, possible):
    assert (cholesky(matrix) is not None) is possible


def test_the_offered_range_is_exactly_what_is_possible():
    source = np.random.default_rng(6)
    for _trial in range(100):
        a, b = (float(number) for number in source.uniform(-0.99, 0.99, 2))
        low, high = possible_range(a, b)
        for number, fits in ((low + 1e-6, True), (high - 1e-6, True), (low - 1e-4, False), (high + 1e-4, False)):
            if -1 <= number <= 1:
                assert (cholesky([[1, a, b], [a, 1, number], [b, number, 1]]) is not None) is fits


def test_the_parameters_of_the_logarithm_give_back_mean_and_volatility():
    centres, spreads = BASE.logs
    for centre, spread, mean, volatility in zip(centres, spreads, BASE.means, BASE.volatilities, strict=True):
        first = exp(centre + spread**2 / 2)
        assert first - 1 == pytest.approx(mean, abs=1e-12)
        assert first * sqrt(exp(spread**2) - 1) == pytest.approx(volatility, abs=1e-12)

"""The sums against other ways to the same result: loops month by month, fractions, brute force."""

import random
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest

from courses.tools.drawdown import months_to_recover, needed_rise, recovery
from courses.tools.fees import ShareClass, break_even, run
from courses.tools.goal import bearable_fall, path, plan
from courses.tools.growth import annuity, grow, monthly_rate
from courses.tools.investing import compare, drawdown
from courses.tools.reserve import reserve

CENT = Decimal("0.01")


# --- Growth ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("principal", "monthly", "rate", "inflation", "years"),
    [
        ("10000", "0", "0.05", "0.02", 20),
        ("10000", "500", "0.03", "0", 30),
        ("0", "1000", "0", "0.03", 10),
        ("5000", "200", "-0.05", "-0.01", 7),
        ("100000000", "1000000", "0.3", "0.2", 60),
    ],
)
def test_growth_is_what_a_loop_over_the_months_gives(principal, monthly, rate, inflation, years):
    end = grow(
        principal=Decimal(principal), monthly=Decimal(monthly), rate=Decimal(rate),
        inflation=Decimal(inflation), years=years,
    )[-1]  # fmt: skip
    step = (1 + float(rate)) ** (1 / 12)
    value = float(principal)
    for _month in range(12 * years):
        value = value * step + float(monthly)
    assert float(end.nominal) == pytest.approx(value, rel=1e-9)
    assert float(end.real) == pytest.approx(value / (1 + float(inflation)) ** years, rel=1e-9)
    assert end.paid_in == Decimal(principal) + Decimal(monthly) * 12 * years


def test_two_and_a_half_times_in_twenty_years_at_five_per_cent():
    end = grow(principal=Decimal(1), monthly=Decimal(0), rate=Decimal("0.05"), inflation=Decimal(0), years=20)[-1]
    assert round(end.nominal, 4) == Decimal("2.6533")
    assert end.simple == 2


def test_a_months_rate_makes_exactly_the_year():
    assert abs((1 + monthly_rate(Decimal("0.07"))) ** 12 - Decimal("1.07")) < Decimal("1e-25")
    assert annuity(Decimal(0), 120) == 120


# --- Regular investing ----------------------------------------------------------------------------------------
def _by_fractions(amount: int, returns: list[Fraction]) -> tuple[Fraction, Fraction]:
    """Follow every instalment on its own way to the end."""
    regular = Fraction(0)
    for start in range(len(returns)):
        part = Fraction(amount)
        for change in returns[start:]:
            part *= 1 + change
        regular += part
    lump = Fraction(amount * len(returns))
    for change in returns:
        lump *= 1 + change
    return regular, lump


@pytest.mark.parametrize("seed", range(5))
def test_regular_investing_is_what_each_instalment_becomes(seed):
    source = random.Random(seed)
    percents = [source.randint(-20, 20) for _month in range(36)]
    result = compare(amount=Decimal(100), returns=[Decimal(number) / 100 for number in percents])
    regular, lump = _by_fractions(100, [Fraction(number, 100) for number in percents])
    assert abs(Fraction(result.regular[-1]) - regular) < Fraction(1, 10**20)
    assert abs(Fraction(result.lump[-1]) - lump) < Fraction(1, 10**20)
    assert result.regular[0] == result.lump[0] == 3600


def test_the_average_cost_of_the_textbook():
    """Three instalments at 1.0, 0.8 and 1.2: a unit costs about 0.973, the mean of the prices is 1.0."""
    result = compare(amount=Decimal(1000), returns=[Decimal("-0.2"), Decimal("0.5"), Decimal(0)])
    assert round(result.average_cost, 3) == Decimal("0.973")
    assert result.average_price == 1


@pytest.mark.parametrize("seed", range(3))
def test_the_average_cost_is_never_above_the_mean_price(seed):
    source = random.Random(seed)
    returns = [Decimal(source.randint(-30, 30)) / 100 for _month in range(24)]
    result = compare(amount=Decimal(1), returns=returns)
    assert result.average_cost <= result.average_price


def test_a_drawdown_is_the_deepest_of_all_pairs():
    source = random.Random(7)
    values = [Decimal(source.randint(1, 1000)) for _point in range(60)]
    deepest = max((earlier - later) / earlier for place, earlier in enumerate(values) for later in values[place:])
    assert drawdown(values) == deepest


# --- Fees -----------------------------------------------------------------------------------------------------
def _run(share_class, **changes):
    numbers = {"amount": 10_000, "growth": 0, "running": 0, "redemption": 0, "days": 730, **changes}
    days = numbers.pop("days")
    return run(share_class, days=days, **{name: Decimal(str(number)) for name, number in numbers.items()})


def test_fees_of_the_syllabus():
    """Ten thousand yuan: the front fee of 0.8 % is 79.37, at a tenth 7.99; 0.4 % a year is about 20 in 180 days, 40 in 365."""
    assert round(_run(ShareClass(front=Decimal("0.008")))[0].front, 2) == Decimal("79.37")
    assert round(_run(ShareClass(front=Decimal("0.0008")))[0].front, 2) == Decimal("7.99")
    costs = _run(ShareClass(service=Decimal("0.004"), service_days=365))
    assert [round(costs[day].service) for day in (180, 365, 730)] == [20, 40, 40]


def test_a_and_c_meet_on_the_seventy_third_day():
    one = _run(ShareClass(front=Decimal("0.0008")))
    other = _run(ShareClass(service=Decimal("0.004"), service_days=365))
    assert break_even(one, other) == 73
    assert break_even(other, one) == 73
    assert break_even(one, one) is None
    assert break_even(_run(ShareClass(front=Decimal("0.05"))), other) is None


def test_daily_fees_follow_the_closed_form():
    costs = _run(ShareClass(service=Decimal("0.004")), growth="0.06", running="0.014", redemption="0.005")[-1]
    a_day = 1.06 ** (1 / 365) * (1 - 0.018 / 365)
    value = 10_000 * a_day**730
    assert float(costs.received) == pytest.approx(value * 0.995, rel=1e-12)
    assert float(costs.redemption) == pytest.approx(value * 0.005, rel=1e-12)
    taken = 10_000 * 1.06 ** (1 / 365) * 0.018 / 365 * (a_day**730 - 1) / (a_day - 1)
    assert float(costs.running + costs.service) == pytest.approx(taken, rel=1e-9)
    assert costs.service / costs.running == pytest.approx(Decimal(4) / 14)


def test_nothing_is_lost_without_growth():
    costs = _run(ShareClass(front=Decimal("0.01"), service=Decimal("0.004")), running="0.015", redemption="0.005")
    for day in (0, 1, 365, 730):
        assert abs(costs[day].total + costs[day].received - 10_000) < Decimal("1e-15")


# --- Reserve --------------------------------------------------------------------------------------------------
def _reserve(**changes):
    numbers = {
        "expenses": 4000,
        "debt": 2000,
        "other_income": 1000,
        "savings": 20_000,
        "wanted_months": 6,
        "aside": 900,
    }
    numbers |= changes
    months = numbers.pop("wanted_months")
    return reserve(wanted_months=months, shown_months=12, **{name: Decimal(number) for name, number in numbers.items()})


def test_a_reserve_is_spent_month_by_month():
    result = _reserve()
    assert (result.need, result.covered, result.exact) == (5000, 4, 4)
    assert result.left[:6] == (20_000, 15_000, 10_000, 5000, 0, 0)
    assert (result.wanted, result.gap, result.months_to_fill) == (30_000, 10_000, 12)


def test_a_reserve_at_its_edges():
    assert _reserve(other_income=6000).covered is None
    assert _reserve(savings=30_000).months_to_fill == 0
    assert _reserve(aside=0).months_to_fill is None
    assert _reserve(savings=0).covered == 0
    assert _reserve(expenses=1, debt=0, other_income=0, savings=100_000_000).covered == 600


# --- Goal -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("rate", "saved"), [("0.03", "10000"), ("0", "10000"), ("-0.03", "0"), ("0.2", "5000")])
def test_the_monthly_sum_reaches_the_goal(rate, saved):
    wanted = plan(goal=Decimal(100_000), saved=Decimal(saved), rate=Decimal(rate), years=10, affordable=Decimal(0))
    step = (1 + float(rate)) ** (1 / 12)
    value = float(saved)
    for _month in range(120):
        value = value * step + float(wanted.monthly)
    assert value == pytest.approx(100_000, rel=1e-9)
    ways = path(saved=Decimal(saved), monthly=wanted.monthly, rate=Decimal(rate), years=10)
    assert abs(ways[-1] - 100_000) < CENT
    assert ways[0] == Decimal(saved)


def test_what_is_there_already_may_suffice():
    wanted = plan(goal=Decimal(100), saved=Decimal(200), rate=Decimal("0.01"), years=1, affordable=Decimal(10))
    assert wanted.monthly == 0
    assert wanted.reached > 300


def test_a_bearable_fall_is_the_loss_over_what_is_held():
    assert bearable_fall(held=Decimal(100_000), loss=Decimal(15_000)) == Decimal("0.15")
    assert bearable_fall(held=Decimal(100), loss=Decimal(500)) == 1
    assert bearable_fall(held=Decimal(0), loss=Decimal(1)) is None


# --- Drawdown -------------------------------------------------------------------------------------------------
def test_a_fall_of_a_fifth_needs_a_quarter():
    assert needed_rise(Decimal("0.2")) == Decimal("0.25")
    for percent in range(1, 100):
        fall = Decimal(percent) / 100
        assert abs((1 - fall) * (1 + needed_rise(fall)) - 1) < Decimal("1e-26")


@pytest.mark.parametrize("fall", ["0.01", "0.2", "0.5", "0.9"])
@pytest.mark.parametrize("rate", ["0.01", "0.05", "0.25", "0.3"])
def test_the_wait_is_the_first_month_at_the_old_level(fall, rate):
    months = months_to_recover(fall=Decimal(fall), rate=Decimal(rate))
    level, step, counted = 1 - float(fall), (1 + float(rate)) ** (1 / 12), 0
    while level < 1 - 1e-12 and counted <= 1200:
        level, counted = level * step, counted + 1
    assert months == (counted if counted <= 1200 else None)


def test_a_wait_that_is_a_whole_year_is_not_rounded_up():
    assert months_to_recover(fall=Decimal("0.2"), rate=Decimal("0.25")) == 12


def test_without_a_rise_there_is_no_way_back():
    assert months_to_recover(fall=Decimal("0.2"), rate=Decimal(0)) is None
    assert months_to_recover(fall=Decimal("0.2"), rate=Decimal("-0.1")) is None
    assert months_to_recover(fall=Decimal("0.99"), rate=Decimal("0.01")) is None
    levels = recovery(fall=Decimal("0.2"), rate=Decimal("0.25"), years=2)
    assert levels == [80, 100, 125]
    assert all(later > earlier for earlier, later in pairwise(levels))

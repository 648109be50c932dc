"""How a value and its unit read in a sentence."""

from datetime import date

import pytest

from compliance.fact_words import display_of
from compliance.months import add_months
from tests.factories.compliance import unsaved_fact


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("0.8", "percent", "0.8%"),
        ("1", "percent", "1%"),
        ("1.50", "percent", "1.50%"),
        ("0.4", "percent_year", "每年0.4%"),
        ("12", "months", "12个月"),
        ("7", "working_days", "7个工作日"),
        ("12000", "yuan_year", "每年12,000元"),
        ("12,000", "yuan", "12,000元"),
        ("2026-01-01", "date", "2026年1月1日"),
        ("15:00", "time", "15:00"),
        ("12386", "phone", "12386"),
        ("三分之二", "text", "三分之二"),
    ],
)
def test_a_value_reads_with_its_unit(value, unit, shown):
    assert display_of(value, unit) == shown


@pytest.mark.parametrize(
    ("value", "unit"),
    [("", "percent"), ("约1", "percent"), ("NaN", "percent"), ("2026-13-01", "date"), ("25:00", "time"), (" ", "text")],
)
def test_what_is_no_value_of_its_unit_is_refused(value, unit):
    with pytest.raises(ValueError):
        display_of(value, unit)


def test_words_of_ones_own_replace_value_and_unit():
    assert unsaved_fact(display="千分之八").inline == "千分之八"


@pytest.mark.parametrize("changes", [{"confidence": "low"}, {"recalled": True}, {"confidence": "low", "display": "1%"}])
def test_what_is_not_sure_never_reads_as_certain(changes):
    fact = unsaved_fact(**changes)
    assert fact.certain is False
    assert fact.inline.endswith("（以基金合同和产品资料概要为准）")


def test_the_reservation_may_name_what_decides_but_not_be_left_out():
    assert unsaved_fact(confidence="low", caution="以基金公告为准").inline == "0.8%（以基金公告为准）"
    assert unsaved_fact(confidence="medium", caution="以基金公告为准").inline == "0.8%"


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 22), 2, date(2027, 1, 22)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_are_counted_on_the_calendar(day, months, later):
    assert add_months(day, months) == later

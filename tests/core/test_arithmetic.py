"""Formulas: exact, bounded, and refused in Chinese."""

from decimal import Decimal

import pytest

from core.arithmetic import FormulaError, check_result, evaluate, read_number, round_half_up


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("-3 + 5", "2"),
        ("2 ** 10", "1024"),
        ("1.1 * 1.1", "1.21"),
        ("0.1 + 0.2", "0.3"),
        ("min(3, 2, 5)", "2"),
        ("max(a, b)", "4"),
        ("a × b ÷ 2 − 1", "5"),
        ("1.05 ** 20", "2.653297705144420133945430765"),
    ],
)
def test_evaluate_gives_the_exact_value(formula, value):
    result = evaluate(formula, {"a": Decimal(3), "b": Decimal(4)})
    assert round_half_up(result, 10) == round_half_up(Decimal(value), 10)


def test_evaluate_keeps_the_digits_that_binary_fractions_lose():
    assert evaluate("0.1 * 3") == Decimal("0.3")
    assert round_half_up(evaluate("10000 - 10000/(1+0.0008)"), 10) == Decimal("7.9936051159")


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("", "请写算式"),
        ("1 +", "写得不完整"),
        ("1 / 0", "除以零"),
        ("0 / 0", "除以零"),
        ("a / (b - 4)", "除以零"),
        ("missing * 2", "“missing”没有定义"),
        ("__import__('os').system('true')", "min 和 max"),
        ("open('x')", "min 和 max"),
        ("a.real", "只能用"),
        ("[1][0]", "只能用"),
        ("'a' * 3", "只能用"),
        ("True + 1", "只能用"),
        ("1 if a else 2", "只能用"),
        ("lambda: 1", "只能用"),
        ("5 // 2", "只能用"),
        ("5 % 2", "只能用"),
        ("~1", "只能用"),
        ("min()", "min 和 max"),
        ("max(1, key=2)", "min 和 max"),
        ("9 ** 9 ** 9", "指数"),
        ("10 ** 20", "太大"),
        ("1e400", "太大"),
        ("(0-8) ** 0.5", "负数不能开方"),
        ("0 ** 0", "没有意义"),
        ("1" + "+1" * 200, "太长"),
        ("-" * 60 + "1", "太深"),
    ],
)
def test_evaluate_refuses_in_chinese(formula, message):
    with pytest.raises(FormulaError, match=message):
        evaluate(formula, {"a": Decimal(3), "b": Decimal(4)})


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [("2.5", 0, "3"), ("-2.5", 0, "-3"), ("7.994", 2, "7.99"), ("7.995", 2, "8.00"), ("-0.001", 2, "0.00"), ("5", 2, "5.00")],
)
def test_round_half_up_rounds_as_people_do(value, decimals, rounded):
    assert str(round_half_up(Decimal(value), decimals)) == rounded


@pytest.mark.parametrize("text", ["", "abc", "NaN", "Infinity", "1e99", "12元"])
def test_read_number_refuses_what_is_no_number(text):
    with pytest.raises(FormulaError):
        read_number(text)


def test_check_result_returns_the_unrounded_value_or_says_both_numbers():
    names = {"amount": Decimal(10000), "rate": Decimal("0.0008")}
    assert check_result("amount - amount/(1+rate)", names, decimals=2, result="7.99") > Decimal("7.99")
    with pytest.raises(FormulaError, match="写的是 8.00，按算式得 7.99"):
        check_result("amount - amount/(1+rate)", names, decimals=2, result="8.00")

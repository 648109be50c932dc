"""Numbers as people type and paste them."""

from decimal import Decimal

import pytest

from courses.tools.numbers import BARE, PERCENT, YEARS, YUAN, NumberError, plain_text, read_column, read_typed


@pytest.mark.parametrize(
    ("typed", "unit", "number"),
    [
        ("10000", YUAN, "10000"),
        (" 10,000 ", YUAN, "10000"),
        ("10，000", YUAN, "10000"),
        ("1,0000", YUAN, "10000"),
        ("1,234,567.89", YUAN, "1234567.89"),
        ("１００００", YUAN, "10000"),
        ("10 000", YUAN, "10000"),
        ("1万", YUAN, "10000"),
        ("1.5 万元", YUAN, "15000"),
        ("0.3亿", YUAN, "30000000"),
        ("￥10000元", YUAN, "10000"),
        ("3%", PERCENT, "3"),
        ("３．５％", PERCENT, "3.5"),
        ("-3", PERCENT, "-3"),
        ("−3", PERCENT, "-3"),
        ("–3", PERCENT, "-3"),
        ("—3%", PERCENT, "-3"),
        ("－３", PERCENT, "-3"),
        ("+2", PERCENT, "2"),
        ("＋2", PERCENT, "2"),
        ("(3.2)", PERCENT, "-3.2"),
        ("（3.2%）", PERCENT, "-3.2"),
        (".5", BARE, "0.5"),
        ("5.", BARE, "5"),
        ("20年", YEARS, "20"),
        ("\u200b20\ufeff", YEARS, "20"),
        ("①", BARE, "1"),
    ],
)
def test_what_people_type_is_read(typed, unit, number):
    assert read_typed(typed, unit) == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "unit", "message"),
    [
        ("abc", BARE, "“abc”不是一个数，请只写数字。"),
        ("一万", YUAN, "“一万”不是一个数，请只写数字。"),
        ("NaN", BARE, "“NaN”不是一个数，请只写数字。"),
        ("Infinity", BARE, "“Infinity”不是一个数，请只写数字。"),
        ("-inf", PERCENT, "“-inf”不是一个数，请只写数字。"),
        ("1e9", BARE, "“1e9”是科学记数法，请写成普通的数，例如 10000。"),
        ("10^9", BARE, "“10^9”是科学记数法，请写成普通的数，例如 10000。"),
        ("3%", YUAN, "“3%”带了百分号，这里要填的不是百分数。"),
        ("1,5", BARE, "“1,5”里逗号或小数点的位置看不懂，请只写数字和一个小数点。"),
        ("1.2.3", BARE, "“1.2.3”里逗号或小数点的位置看不懂，请只写数字和一个小数点。"),
        ("--3", BARE, "“--3”不是一个数，请只写数字。"),
        ("3-", BARE, "“3-”不是一个数，请只写数字。"),
        ("", BARE, "“”不是一个数，请只写数字。"),
        ("万", YUAN, "“万”不是一个数，请只写数字。"),
        ("0x10", BARE, "“0x10”不是一个数，请只写数字。"),
        ("1_000", BARE, "“1_000”不是一个数，请只写数字。"),
        ("1" * 41, BARE, "“11111111111111111111…”太长了，不像一个数。"),
        ("<b>1</b>", BARE, "“<b>1</b>”不是一个数，请只写数字。"),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(typed, unit, message):
    with pytest.raises(NumberError) as refused:
        read_typed(typed, unit)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "pasted",
    [
        "1.2\n-3\n0.5",
        "1.2%\r\n-3%\r\n0.5%\r\n",
        "１．２％\n－３％\n０．５％",
        "1.2\t-3\t0.5",
        "1.2, -3, 0.5",
        "1.2,-3,0.5",
        "1.2，−3，0.5",
        "1.2、–3、0.5",
        "1.2; (3); 0.5",
        "月收益率\n1.2\n-3\n0.5",
        "月份\t收益率\n2024-01\t1.2%\n2024-02\t−3%\n2024-03\t0.5%",
        "2024年1月 1.2\n2024年2月 - 3\n2024年3月 0.5 %",
        "202401 1.2\n202402 -3\n202403 0.5",
        "1月\t1.2\n2月\t-3\n3月\t0.5",
        "月份\t收益率\n1\t1.2\n2\t-3\n3\t0.5",
        "序号 月份 收益率\n１ 2024年1月 1.2%\n２ 2024年2月 -3%\n３ 2024年3月 0.5%",
        "\n\n 1.2 \n\n-3\n0.5\n\n",
    ],
)
def test_a_pasted_column_is_read_whatever_separates_it(pasted):
    assert read_column(pasted) == [Decimal("1.2"), Decimal(-3), Decimal("0.5")]


def test_numbers_of_months_that_begin_again_are_no_figures():
    rows = [f"{place % 12 + 1}\t{place}.5" for place in range(24)]
    assert read_column("\n".join(rows)) == [Decimal(place) + Decimal("0.5") for place in range(24)]


@pytest.mark.parametrize("pasted", ["1 2\n2 3", "1 2 3", "1\n2\n3", "1 5\n2 5\n4 5", "1 5\n2\n3 5"])
def test_figures_that_only_look_like_a_count_stay(pasted):
    assert read_column(pasted) == [Decimal(cell) for cell in pasted.split()]


def test_thousands_within_a_column_stay_one_number():
    assert read_column("1,234.5\n-2,000") == [Decimal("1234.5"), Decimal(-2000)]


def test_a_column_names_its_first_entry_that_is_no_number():
    with pytest.raises(NumberError, match="第 2 个“停牌”不是一个数，请改好或删掉。"):
        read_column("1.2\n停牌\n#N/A")


@pytest.mark.parametrize(
    ("number", "text"), [("3.00", "3"), ("-0", "0"), ("0.10", "0.1"), ("1E+4", "10000"), ("100", "100")]
)
def test_an_address_writes_a_number_in_one_way(number, text):
    assert plain_text(Decimal(number)) == text

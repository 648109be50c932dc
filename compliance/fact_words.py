"""How a fact reads in a sentence, from its value and unit."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db import models
from django.utils.translation import gettext_lazy as _

DEFAULT_CAUTION = "以基金合同和产品资料概要为准"
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class Unit(models.TextChoices):
    """What the value counts; the last ones say what kind of value it is."""

    PERCENT = "percent", "%"
    PERCENT_YEAR = "percent_year", _("%（每年）")
    YUAN = "yuan", _("元")
    YUAN_DAY = "yuan_day", _("元（每天）")
    YUAN_YEAR = "yuan_year", _("元（每年）")
    HOURS = "hours", _("小时")
    DAYS = "days", _("天")
    TRADING_DAYS = "trading_days", _("个交易日")
    WORKING_DAYS = "working_days", _("个工作日")
    MONTHS = "months", _("个月")
    YEARS = "years", _("年")
    TIMES = "times", _("倍")
    PEOPLE = "people", _("人")
    COUNT = "count", _("个")
    DATE = "date", _("日期，写 2026-01-01")
    TIME = "time", _("时刻，写 15:00")
    PHONE = "phone", _("电话号码")
    TEXT = "text", _("文字，照写")


# Chinese whatever the language of the frame: the sentence around it is Chinese.
_AFTER = {
    Unit.PERCENT: "%",
    Unit.YUAN: "元",
    Unit.HOURS: "小时",
    Unit.DAYS: "天",
    Unit.TRADING_DAYS: "个交易日",
    Unit.WORKING_DAYS: "个工作日",
    Unit.MONTHS: "个月",
    Unit.YEARS: "年",
    Unit.TIMES: "倍",
    Unit.PEOPLE: "人",
    Unit.COUNT: "个",
}
_AROUND = {
    Unit.PERCENT_YEAR: "每年{}%",
    Unit.YUAN_DAY: "每天{}元",
    Unit.YUAN_YEAR: "每年{}元",
}
_WHOLE_THOUSANDS = {Unit.YUAN, Unit.YUAN_DAY, Unit.YUAN_YEAR}


def display_of(value: str, unit: str) -> str:
    """Return ``value`` as it stands in a sentence: 0.8%, 12个月, 2026年1月1日; raise ``ValueError`` if it is not one.

    Amounts get their thousands separated; the digits stay as they were written.
    """
    value = value.strip()
    if not value:
        raise ValueError("empty")
    if unit == Unit.DATE:
        day = date.fromisoformat(value)
        return f"{day.year}年{day.month}月{day.day}日"
    if unit == Unit.TIME:
        if not _TIME.fullmatch(value):
            raise ValueError(value)
        return value
    if unit in {Unit.PHONE, Unit.TEXT}:
        return value
    number = _number(value, grouped=unit in _WHOLE_THOUSANDS)
    return _AROUND[Unit(unit)].format(number) if unit in _AROUND else number + _AFTER[Unit(unit)]


def _number(value: str, *, grouped: bool) -> str:
    try:
        number = Decimal(value.replace(",", ""))
    except InvalidOperation as error:
        raise ValueError(value) from error
    if not number.is_finite():
        raise ValueError(value)
    return f"{number:,f}" if grouped else f"{number:f}"


def with_caution(text: str, caution: str) -> str:
    """Return ``text`` followed by what it depends on."""
    return f"{text}（{caution or DEFAULT_CAUTION}）"

"""Dates, times and numbers as they are said; on an English page, as they are written there."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from lunardate import LunarDate

from core.dates import in_english, short_day_text, short_weekday_text

_MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "腊")
_DIGITS = "零一二三四五六七八九"
_NOON = 12
_EVENING = 18
_TEN, _HUNDRED, _TWENTY, _THIRTY, _THOUSAND = 10, 100, 20, 30, 1000


def lunar_text(day: date) -> str:
    """Return the lunar date as on a tear-off calendar: 农历十一月初四; empty in English and where the table ends."""
    try:
        lunar = None if in_english() else LunarDate.from_solar_date(day.year, day.month, day.day)
    except ValueError:
        lunar = None
    if lunar is None:
        return ""
    leap = "闰" if lunar.is_leap_month else ""
    return f"农历{leap}{_MONTHS[lunar.month - 1]}月{_lunar_day(lunar.day)}"


def _lunar_day(day: int) -> str:
    if day <= _TEN:
        return "初" + ("十" if day == _TEN else _DIGITS[day])
    if day in {_TWENTY, _THIRTY}:
        return _DIGITS[day // _TEN] + "十"
    return ("十" if day < _TWENTY else "廿") + _DIGITS[day % _TEN]


def number_in_words(number: int) -> str:
    """Return 0 to 999 in Chinese characters; larger numbers, and all in English, stay figures."""
    if in_english() or not 0 <= number < _THOUSAND:
        return str(number)
    hundreds, rest = divmod(number, _HUNDRED)
    tens, ones = divmod(rest, _TEN)
    words = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    return words + (_DIGITS[ones] if ones or not number else "")


def clock_text(moment: datetime) -> str:
    """Return 2:00 of a twelve-hour clock, the part of the day goes before it; in English 14:00."""
    local = timezone.localtime(moment)
    if in_english():
        return f"{local:%H:%M}"
    return f"{local.hour - _NOON if local.hour > _NOON else local.hour}:{local.minute:02}"


def part_of_day(moment: datetime) -> str:
    """Return 上午, 中午, 下午 or 晚上."""
    hour = timezone.localtime(moment).hour
    if hour < _NOON:
        return _("上午")
    if hour == _NOON:
        return _("中午")
    return _("下午") if hour < _EVENING else _("晚上")


def span_text(starts_at: datetime, ends_at: datetime) -> str:
    """Return 下午 2:00 到 4:00; in English 14:00–16:00."""
    if in_english():
        return f"{clock_text(starts_at)}–{clock_text(ends_at)}"
    first, last = part_of_day(starts_at), part_of_day(ends_at)
    end = clock_text(ends_at) if first == last else f"{last} {clock_text(ends_at)}"
    return _("%(part)s %(start)s 到 %(end)s") % {"part": first, "start": clock_text(starts_at), "end": end}


def date_weekday_text(moment: datetime) -> str:
    """Return 12月12日 周六, or Sat 12 December."""
    if in_english():
        return f"{short_weekday_text(moment)} {short_day_text(moment)}"
    return f"{short_day_text(moment)} {short_weekday_text(moment)}"


def moment_text(moment: datetime) -> str:
    """Return 11月25日20:00, for deadlines; in English 20:00 on 25 November."""
    local = timezone.localtime(moment)
    clock = f"{local.hour}:{local.minute:02}"
    return f"{clock} on {short_day_text(moment)}" if in_english() else f"{short_day_text(moment)}{clock}"

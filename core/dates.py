"""Dates as readers write them: 2026年11月23日 in Chinese, 23 November 2026 in English."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language

_WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")


def in_english() -> bool:
    """Tell whether the page is written in English."""
    return (get_language() or "").startswith("en")


def day_text(day: date) -> str:
    """Return 2026年11月23日, or 23 November 2026."""
    return _formatted(day, "Y年n月j日", "j F Y")


def short_day_text(day: date) -> str:
    """Return 11月23日, or 23 November."""
    return _formatted(day, "n月j日", "j F")


def year_month_text(day: date) -> str:
    """Return 2026年11月, or November 2026."""
    return _formatted(day, "Y年n月", "F Y")


def month_text(day: date) -> str:
    """Return 11月, or Nov."""
    return _formatted(day, "n月", "M")


def weekday_text(day: date) -> str:
    """Return 星期六, or Saturday."""
    return format_date(_local(day), "l") if in_english() else "星期" + _WEEKDAYS[_local(day).weekday()]


def short_weekday_text(day: date) -> str:
    """Return 周六, or Sat."""
    return format_date(_local(day), "D") if in_english() else "周" + _WEEKDAYS[_local(day).weekday()]


def start_of_day(day: date) -> datetime:
    """Return the first moment of ``day`` in the site's zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def first_of_next_month(day: date) -> date:
    """Return the first day of the month after that of ``day``."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_bounds(first: date) -> tuple[datetime, datetime]:
    """Return the first moment of the month that begins on ``first``, and of the next one, in the site's zone."""
    return start_of_day(first), start_of_day(first_of_next_month(first))


def _formatted(day: date, chinese: str, english: str) -> str:
    return format_date(_local(day), english if in_english() else chinese)


def _local(day: date) -> date:
    return timezone.localtime(day) if isinstance(day, datetime) and timezone.is_aware(day) else day

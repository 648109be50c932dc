"""Dates and numbers in words, for templates of events."""

from datetime import datetime

from django import template

from events import calendar_words

register = template.Library()


@register.filter
def in_words(number: int) -> str:
    """Return 23 as 二十三."""
    return calendar_words.number_in_words(int(number))


@register.filter
def part_of_day(moment: datetime) -> str:
    """Return 上午, 中午, 下午 or 晚上."""
    return calendar_words.part_of_day(moment)

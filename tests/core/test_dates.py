"""Dates in the reader's language."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from core import dates

DAY = date(2026, 12, 5)


@pytest.mark.parametrize(
    ("words", "chinese", "english"),
    [
        (dates.day_text, "2026年12月5日", "5 December 2026"),
        (dates.short_day_text, "12月5日", "5 December"),
        (dates.year_month_text, "2026年12月", "December 2026"),
        (dates.month_text, "12月", "Dec"),
        (dates.weekday_text, "星期六", "Saturday"),
        (dates.short_weekday_text, "周六", "Sat"),
    ],
)
def test_dates_follow_the_language_of_the_page(words, chinese, english):
    in_chinese = words(DAY)
    with translation.override("en"):
        in_english = words(DAY)

    assert (in_chinese, in_english) == (chinese, english)


def test_filters_say_the_day_it_is_here():
    late = datetime(2026, 12, 4, 23, 0, tzinfo=UTC)
    template = Template("{{ late|day }} {{ late|short_day }} {{ late|month }} {{ late|year_month }} {{ none|day }}")

    assert template.render(Context({"late": late, "none": None})) == "2026年12月5日 12月5日 12月 2026年12月 "
    assert dates.short_weekday_text(late) == "周六"

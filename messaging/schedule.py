"""When a message may go."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.enums import Channel
from messaging.enums import Category
from messaging.models import CalendarDay

# A calendar that shuts every day would otherwise be searched for ever.
_DAYS_AHEAD = 60


def sending_time(*, channel: str, category: str, wanted: datetime) -> datetime:
    """Return the first moment not before ``wanted`` at which the message may be sent.

    Campaigns by SMS keep to ``SMS_WINDOW`` in the site's time zone and to the hours of the calendar's days; everything
    else may go at any hour.
    """
    if channel != Channel.SMS or category != Category.CAMPAIGN:
        return wanted
    local = timezone.localtime(wanted)
    last = local.date() + timedelta(days=_DAYS_AHEAD)
    special = {row.day: row for row in CalendarDay.objects.filter(day__gte=local.date(), day__lte=last)}
    for offset in range(_DAYS_AHEAD):
        day = local.date() + timedelta(days=offset)
        hours = _hours(special.get(day))
        if hours is None:
            continue
        opens, closes = (_at(day, edge) for edge in hours)
        if wanted < closes:
            return max(wanted, opens)
    return _at(last, _usual_hours()[0])


def _hours(row: CalendarDay | None) -> tuple[time, time] | None:
    if row is None:
        return _usual_hours()
    return (row.opens, row.closes) if row.opens is not None and row.closes is not None else None


def _usual_hours() -> tuple[time, time]:
    opens, closes = settings.SMS_WINDOW
    return time.fromisoformat(opens), time.fromisoformat(closes)


def _at(day: date, edge: time) -> datetime:
    return datetime.combine(day, edge, tzinfo=timezone.get_default_timezone())

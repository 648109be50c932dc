"""When a message may go."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.enums import Channel
from messaging.enums import Category


def sending_time(*, channel: str, category: str, wanted: datetime) -> datetime:
    """Return the first moment not before ``wanted`` at which the message may be sent.

    Campaigns by SMS keep to ``SMS_WINDOW`` in the site's time zone; everything else may go at any hour.
    """
    if channel != Channel.SMS or category != Category.CAMPAIGN:
        return wanted
    opens, closes = (time.fromisoformat(edge) for edge in settings.SMS_WINDOW)
    local = timezone.localtime(wanted)
    if opens <= local.time() < closes:
        return wanted
    day = local.date() if local.time() < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, opens, tzinfo=timezone.get_default_timezone())

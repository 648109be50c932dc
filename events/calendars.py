"""Calendar files (RFC 5545)."""

from collections.abc import Iterable
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.html import strip_tags
from icalendar import Calendar, Event

from events.enums import SessionStatus
from events.models import EventSession


def calendar_bytes(sessions: Iterable[EventSession]) -> bytes:
    """Return a calendar of ``sessions`` in local time; a session keeps its UID for ever, so that changes replace it.

    Nothing in it depends on when it is asked for, and the link for joining is not in it.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_TITLE}//events//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", settings.SITE_TITLE)
    for session in sessions:
        calendar.add_component(_event(session))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(session: EventSession) -> Event:
    zone = ZoneInfo(settings.TIME_ZONE)
    page = session.page
    event = Event()
    event.add("uid", f"{session.uid}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("dtstamp", page.last_published_at or session.created_at)
    event.add("dtstart", session.starts_at.astimezone(zone))
    event.add("dtend", session.ends_at.astimezone(zone))
    event.add("summary", page.plain_title)
    event.add("description", strip_tags(page.summary).strip())
    event.add("location", page.place if page.is_online else f"{page.place} {page.address}".strip())
    event.add("url", f"{settings.BASE_URL}/events/{page.slug}/")
    event.add("status", "CANCELLED" if session.status == SessionStatus.CANCELLED else "CONFIRMED")
    return event

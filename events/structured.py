"""An event in the words of schema.org."""

from typing import TYPE_CHECKING, Any

from django.templatetags.static import static

from core.structured import absolute, moment, organization
from events.enums import SessionStatus

if TYPE_CHECKING:
    from events.pages import EventPage
    from events.queries import SessionCard


def event_data(page: "EventPage", card: "SessionCard") -> dict[str, Any]:
    """Return one date of an event. Whatever it says stands on the page too."""
    session = card.session
    cancelled = session.status == SessionStatus.CANCELLED
    return {
        "@type": "EducationEvent",
        "name": page.plain_title,
        "description": page.share_text,
        "url": absolute(page.share_path),
        "image": absolute(static("img/share.png")),
        "startDate": moment(session.starts_at),
        "endDate": moment(session.ends_at),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if cancelled else 'Scheduled'}",
        "eventAttendanceMode": f"https://schema.org/{'Online' if page.is_online else 'Offline'}EventAttendanceMode",
        "location": _place(page),
        "organizer": organization(),
        "isAccessibleForFree": True,
        "inLanguage": "zh-CN",
    }


def _place(page: "EventPage") -> dict[str, Any]:
    if page.is_online:
        return {"@type": "VirtualLocation", "url": absolute(page.share_path)}
    return {"@type": "Place", "name": page.venue, "address": page.address or page.city}

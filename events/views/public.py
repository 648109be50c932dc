"""What everybody sees and the page cache may keep: past events and calendar files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.calendars import calendar_bytes
from events.models import EventSession
from events.pages import EventIndexPage, EventPage
from events.queries import list_sessions

_CALENDAR_SESSIONS = 200
CALENDAR_TYPE = "text/calendar; charset=utf-8"


@require_safe
def past_events(request: HttpRequest) -> HttpResponse:
    """What is over, the latest first."""
    page = EventIndexPage.objects.live().first()
    if page is None:
        raise Http404
    listing = list_sessions(filters=request.GET, now=timezone.now(), past=True)
    context = {"section": "events", "page": page, "listing": listing}
    return render(request, "events/event_index_page.html", context)


@require_safe
def all_events_calendar(request: HttpRequest) -> HttpResponse:
    """Every coming session in one calendar, to subscribe to."""
    sessions = EventSession.objects.public().upcoming(timezone.now()).select_related("page")[:_CALENDAR_SESSIONS]
    return HttpResponse(calendar_bytes(list(sessions)), content_type=CALENDAR_TYPE)


@require_safe
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The dates of one event."""
    page = get_object_or_404(EventPage.objects.live(), slug=slug)
    sessions = EventSession.objects.filter(page=page).select_related("page")
    return HttpResponse(calendar_bytes(list(sessions)), content_type=CALENDAR_TYPE)

"""What the staff's first page says of sessions."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.dashboard import Waiting, WaitingPanel
from events.admin.viewsets import registrations_url, seats_text
from events.enums import RegistrationStatus
from events.models import EventSession

_SHOWN = 5


def session_panels(user: Any, *, now: datetime) -> list[WaitingPanel]:
    """Return the next sessions with their seats, for those who see registrations."""
    if not user.has_perm("events.view_registration"):
        return []
    waiting = Count("registrations", filter=Q(registrations__status=RegistrationStatus.WAITLISTED))
    coming = EventSession.objects.upcoming(now).select_related("page").annotate(waiting=waiting)[:_SHOWN]
    return [
        WaitingPanel(
            name="sessions-coming",
            order=320,
            heading=_("接下来的场次"),
            rows=[Waiting(str(session), registrations_url(session), _seats(session)) for session in coming],
            empty=_("还没有安排接下来的场次。"),
            more=(_("看全部场次"), reverse("event_sessions:index")),
        )
    ]


def _seats(session: Any) -> str:
    taken = gettext("已占 %(seats)s 座") % {"seats": seats_text(session)}
    return f"{taken}，{gettext('候补 %(count)s 人') % {'count': session.waiting}}" if session.waiting else taken

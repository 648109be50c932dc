"""Reads that cross pages, sessions and registrations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import ContactPoint, User
from core.crypto import blind_index
from core.dates import short_weekday_text, weekday_text
from events import calendar_words
from events.enums import EventKind, EventMode, RegistrationStatus, SeatState
from events.models import EventSession, Registration
from events.pages import EventPage
from events.shortcodes import normalise_code
from events.tokens import manage_token

PER_PAGE = 12
REGISTRATIONS_PER_PAGE = 50
_LAST_FOUR = 4
_OPEN_STATES = (SeatState.UNLIMITED, SeatState.AVAILABLE, SeatState.FEW)
_ONLINE = "online"


@dataclass(frozen=True)
class SessionCard:
    """A session as readers see it; every part is text, so that templates compute nothing."""

    session: EventSession
    state: SeatState
    day: date
    lunar: str
    weekday: str
    span: str
    check_in: str
    short_date: str
    seats_text: str

    @property
    def page(self) -> EventPage:
        return self.session.page

    @property
    def short_weekday(self) -> str:
        return short_weekday_text(self.day)

    @property
    def can_register(self) -> bool:
        return self.state in _OPEN_STATES

    @property
    def can_wait(self) -> bool:
        return self.state == SeatState.WAITLIST

    @property
    def state_text(self) -> str:
        return str(self.state.label)

    @property
    def opens_text(self) -> str:
        opens_at = self.session.registration_opens_at
        return calendar_words.moment_text(opens_at) if opens_at else ""

    @property
    def closes_text(self) -> str:
        return calendar_words.moment_text(self.session.closes_at)


def present_session(session: EventSession, *, now: datetime) -> SessionCard:
    """Return ``session`` in words at ``now``."""
    starts_at = timezone.localtime(session.starts_at)
    state = session.seat_state(now)
    words = str(state.label)
    if session.capacity is not None and state in {*_OPEN_STATES, SeatState.WAITLIST, SeatState.FULL}:
        words = _("共%(count)s座，%(words)s") % {
            "count": calendar_words.number_in_words(session.capacity),
            "words": words,
        }
    return SessionCard(
        session=session,
        state=state,
        day=starts_at.date(),
        lunar=calendar_words.lunar_text(starts_at.date()),
        weekday=weekday_text(starts_at.date()),
        span=calendar_words.span_text(session.starts_at, session.ends_at),
        check_in=calendar_words.clock_text(session.check_in_at) if session.check_in_at else "",
        short_date=calendar_words.date_weekday_text(session.starts_at),
        seats_text=words,
    )


@dataclass(frozen=True)
class Listing:
    """One page of the index with its filters."""

    cards: list[SessionCard]
    page: "PaginatorPage[EventSession]"
    city: str
    kind: str
    cities: list[str]
    past: bool

    @property
    def is_filtered(self) -> bool:
        return bool(self.city or self.kind)

    def link(self, **changes: str | int) -> str:
        """Return the query of the same list with ``changes``; parameters without effect are left out."""
        values = {"city": self.city, "kind": self.kind, **changes}
        return "?" + urlencode([(name, value) for name, value in values.items() if value])

    @property
    def filter_links(self) -> list[dict[str, Any]]:
        """The rows of filter links, each with what is chosen."""
        places = [("", _("全部")), *((city, city) for city in self.cities), (_ONLINE, str(EventMode.ONLINE.label))]
        kinds = [("", _("全部")), *((kind.value, str(kind.label)) for kind in EventKind)]
        return [
            {
                "label": _("地点"),
                "links": [{"href": self.link(city=v), "text": t, "current": v == self.city} for v, t in places],
            },
            {
                "label": _("形式"),
                "links": [{"href": self.link(kind=v), "text": t, "current": v == self.kind} for v, t in kinds],
            },
        ]

    @property
    def rest(self) -> str:
        """The query without the page number, for the pager."""
        return self.link().removeprefix("?")


def list_sessions(*, filters: Mapping[str, str], now: datetime, past: bool) -> Listing:
    """Return one page of public sessions. A value that is no city or kind counts as not given: a few queries in all."""
    everything = EventSession.objects.public()
    sessions = everything.past(now) if past else everything.upcoming(now)
    cities = sorted(
        EventPage.objects.live()
        .filter(mode=EventMode.ONSITE, sessions__in=sessions.order_by())
        .values_list("city", flat=True)
        .distinct()
    )
    city, kind = filters.get("city", ""), filters.get("kind", "")
    city = city if city in {*cities, _ONLINE} else ""
    kind = kind if kind in EventKind.values else ""
    if city == _ONLINE:
        sessions = sessions.filter(page__mode=EventMode.ONLINE)
    elif city:
        sessions = sessions.filter(page__city=city, page__mode=EventMode.ONSITE)
    if kind:
        sessions = sessions.filter(page__kind=kind)
    page = Paginator(sessions.select_related("page"), PER_PAGE).get_page(filters.get("page"))
    cards = [present_session(session, now=now) for session in page]
    return Listing(cards=cards, page=page, city=city, kind=kind, cities=cities, past=past)


def upcoming_cards(*, now: datetime, limit: int) -> list[SessionCard]:
    """Return the next public sessions in words, for the home page."""
    sessions = EventSession.objects.public().upcoming(now).select_related("page")[:limit]
    return [present_session(session, now=now) for session in sessions]


def waitlist_position(registration: Registration) -> int:
    """Return how many wait up to and including this one; 0 when it does not wait."""
    if registration.status != RegistrationStatus.WAITLISTED or registration.waitlist_number is None:
        return 0
    waiting = Registration.objects.filter(
        session_id=registration.session_id,
        status=RegistrationStatus.WAITLISTED,
        waitlist_number__lte=registration.waitlist_number,
    )
    return waiting.count()


def waiting_count(session: EventSession) -> int:
    """Return how many registrations wait for a seat."""
    return Registration.objects.filter(session=session, status=RegistrationStatus.WAITLISTED).count()


def registration_by_code(typed: str) -> Registration | None:
    """Return the registration whose ticket code was typed, in whatever case and spacing."""
    return Registration.objects.select_related("session__page").filter(ticket_code=normalise_code(typed)).first()


def active_registration(*, session: EventSession, contact: ContactPoint) -> Registration | None:
    """Return the one place that ``contact`` holds at ``session``, seat or queue."""
    return Registration.objects.active().filter(session=session, contact_point=contact).first()


def registrations_of(user: User) -> list[Registration]:
    """Return what a signed-in person registered for, by account or by one of their contact points."""
    mine = Q(user=user) | Q(contact_point__user=user)
    return list(Registration.objects.filter(mine).select_related("session__page").order_by("session__starts_at"))


def search_registrations(*, session: EventSession, query: str, status: str) -> Any:
    """Return registrations of ``session`` for staff: by ticket code or by the last four digits of the phone."""
    found = Registration.objects.filter(session=session).select_related("contact_point", "second_contact")
    if status in RegistrationStatus.values:
        found = found.filter(status=status)
    typed = normalise_code(query)
    if typed.isdigit() and len(typed) == _LAST_FOUR:
        digest = blind_index(typed, purpose="contact:last4")
        found = found.filter(Q(contact_point__last_four_index=digest) | Q(second_contact__last_four_index=digest))
    elif query.strip():
        found = found.filter(ticket_code__startswith=typed) if typed else found.none()
    return found.order_by("waitlist_number", "created_at", "pk")


def desk_panel(user: User, now: datetime) -> Mapping[str, Any]:
    """Return what waits for ``user`` on the learner's desk: coming registrations, offers first."""
    coming = [r for r in registrations_of(user) if r.is_active and r.session.ends_at > now]
    coming.sort(key=lambda r: (r.status != RegistrationStatus.OFFERED, r.session.starts_at))
    rows = [
        {
            "registration": registration,
            "card": present_session(registration.session, now=now),
            "url": reverse("events:manage", args=[manage_token(registration, now=now)]),
        }
        for registration in coming
    ]
    return {"rows": rows}

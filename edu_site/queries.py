"""What the home page reads from the apps below it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import Promise

from core.dates import short_weekday_text
from courses.enums import Tier
from courses.pages import ArticlePage, LessonPage
from events.models import EventSession

SESSIONS_ON_HOME = 4
LESSONS_ON_HOME = 3
ARTICLES_ON_HOME = 3


@dataclass(frozen=True)
class LessonCount:
    """How many lessons of a tier readers can open, and how many there are with the drafts."""

    tier: str
    live: int
    planned: int


@dataclass(frozen=True)
class SessionLine:
    """A session as the date strip shows it."""

    title: str
    url: str
    starts_at: datetime
    weekday: str | Promise
    city: str
    seats: str


def lesson_counts() -> dict[tuple[str, str], LessonCount]:
    """Return the counts of lessons by track slug and tier."""
    rows = (
        LessonPage.objects.values("track", "tier")
        .annotate(live_count=Count("pk", filter=Q(live=True)), all_count=Count("pk"))
        .order_by()
    )
    return {
        (row["track"], row["tier"]): LessonCount(tier=row["tier"], live=row["live_count"], planned=row["all_count"])
        for row in rows
    }


def tiers_of(counts: dict[tuple[str, str], LessonCount], track: str) -> list[LessonCount]:
    """Return the three tiers of a track in order; a tier without lessons counts zero."""
    return [counts.get((track, tier), LessonCount(tier=tier, live=0, planned=0)) for tier in Tier.values]


def lesson_by_code(code: str) -> Any | None:
    """Return the live lesson with this code, or None."""
    return LessonPage.objects.live().filter(code=code).defer("body", "sources").first()


def newest_lessons() -> list[Any]:
    """Return the lessons that were published last."""
    newest = LessonPage.objects.live().order_by("-first_published_at", "-pk").defer("body", "sources")
    return list(newest[:LESSONS_ON_HOME])


def newest_articles() -> list[Any]:
    """Return the articles that were published last."""
    newest = ArticlePage.objects.live().order_by("-first_published_at", "-pk").defer("body", "sources")
    return list(newest[:ARTICLES_ON_HOME])


def upcoming_sessions(*, now: datetime) -> list[SessionLine]:
    """Return the next public sessions that have not begun, soonest first, in the words of the date strip."""
    coming = EventSession.objects.public().filter(starts_at__gt=now).order_by("starts_at", "pk").select_related("page")
    return [_session_line(session, now=now) for session in coming[:SESSIONS_ON_HOME]]


def _session_line(session: EventSession, *, now: datetime) -> SessionLine:
    starts_at = timezone.localtime(session.starts_at)
    return SessionLine(
        title=session.page.title,
        url=session.page.url,
        starts_at=starts_at,
        weekday=short_weekday_text(starts_at),
        city=session.page.city,
        seats=str(session.seat_state(now).label),
    )

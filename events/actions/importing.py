"""Making event pages with their sessions from parsed data (the demo content)."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from core.actions.publishing import publish_through_review
from core.pagecache import purge_on_commit
from events.actions.sample import create_sample_registrations
from events.models import EventSession
from events.pages import EventIndexPage, EventPage


def import_event_index(*, parent: Page, author: Any, reviewer: Any, now: datetime) -> EventIndexPage:
    """Return ``/events/`` below ``parent``, published through review; make it when it is not there."""
    found = EventIndexPage.objects.first()
    if found is not None:
        return found
    with transaction.atomic():
        page = EventIndexPage(
            title="活动", slug="events", intro="坐下来，|面对面或隔着屏幕，|把一件事弄清楚。", live=False, owner=author
        )
        parent.add_child(instance=page)
        return publish_through_review(page=page, author=author, reviewer=reviewer, now=now)  # type: ignore[no-any-return]


def import_event(*, data: Mapping[str, Any], parent: Page, author: Any, reviewer: Any, now: datetime) -> EventPage:
    """Make and publish one event with its session and invented guests; an event with this slug stays as it is.

    The date is ``days_ahead`` after today in local time; ``capacity`` 0 means no limit.
    """
    found = EventPage.objects.child_of(parent).filter(slug=data["slug"]).first()
    if found is not None:
        return found
    with transaction.atomic():
        page = _draft(data, author)
        parent.add_child(instance=page)
        page = publish_through_review(page=page, author=author, reviewer=reviewer, now=now)
        session = _session(data, page, now)
        purge_on_commit()
    create_sample_registrations(
        session_id=session.pk, seated=data.get("filled", 0), waiting=data.get("waitlisted", 0), now=now
    )
    return page


def _draft(data: Mapping[str, Any], author: Any) -> EventPage:
    return EventPage(
        title=data["title"],
        slug=data["slug"],
        kind=data["kind"],
        mode=data["mode"],
        city=data["city"],
        venue=data["venue"],
        address=data.get("address", ""),
        access_note=data.get("access_note", ""),
        access_options="\n".join(data.get("access_options", [])),
        summary=data["summary"],
        agenda=[("item", dict(item)) for item in data.get("agenda", [])],
        speakers=[("speaker", dict(speaker)) for speaker in data.get("speakers", [])],
        search_description=data.get("search_description", ""),
        live=False,
        owner=author,
    )


def _session(data: Mapping[str, Any], page: EventPage, now: datetime) -> EventSession:
    day = timezone.localdate(now) + timedelta(days=data["days_ahead"])

    def at(clock: str) -> datetime:
        return timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))

    return EventSession.objects.create(
        page=page,
        starts_at=at(data["start"]),
        ends_at=at(data["end"]),
        check_in_at=at(data["checkin"]) if data.get("checkin") else None,
        capacity=data.get("capacity") or None,
        created_at=now,
    )

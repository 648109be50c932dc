"""What stood on the site: versions of record, and when something was taken down."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from compliance.reviews import names_of
from core.models import PublishedVersion

MOST_TITLES = 30
_TAKEN_DOWN = ("wagtail.unpublish", "wagtail.unpublish.scheduled", "wagtail.delete")


@dataclass(frozen=True)
class Standing:
    """A version and the time for which it stood; ``until`` is None while it still does."""

    version: PublishedVersion
    since: datetime
    until: datetime | None


def versions_of(kind: ContentType, object_id: str) -> QuerySet[PublishedVersion]:
    """Return the versions of an object, the newest first."""
    return PublishedVersion.objects.filter(content_type=kind, object_id=object_id).order_by("-published_at", "-pk")


def titled(words: str) -> list[PublishedVersion]:
    """Return what was ever public under a title with all of ``words``, each object once, by its newest such version.

    At most ``MOST_TITLES``, in one query.
    """
    rows = PublishedVersion.objects.select_related("content_type").defer("text").order_by("-published_at", "-pk")
    # Titles are kept without their marks of phrases.
    for word in words.replace("|", "").split():
        rows = rows.filter(title__icontains=word)
    newest = PublishedVersion.objects.filter(
        content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), pk__in=rows.order_by().values("pk")
    ).order_by("-published_at", "-pk")
    return list(rows.filter(pk=Subquery(newest.values("pk")[:1]))[:MOST_TITLES])


def taken_down_at(kind: ContentType, object_id: str) -> list[datetime]:
    """Return when the object was withdrawn or deleted, the oldest first."""
    model = kind.model_class()
    if model is not None and issubclass(model, Page):
        logs: Any = PageLogEntry.objects.filter(page_id=int(object_id))
    else:
        logs = ModelLogEntry.objects.filter(content_type=kind, object_id=object_id)
    return list(logs.filter(action__in=_TAKEN_DOWN).order_by("timestamp").values_list("timestamp", flat=True))


def standings(kind: ContentType, object_id: str) -> list[Standing]:
    """Return every version of the object with the time for which it stood, the newest first."""
    ends = taken_down_at(kind, object_id)
    rows: list[Standing] = []
    following: datetime | None = None
    for version in versions_of(kind, object_id):
        since = version.published_at
        down = next((end for end in ends if end > since and (following is None or end < following)), None)
        rows.append(Standing(version, since, down or following))
        following = since
    return rows


def stood_on(day: date, rows: Sequence[Standing]) -> list[Standing]:
    """Return what stood at any time of ``day``, in the site's time, the newest first."""
    begin = timezone.make_aware(datetime.combine(day, time.min))
    end = begin + timedelta(days=1)
    return [row for row in rows if row.since < end and (row.until is None or row.until > begin)]


def record_of(version: PublishedVersion) -> dict[str, Any]:
    """Return a version as a file that stands for itself: text, people, times, and what somebody answered for."""
    keys = [*version.authors, version.approved_by, *(entry["reviewer"] for entry in version.released)]
    names = names_of(keys)

    def person(key: str) -> dict[str, str]:
        return {"key": key, "name": names.get(key, "")}

    return {
        "object": f"{version.content_type.app_label}.{version.content_type.model}",
        "object_id": version.object_id,
        "revision": version.revision_id,
        "title": version.title,
        "published_at": version.published_at.isoformat(),
        "authors": [person(key) for key in version.authors],
        "approved_by": person(version.approved_by),
        "approved_at": version.approved_at.isoformat(),
        "released": [{**entry, "reviewer": person(entry["reviewer"])} for entry in version.released],
        "text": version.text,
        "text_sha256": hashlib.sha256(version.text.encode()).hexdigest(),
    }

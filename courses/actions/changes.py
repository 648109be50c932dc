"""Recording what changed in a page that was public before."""

from datetime import datetime
from typing import Any

from django.db import transaction

from courses.models.changes import PageChange


def record_change(*, page: Any, revision_id: int, now: datetime) -> PageChange | None:
    """Keep what ``page``, just published again, says of its last change, once for each text.

    None where it says nothing, or nothing new, or was not public before.
    """
    first_time = page.first_published_at == page.last_published_at
    if first_time or not page.change_note or not page.change_kind:
        return None
    with transaction.atomic():
        change, created = PageChange.objects.get_or_create(
            page_id=page.pk,
            text=page.change_note,
            defaults={"kind": page.change_kind, "revision_id": revision_id, "at": now},
        )
    return change if created else None

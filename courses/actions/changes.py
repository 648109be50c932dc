"""Recording what changed in a page that was public before."""

from datetime import datetime
from typing import Any

from django.db import transaction

from courses.models.changes import PageChange


def record_change(*, page: Any, revision_id: int, now: datetime) -> PageChange | None:
    """Keep what ``page``, just published again, says of its last change.

    None where it says nothing, or was not public before, or carries on the words of the change listed last: the same
    words are of a new change only where the form numbered them so, or another change was listed between.
    """
    first_time = page.first_published_at == page.last_published_at
    if first_time or not page.change_note or not page.change_kind:
        return None
    listed = PageChange.objects.filter(page_id=page.pk)
    last = listed.first()
    said = (page.change_kind, page.change_note)
    if last is not None and said == (last.kind, last.text) and page.change_number <= listed.count():
        return None
    with transaction.atomic():
        change, created = PageChange.objects.get_or_create(
            page_id=page.pk,
            revision_id=revision_id,
            defaults={"kind": page.change_kind, "text": page.change_note, "at": now},
        )
    return change if created else None

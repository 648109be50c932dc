"""Keeping the index of references in step with what is written."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from compliance.models import FactReference
from core.revisions import newest_of


def index_references(*, obj: Any) -> None:
    """Bring the index in line with what is live of ``obj`` and what its newest draft says.

    ``obj`` has just been saved, as a draft or live, so that what it holds in memory is one of the two: an object that
    names nothing, and never did, costs one query.
    """
    kind = ContentType.objects.get_for_model(type(obj))
    rows = FactReference.objects.filter(content_type=kind, object_id=str(obj.pk))
    before = {row.key: (row.in_live, row.in_draft) for row in rows}
    if not before and not obj.fact_keys():
        return
    stored = type(obj)._base_manager.filter(pk=obj.pk).first()
    if stored is None:
        return
    live = set(stored.fact_keys()) if stored.live else set()
    draft = set(newest_of(stored).fact_keys())
    after = {key: (key in live, key in draft) for key in live | draft}
    if after == before:
        return
    with transaction.atomic():
        rows.delete()
        FactReference.objects.bulk_create(
            FactReference(key=key, content_type=kind, object_id=str(obj.pk), in_live=in_live, in_draft=in_draft)
            for key, (in_live, in_draft) in sorted(after.items())
        )


def forget_references(*, obj: Any) -> None:
    """Remove what a deleted object named."""
    kind = ContentType.objects.get_for_model(type(obj))
    FactReference.objects.filter(content_type=kind, object_id=str(obj.pk)).delete()

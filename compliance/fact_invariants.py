"""What must always hold of facts."""

from collections.abc import Iterable

from compliance.models import FactReference
from compliance.queries import live_facts


def named_facts_are_live() -> Iterable[str]:
    """Yield a sentence for each public text that names a fact that is not public."""
    rows = FactReference.objects.filter(in_live=True).exclude(key__in=live_facts().values("key"))
    for row in rows.select_related("content_type"):
        yield f"{row.content_type.model} {row.object_id} names the fact {row.key}, which is not live"

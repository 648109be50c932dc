"""Reads of drills. What a reader chose in one is nowhere to be read."""

from django.db.models import QuerySet

from courses.enums import DrillKind
from courses.models import Drill


def public_drills() -> QuerySet[Drill]:
    """Return the public drills, without the steps, which only their own page shows."""
    return Drill.objects.filter(live=True).defer("steps", "sources")


def drills_by_kind() -> list[tuple[str, list[Drill]]]:
    """Return the public drills under the names of their kinds, in one query; a kind without any is left out."""
    drills = list(public_drills())
    groups: list[tuple[str, list[Drill]]] = [
        (str(kind.label), [drill for drill in drills if drill.kind == kind]) for kind in DrillKind
    ]
    return [(label, rows) for label, rows in groups if rows]

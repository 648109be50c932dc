"""Reads of drills. What a reader chose in one is nowhere to be read."""

from collections.abc import Iterable
from itertools import groupby

from django.db.models import QuerySet

from courses.enums import DrillKind
from courses.models import Drill


def public_drills() -> QuerySet[Drill]:
    """Return the public drills, without the steps, which only their own page shows."""
    return Drill.objects.filter(live=True).defer("steps", "sources")


def drills_in_order() -> list[Drill]:
    """Return the public drills kind by kind, in one query."""
    kinds = list(DrillKind)
    return sorted(public_drills(), key=lambda drill: kinds.index(DrillKind(drill.kind)))


def by_kind(drills: Iterable[Drill]) -> list[tuple[str, list[Drill]]]:
    """Return ``drills``, which stand kind by kind, under the names of their kinds."""
    return [(str(DrillKind(kind).label), list(rows)) for kind, rows in groupby(drills, key=lambda drill: drill.kind)]

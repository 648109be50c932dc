"""Every way through a drill ends: asked before it is published, and of what is public at any time."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.errors import PublicationRefusedError
from courses.drills.blocks import nodes_of
from courses.drills.tree import problems
from courses.models import Drill


def check_drill(subject: Any) -> Sequence[Mapping[str, Any]]:
    """Raise ``PublicationRefusedError`` for a drill that cannot be walked; lets nothing else through."""
    if isinstance(subject, Drill):
        found = problems(nodes_of(subject.steps))
        if found:
            raise PublicationRefusedError(
                _("这个演练还走不通：%(problems)s") % {"problems": " ".join(problem.message for problem in found)},
                subject=subject,
            )
    return []


def drills_can_be_walked() -> Iterable[str]:
    """Every way through a public drill ends."""
    for drill in Drill.objects.filter(live=True):
        for problem in problems(nodes_of(drill.steps)):
            yield f"drill {drill.slug}: {problem.message}"

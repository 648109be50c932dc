"""What stands between a drill and its publication: every way through it ends."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.errors import PublicationRefusedError
from courses.drills.blocks import nodes_of
from courses.drills.tree import problems
from courses.models import Drill


def check_drill(obj: Any, revision: Any) -> Sequence[Mapping[str, Any]]:
    """Raise ``PublicationRefusedError`` for a drill that cannot be walked; lets nothing else through."""
    subject = revision.as_object() if revision is not None else obj
    if isinstance(subject, Drill):
        found = problems(nodes_of(subject.steps))
        if found:
            raise PublicationRefusedError(
                _("这个演练还走不通：%(problems)s") % {"problems": " ".join(problem.message for problem in found)},
                subject=subject,
            )
    return []

"""Follow-ups that lead on and lessons that stand once: asked before a path is published, and of what is public."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.errors import PublicationRefusedError
from courses.models import LearningPath


def check_path(subject: Any) -> Sequence[Mapping[str, Any]]:
    """Raise ``PublicationRefusedError`` for a path that leads in a circle, says a lesson twice, or is empty.

    Publishing locks all paths first: two that follow each other cannot go live side by side.
    """
    if isinstance(subject, LearningPath):
        list(LearningPath.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
        problem = subject.loop() or subject.repeated()
        if not problem and not subject.items.all():
            problem = _("这条路径里还没有课。")
        if problem:
            raise PublicationRefusedError(problem, subject=subject)
    return []


def paths_lead_on() -> Iterable[str]:
    """No public path leads back to itself."""
    for path in LearningPath.objects.filter(live=True):
        problem = path.loop()
        if problem:
            yield f"path {path.slug}: {problem}"

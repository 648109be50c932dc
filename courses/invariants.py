"""What must always hold of lessons and progress."""

from collections.abc import Iterable

from django.db.models import F

from courses.models import LessonProgress
from courses.pages import LessonPage


def progress_holds() -> Iterable[str]:
    """Nobody finishes before they start, and no progress is dated before its start."""
    for row in LessonProgress.objects.filter(finished_at__lt=F("started_at")):
        yield f"lesson progress {row.pk}: finished before it started"
    for row in LessonProgress.objects.filter(updated_at__lt=F("started_at")):
        yield f"lesson progress {row.pk}: changed before it started"


def lessons_are_placed() -> Iterable[str]:
    """Track and tier of a lesson agree with its address."""
    for lesson in LessonPage.objects.defer("body", "sources"):
        if f"/{lesson.track}/{lesson.tier}/" not in lesson.url_path:
            yield f"lesson {lesson.code}: track or tier does not agree with {lesson.url_path}"

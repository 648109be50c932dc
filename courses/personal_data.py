"""What the courses know about a person."""

from typing import Any

from accounts.models import User
from core.registries import PersonalDataProvider
from courses.actions.word_importing import forget_upload
from courses.models import DraftUpload, LessonProgress


def export(user: User) -> dict[str, Any]:
    """Return the learner's progress, one entry a lesson."""
    rows = LessonProgress.objects.filter(user=user).select_related("lesson").defer("lesson__body", "lesson__sources")
    return {
        "lessons": [
            {
                "code": row.lesson.code,
                "title": str(row.lesson),
                "started_at": row.started_at.isoformat(),
                "updated_at": row.updated_at.isoformat(),
                "finished_at": row.finished_at.isoformat() if row.finished_at else None,
            }
            for row in rows
        ]
    }


def erase(user: User) -> None:
    """Forget the learner's progress, and the files that a member of staff began to import."""
    for upload in DraftUpload.objects.filter(user=user):
        forget_upload(upload)
    LessonProgress.objects.filter(user=user).delete()


provider = PersonalDataProvider(export=export, erase=erase)

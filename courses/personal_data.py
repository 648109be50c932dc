"""What the courses know about a person."""

from typing import Any

from accounts.models import User
from core.registries import PersonalDataProvider
from courses.actions.word_importing import forget_upload
from courses.models import Certificate, DraftUpload, LessonProgress


def export(user: User) -> dict[str, Any]:
    """Return the learner's progress, one entry a lesson, and certificates."""
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
        ],
        "certificates": [
            {
                "code": row.code,
                "tier": row.tier,
                "issued_at": row.issued_at.isoformat(),
                "content_version": row.content_version,
                "score": row.attempt.score,
                "total": row.attempt.total,
                "shown_name": row.shown_name,
                "shows_score": row.shows_score,
                "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
                "revoked_reason": row.revoked_reason,
            }
            for row in Certificate.objects.filter(user=user).select_related("attempt")
        ],
    }


def erase(user: User) -> None:
    """Forget the learner's progress and certificates, whose codes are then unknown, and a colleague's begun imports."""
    for upload in DraftUpload.objects.filter(user=user):
        forget_upload(upload)
    Certificate.objects.filter(user=user).delete()
    LessonProgress.objects.filter(user=user).delete()


provider = PersonalDataProvider(export=export, erase=erase)

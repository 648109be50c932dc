"""What the courses know about a person."""

from typing import Any

from accounts.models import User
from core.registries import PersonalDataProvider
from courses.actions.word_importing import forget_upload
from courses.models import Bookmark, Certificate, ClarityAnswer, DraftUpload, LessonNote, LessonProgress


def export(user: User) -> dict[str, Any]:
    """Return the learner's progress, one entry a lesson, what they marked, wrote and answered, and certificates."""
    return {
        "lessons": [
            {
                "code": row.lesson_code,
                "title": row.lesson_title,
                "started_at": row.started_at.isoformat(),
                "updated_at": row.updated_at.isoformat(),
                "finished_at": row.finished_at.isoformat() if row.finished_at else None,
                "sections_reached": len(row.reached),
            }
            for row in LessonProgress.objects.filter(user=user)
        ],
        "bookmarks": [
            {
                "code": row.lesson_code,
                "title": row.lesson_title,
                "section": row.section_title,
                "created_at": row.created_at.isoformat(),
            }
            for row in Bookmark.objects.filter(user=user)
        ],
        "notes": [
            {
                "code": row.lesson_code,
                "title": row.lesson_title,
                "text": row.text,
                "created_at": row.created_at.isoformat(),
                "updated_at": row.updated_at.isoformat(),
            }
            for row in LessonNote.objects.filter(user=user)
        ],
        "clarity": [
            {
                "lesson": row.lesson.code,
                "answer": row.get_answer_display(),
                "answered_at": row.answered_at.isoformat(),
            }
            for row in ClarityAnswer.objects.filter(user=user)
            .select_related("lesson")
            .defer("lesson__body", "lesson__sources")
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
    """Forget what the learner did, marked, wrote and answered, and a colleague's begun imports.

    The codes of their certificates are then unknown.
    """
    for upload in DraftUpload.objects.filter(user=user):
        forget_upload(upload)
    Certificate.objects.filter(user=user).delete()
    for model in (LessonProgress, Bookmark, LessonNote, ClarityAnswer):
        model._base_manager.filter(user=user).delete()


provider = PersonalDataProvider(export=export, erase=erase)

"""Remembering how far a learner is."""

import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from courses.errors import LessonUnavailableError
from courses.models import LessonProgress
from courses.pages import LessonPage

_ANCHOR = re.compile(r"^(s|b)[0-9]{1,3}$")


def record_progress(
    *, user: User, lesson_id: int, now: datetime, anchor: str = "", finished: bool = False
) -> LessonProgress:
    """Store where the learner is and, when ``finished``, that they finished; the first time of finishing stays.

    One row for learner and lesson however often and however simultaneously this is asked. An unknown ``anchor`` is
    not stored. Raises ``LessonUnavailableError`` for a lesson that is not public.
    """
    if not LessonPage.objects.live().filter(pk=lesson_id).exists():
        raise LessonUnavailableError(_("这一课现在没有公开。"))
    with transaction.atomic():
        progress = _locked(user, lesson_id, now)
        if _ANCHOR.match(anchor):
            progress.last_anchor = anchor
        if finished and progress.finished_at is None:
            progress.finished_at = now
        progress.updated_at = now
        progress.save(update_fields=("last_anchor", "finished_at", "updated_at"))
    return progress


def _locked(user: User, lesson_id: int, now: datetime) -> LessonProgress:
    rows = LessonProgress.objects.select_for_update().filter(user=user, lesson_id=lesson_id)
    found = rows.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return LessonProgress.objects.create(user=user, lesson_id=lesson_id, started_at=now, updated_at=now)
    except IntegrityError:
        # Another request made the row in between.
        return rows.get()

"""Taking the answer to 「说清楚了吗？」."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.enums import Clarity
from courses.errors import ClarityInvalidError, LessonUnavailableError
from courses.learning.sections import section_by, sections_of
from courses.models import ClarityAnswer
from courses.pages import LessonPage

# Every lesson is looked at again within a year: what guests said of it is read by then.
GUEST_ANSWERS_KEPT = timedelta(days=365)


def answer_clarity(
    *, lesson_id: int, user: Any, visitor: str, answer: str, block: str = "", now: datetime
) -> ClarityAnswer:
    """Keep whether the public version of a lesson was clear; a later answer of the same reader takes its place.

    The reader is ``user``, or without an account the digest ``visitor`` of a browser's session. Raises
    ``LessonUnavailableError`` for a lesson that is not public, ``ClarityInvalidError`` for an answer that there is not
    or, where something was not understood, without the section.
    """
    lesson = LessonPage.objects.live().filter(pk=lesson_id).first()
    if lesson is None:
        raise LessonUnavailableError(_("这一课现在没有公开。"))
    if answer not in Clarity.values:
        raise ClarityInvalidError(_("请选一项。"))
    sections = sections_of(lesson)
    if answer != Clarity.PARTLY:
        block = ""
    elif sections and section_by(sections, block) is None:
        raise ClarityInvalidError(_("请选是哪一节没懂。"))
    reader = {"user": user, "visitor": ""} if user is not None else {"user": None, "visitor": visitor}
    values = {
        "answer": answer,
        "block": block if sections else "",
        "revision_id": lesson.live_revision_id or 0,
        "answered_at": now,
    }
    with transaction.atomic():
        stored, _created = ClarityAnswer.objects.update_or_create(lesson=lesson, **reader, defaults=values)
    return stored


def adopt_answers(*, visitor: str, user: Any) -> None:
    """Give a guest's answers to ``user``; where the account has answered the same lesson, the later answer stays."""
    with transaction.atomic():
        guest = {row.lesson_id: row for row in ClarityAnswer.objects.select_for_update().filter(visitor=visitor)}
        for own in ClarityAnswer.objects.select_for_update().filter(user=user, lesson_id__in=guest):
            theirs = guest[own.lesson_id]
            earlier = own if theirs.answered_at > own.answered_at else theirs
            earlier.delete()
        ClarityAnswer.objects.filter(visitor=visitor).update(user=user, visitor="")


def purge_guest_answers(*, now: datetime) -> int:
    """Delete what guests answered more than a year ago; return how many. An account's answers go with the account."""
    old = ClarityAnswer.objects.filter(user__isnull=True, answered_at__lt=now - GUEST_ANSWERS_KEPT)
    return old.delete()[0]

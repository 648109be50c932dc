"""What readers of the demo left in lessons, by the actions that pages call."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from core.actions.publishing import publish_through_review
from courses.actions.clarity import answer_clarity
from courses.actions.notes import add_bookmark, save_note
from courses.actions.progress import record_progress
from courses.enums import ChangeKind, Clarity
from courses.learning.sections import sections_of
from courses.models import ClarityAnswer, LessonProgress, PageChange
from courses.pages import LessonPage

_FINISHED, _BEGUN, _CHANGED = "D-01", "D-03", "D-01"
_NOTE = "问清楚两件事：买进去要交多少，放一年要交多少。下次看资料先找这两行。"
_CHANGE = "“今天就能做”一节的第三步写明了查机构名录的网址，请自己输入，不点别人发的链接。"


def leave_traces(*, people: Mapping[str, User], author: Any, reviewer: Any, now: datetime) -> None:
    """Let one investor read, mark and note, several say whether it was clear, and one lesson change afterwards.

    A second time changes nothing.
    """
    lessons = {lesson.code: lesson for lesson in LessonPage.objects.live().filter(code__in=(_FINISHED, _BEGUN))}
    reader = people["investor1"]
    if not LessonProgress.objects.filter(user=reader).exists():
        _read(reader, lessons, now)
    if not ClarityAnswer.objects.exists():
        _answer(people, lessons[_BEGUN], now)
    if not PageChange.objects.exists():
        changed = lessons[_CHANGED]
        changed.change_kind, changed.change_note = ChangeKind.UPDATE, _CHANGE
        publish_through_review(page=changed, author=author, reviewer=reviewer, now=now)


def _read(reader: User, lessons: Mapping[str, LessonPage], now: datetime) -> None:
    sections = sections_of(lessons[_BEGUN])
    whole = [section.block for section in sections_of(lessons[_FINISHED])]
    record_progress(
        user=reader, lesson_id=lessons[_FINISHED].pk, reached=whole, place=whole[-1], finished=True, now=now
    )
    reached = [section.block for section in sections[:3]]
    record_progress(user=reader, lesson_id=lessons[_BEGUN].pk, reached=reached, place=reached[-1], now=now)
    add_bookmark(user=reader, lesson_id=lessons[_BEGUN].pk, block=sections[1].block, now=now)
    save_note(user=reader, lesson_id=lessons[_BEGUN].pk, text=_NOTE, version=0, now=now)


def _answer(people: Mapping[str, User], lesson: LessonPage, now: datetime) -> None:
    sections = sections_of(lesson)
    answers = [(Clarity.CLEAR, "")] * 6 + [(Clarity.PARTLY, sections[2].block)] * 2 + [(Clarity.UNCLEAR, "")]
    for number, (answer, block) in enumerate(answers, start=2):
        answer_clarity(
            lesson_id=lesson.pk, user=people[f"investor{number}"], visitor="", answer=answer, block=block, now=now
        )

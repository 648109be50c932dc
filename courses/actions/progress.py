"""Remembering how far a learner is, from the lesson itself and from a browser that read without an account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from courses.errors import LessonUnavailableError
from courses.learning.sections import place_in, sections_of
from courses.models import LessonProgress
from courses.pages import LessonPage

_WRITTEN = (
    "lesson_title",
    "lesson_code",
    "reached",
    "last_block",
    "started_at",
    "updated_at",
    "finished_at",
    "changes_seen_at",
)


@dataclass(frozen=True)
class GuestProgress:
    """What a browser remembers of one lesson; times are the browser's own and may be wrong."""

    lesson_id: int
    reached: tuple[str, ...]
    last_block: str
    read_at: datetime
    finished_at: datetime | None


def record_progress(
    *,
    user: User,
    lesson_id: int,
    now: datetime,
    place: str = "",
    reached: Sequence[str] = (),
    finished: bool = False,
) -> LessonProgress:
    """Store where the learner is and, when ``finished``, that they finished; the first time of finishing stays.

    One row for learner and lesson however often and however simultaneously this is asked; what was reached is only
    added to. ``place`` and ``reached`` are ids of section blocks; others are not stored. Raises
    ``LessonUnavailableError`` for a lesson that is not public.
    """
    lesson = LessonPage.objects.live().filter(pk=lesson_id).first()
    if lesson is None:
        raise LessonUnavailableError(_("这一课现在没有公开。"))
    with transaction.atomic():
        progress = lock_progress(user, {lesson_id: lesson}, {lesson_id: now})[0]
        _reach(progress, lesson, [*reached, place])
        if place in progress.reached:
            progress.last_block = place
        if finished and progress.finished_at is None:
            progress.finished_at = max(now, progress.started_at)
        progress.updated_at = max(now, progress.updated_at)
        progress.save(update_fields=_WRITTEN)
    return progress


def merge_progress(*, user: User, entries: Sequence[GuestProgress], now: datetime) -> int:
    """Add what a browser remembers to the learner's progress; return how many lessons it knew.

    The earliest finish and the furthest reading win, so that the same entries again change nothing. Lessons that are
    not public are skipped. A time later than ``now``, or before the lesson was public, becomes the nearest possible.
    """
    given = {entry.lesson_id: entry for entry in entries}
    lessons = {lesson.pk: lesson for lesson in LessonPage.objects.live().filter(pk__in=given)}
    possible = {pk: _possible(given[pk], lesson, now) for pk, lesson in lessons.items()}
    began = {pk: min(entry.read_at, entry.finished_at or entry.read_at) for pk, entry in possible.items()}
    with transaction.atomic():
        for progress in lock_progress(user, lessons, began):
            _merge(progress, lessons[progress.lesson_id], possible[progress.lesson_id])
            progress.save(update_fields=_WRITTEN)
    return len(lessons)


def mark_changes_seen(*, user: User, lesson_id: int, until: datetime) -> None:
    """Put away the changes of a lesson up to ``until``; later ones are shown. A second time changes nothing."""
    rows = LessonProgress.objects.filter(user=user, lesson_id=lesson_id)
    rows.exclude(changes_seen_at__gte=until).update(changes_seen_at=until)


def lock_progress(user: User, lessons: Mapping[Any, Any], began: Mapping[Any, datetime]) -> list[LessonProgress]:
    """Return the rows of ``user`` for ``lessons``, made where they are missing, locked in the order of the lessons."""
    rows = LessonProgress.objects.filter(user=user, lesson_id__in=list(lessons))
    known = set(rows.values_list("lesson_id", flat=True))
    fresh = []
    for pk in sorted(set(lessons) - known):
        row = LessonProgress(user=user, lesson_id=pk, started_at=began[pk], updated_at=began[pk])
        row.name_lesson(lessons[pk])
        fresh.append(row)
    # Another request may make one in between: its row is the one that counts.
    LessonProgress.objects.bulk_create(fresh, ignore_conflicts=True)
    return list(locked(rows).order_by("lesson_id"))


def locked(rows: QuerySet[LessonProgress]) -> QuerySet[LessonProgress]:
    """Let whoever else writes to ``rows`` wait: what one request adds, another one then sees."""
    return rows.select_for_update()


def _reach(progress: LessonProgress, lesson: Any, blocks: Sequence[str]) -> None:
    """Add those of ``blocks`` that are sections of ``lesson``; what it no longer has is forgotten."""
    reached = {*progress.reached, *blocks}
    progress.reached = [section.block for section in sections_of(lesson) if section.block in reached]
    progress.name_lesson(lesson)


def _possible(entry: GuestProgress, lesson: Any, now: datetime) -> GuestProgress:
    """Return ``entry`` with times at which the lesson can have been read."""
    earliest = min(lesson.first_published_at or now, now)
    finished_at = entry.finished_at and min(max(entry.finished_at, earliest), now)
    return replace(entry, read_at=min(max(entry.read_at, earliest), now), finished_at=finished_at)


def _merge(progress: LessonProgress, lesson: Any, entry: GuestProgress) -> None:
    _reach(progress, lesson, [*entry.reached, entry.last_block])
    sections = sections_of(lesson)
    theirs, ours = place_in(sections, entry.last_block), place_in(sections, progress.last_block)
    if theirs is not None and (ours is None or theirs.number > ours.number):
        progress.last_block = entry.last_block
    if entry.finished_at is not None:
        progress.finished_at = min(progress.finished_at or entry.finished_at, entry.finished_at)
    progress.started_at = min(progress.started_at, entry.read_at, progress.finished_at or entry.read_at)
    progress.updated_at = max(progress.updated_at, entry.read_at)

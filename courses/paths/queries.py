"""Reads of paths: what the public sees, what comes after a lesson, and how far somebody is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from courses.models import LearningPath, LessonProgress, PathItem
from courses.pages import LessonPage

DESK_PATHS = 4


@dataclass(frozen=True)
class NextStep:
    """A path that a lesson stands in: its place there, and the item after it (None at the end)."""

    path: LearningPath
    place: int
    total: int
    following: PathItem | None


@dataclass(frozen=True)
class PathProgress:
    """How far somebody is in a path; ``go_on`` is the first item not finished, None when all are."""

    path: LearningPath
    done: int
    total: int
    go_on: PathItem | None
    anchor: str
    finished: frozenset[int]

    @property
    def begun(self) -> bool:
        return bool(self.done or self.anchor or self.finished)


def public_paths() -> QuerySet[LearningPath]:
    """Return the public paths with their items, whose lessons come without their text, in two queries."""
    return LearningPath.objects.filter(live=True).prefetch_related(_with_lessons())


def _with_lessons() -> Prefetch:
    items = PathItem.objects.select_related("lesson", "drill").defer(
        "lesson__body", "lesson__sources", "drill__steps", "drill__sources"
    )
    return Prefetch("items", queryset=items)


def shown_paths() -> list[LearningPath]:
    """Return the public paths in which at least one lesson is public."""
    return [path for path in public_paths() if path.steps]


def next_in_paths(lesson: LessonPage) -> list[NextStep]:
    """Return the public paths in which ``lesson`` stands, each with what follows there, in one query."""
    items = (
        PathItem.objects.filter(path__live=True, path__items__lesson=lesson.pk, lesson__live=True)
        .select_related("path", "lesson")
        .only(
            "sort_order", "reason", "path__title", "path__slug", "lesson__title", "lesson__url_path", "lesson__minutes",
            "lesson__slug", "lesson__tier", "lesson__path", "lesson__live",
        )
        .order_by("path__order", "path_id", "sort_order", "pk")
    )  # fmt: skip
    found = []
    for _key, group in groupby(items, key=lambda item: item.path_id):
        row = list(group)
        place = next((number for number, item in enumerate(row, start=1) if item.lesson_id == lesson.pk), 0)
        if place:
            found.append(NextStep(row[0].path, place, len(row), row[place] if place < len(row) else None))
    return found


def progress_in(path: LearningPath, user: User) -> PathProgress:
    """Return how far ``user`` is in the public part of ``path``, in one query."""
    rows = _progress_rows(user, [path])
    return _progress(path, rows)


def begun_paths(user: User) -> list[PathProgress]:
    """Return the public paths of which ``user`` has begun a lesson: unfinished ones first, the last read first."""
    paths = shown_paths()
    rows = _progress_rows(user, paths)
    begun = [_progress(path, rows) for path in paths if any(item.lesson_id in rows for item in path.steps)]

    def last_read(row: PathProgress) -> float:
        times = [rows[item.lesson_id].updated_at for item in row.path.steps if item.lesson_id in rows]
        return max(times).timestamp()

    return sorted(begun, key=lambda row: (row.go_on is None, -last_read(row)))[:DESK_PATHS]


def desk_context(user: User, now: datetime) -> Mapping[str, Any] | None:
    """Return the paths begun; None for who has begun none."""
    paths = begun_paths(user)
    return {"paths": paths} if paths else None


def _progress_rows(user: User, paths: Sequence[LearningPath]) -> dict[int | None, LessonProgress]:
    lessons = {item.lesson_id for path in paths for item in path.steps}
    return {row.lesson_id: row for row in LessonProgress.objects.filter(user=user, lesson__in=lessons)}


def _progress(path: LearningPath, rows: Mapping[int | None, LessonProgress]) -> PathProgress:
    finished = frozenset(
        item.lesson_id
        for item in path.steps
        if item.lesson_id and (row := rows.get(item.lesson_id)) is not None and row.finished_at is not None
    )
    go_on = next((item for item in path.steps if item.lesson_id not in finished), None)
    current = rows.get(go_on.lesson_id) if go_on else None
    return PathProgress(path, len(finished), len(path.steps), go_on, current.last_anchor if current else "", finished)

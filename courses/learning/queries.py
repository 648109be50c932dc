"""What one reader sees of their own learning. Nothing of it reaches anybody else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Value

from accounts.models import User
from courses.enums import Tier
from courses.learning.sections import Place, Section, place_in, section_by, sections_of
from courses.learning.suggestions import Candidate, Reason, suggest
from courses.models import Bookmark, LessonNote, LessonProgress, PageChange
from courses.pages import LessonPage
from quizzes.queries import lessons_passed

_DESK_ROWS = 5
_SUGGESTED = 3
_CHANGES_ON_DESK = 5
NOTES_A_PAGE = 20


@dataclass(frozen=True)
class LearnedRow:
    """A lesson on the desk that was finished; ``lesson`` is None once it is withdrawn."""

    progress: LessonProgress
    lesson: LessonPage | None
    mastered: bool


@dataclass(frozen=True)
class SuggestedRow:
    """A lesson that is worth reading next, and why."""

    lesson: LessonPage
    place: Place | None
    begun_at: datetime | None
    reason: Reason


@dataclass(frozen=True)
class BookmarkRow:
    """A bookmark with the place that it leads to; None where lesson or section is gone."""

    bookmark: Bookmark
    url: str | None


@dataclass(frozen=True)
class LessonState:
    """How one reader stands with one lesson."""

    lesson: LessonPage
    sections: list[Section]
    progress: LessonProgress | None
    place: Place | None
    mastered: bool
    bookmarks: list[BookmarkRow]
    note: LessonNote | None
    changes: list[PageChange]

    @property
    def is_bookmarked(self) -> bool:
        return any(not row.bookmark.block for row in self.bookmarks)


@dataclass(frozen=True)
class Mark:
    """What a list of lessons says of one of them: finished, mastered, or only begun."""

    lesson: LessonPage
    finished: bool
    mastered: bool


def lesson_state(user: User, lesson: LessonPage) -> LessonState:
    """Return how ``user`` stands with ``lesson``, in five queries."""
    sections = sections_of(lesson)
    progress = LessonProgress.objects.filter(user=user, lesson=lesson).first()
    bookmarks = list(Bookmark.objects.filter(user=user, lesson=lesson).order_by("created_at", "pk"))
    return LessonState(
        lesson=lesson,
        sections=sections,
        progress=progress,
        place=place_in(sections, progress.last_block) if progress else None,
        mastered=lessons_passed(user, [lesson.pk]).get(lesson.pk, False),
        bookmarks=[_bookmark_row(row, lesson, sections) for row in bookmarks],
        note=LessonNote.objects.filter(user=user, lesson=lesson).first(),
        changes=_unseen_changes([progress]).get(lesson.pk, []) if progress and progress.finished_at else [],
    )


def marks_below(user: User, parent: Any) -> list[Mark]:
    """Return what ``user`` did in the public lessons at or below ``parent``, in their order, in three queries."""
    lessons = list(LessonPage.objects.descendant_of(parent).live().order_by("path").defer("body", "sources"))
    rows = {row.lesson_id: row for row in LessonProgress.objects.filter(user=user, lesson__in=lessons)}
    passed = lessons_passed(user, [lesson.pk for lesson in lessons])
    marks = []
    for lesson in lessons:
        row, mastered = rows.get(lesson.pk), passed.get(lesson.pk, False)
        if row is not None or mastered:
            marks.append(Mark(lesson, bool(row and row.finished_at), mastered))
    return marks


def desk_context(user: User, now: datetime) -> Mapping[str, Any]:
    """Return what the learner's desk shows of lessons, in a number of queries that does not grow with them."""
    mine = LessonProgress.objects.filter(user=user).select_related("lesson").defer("lesson__body", "lesson__sources")
    rows = list(mine.order_by("-updated_at", "-pk"))
    passed = lessons_passed(user)
    suggested = _suggested(rows, passed)
    done = [row for row in rows if row.finished_at or row.public_lesson is None][:_DESK_ROWS]
    changes = _unseen_changes(row for row in rows if row.finished_at and row.public_lesson)
    titles = {row.lesson_id: row.lesson for row in rows}
    return {
        "begun": [row for row in suggested if row.reason is Reason.BEGUN],
        "suggested": [row for row in suggested if row.reason is not Reason.BEGUN],
        "done": [LearnedRow(row, row.public_lesson, bool(passed.get(row.lesson_id or 0))) for row in done],
        "changes": [{"lesson": titles[pk], "changes": found} for pk, found in changes.items()][:_CHANGES_ON_DESK],
    }


def _suggested(rows: Iterable[LessonProgress], passed: Mapping[int, bool]) -> list[SuggestedRow]:
    """Return what was begun last and, apart from that, what is worth reading next."""
    mine = {row.lesson_id: row for row in rows if row.public_lesson}
    tiers = {tier: number for number, tier in enumerate(Tier.values)}
    public = LessonPage.objects.live().order_by("path").values_list("pk", "tier")
    candidates = []
    for order, (pk, tier) in enumerate(public):
        row = mine.get(pk)
        candidates.append(
            Candidate(
                lesson_id=pk,
                tier=tiers.get(tier, len(tiers)),
                order=order,
                begun_at=row.updated_at if row else None,
                finished=bool(row and row.finished_at),
                mastered=passed.get(pk, False),
                failed=not passed.get(pk, True),
            )
        )
    everything = suggest(candidates, len(candidates))
    begun = [item for item in everything if item.reason is Reason.BEGUN][:_SUGGESTED]
    chosen = [*begun, *[item for item in everything if item.reason is not Reason.BEGUN][:_SUGGESTED]]
    lessons = LessonPage.objects.in_bulk([item.lesson_id for item in chosen])
    found = []
    for item in chosen:
        lesson, row = lessons[item.lesson_id], mine.get(item.lesson_id)
        place = place_in(sections_of(lesson), row.last_block) if row else None
        found.append(SuggestedRow(lesson, place, row.updated_at if row else None, item.reason))
    return found


def _unseen_changes(rows: Iterable[LessonProgress]) -> dict[int, list[PageChange]]:
    """Return by lesson the changes since each row was finished that were not put away, in one query."""
    since = {row.lesson_id: max(row.finished_at, row.changes_seen_at or row.finished_at) for row in rows}  # type: ignore[type-var]
    found: dict[int, list[PageChange]] = {}
    for change in PageChange.objects.filter(page__in=list(since)) if since else ():
        if change.at > since[change.page_id]:  # type: ignore[operator]
            found.setdefault(change.page_id, []).append(change)
    return found


def kept_by(user: User) -> "Paginator[Any]":
    """Return pages of what ``user`` noted and marked, the latest first; ``filled`` makes rows of one page."""
    notes = LessonNote.objects.filter(user=user).order_by().values_list("pk", "updated_at")
    marks = Bookmark.objects.filter(user=user).order_by().values_list("pk", "created_at")
    both = notes.annotate(kind=Value("note")).union(marks.annotate(kind=Value("bookmark")), all=True)
    return Paginator(both.order_by("-updated_at", "-pk"), NOTES_A_PAGE)


def filled(entries: Iterable[tuple[int, datetime, str]]) -> list[LessonNote | BookmarkRow]:
    """Return the notes and bookmarks that ``entries`` name, in two queries."""
    found = list(entries)
    notes = LessonNote.objects.select_related("lesson").defer("lesson__body", "lesson__sources")
    marks = Bookmark.objects.select_related("lesson")
    noted = notes.in_bulk([pk for pk, _at, kind in found if kind == "note"])
    marked = marks.in_bulk([pk for pk, _at, kind in found if kind == "bookmark"])
    rows: list[LessonNote | BookmarkRow] = []
    for pk, _at, kind in found:
        if kind == "note":
            rows.append(noted[pk])
        else:
            lesson = marked[pk].public_lesson
            rows.append(_bookmark_row(marked[pk], lesson, sections_of(lesson) if lesson else []))
    return rows


def _bookmark_row(bookmark: Bookmark, lesson: Any, sections: list[Section]) -> BookmarkRow:
    if lesson is None:
        return BookmarkRow(bookmark, None)
    section = section_by(sections, bookmark.block)
    return BookmarkRow(bookmark, f"{lesson.url}#{section.anchor}" if section else lesson.url)

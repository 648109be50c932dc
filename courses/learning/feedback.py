"""What readers said of the clarity of lessons, counted: never who said it, never of fewer than five."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.enums import Clarity
from courses.learning.sections import section_by, sections_of
from courses.models import ClarityAnswer
from courses.pages import LessonPage

# From so many answers on it is no longer a guess what one of a few readers said.
SHOWN_FROM = 5
_CLEAR = Q(answer=Clarity.CLEAR)
_NOW = Q(revision_id=F("lesson__live_revision_id"))


@dataclass(frozen=True)
class Share:
    """How many answered and how many found it clear; ``section`` is the one that most did not understand, or empty."""

    total: int
    clear: int
    section: str

    @property
    def is_shown(self) -> bool:
        return self.total >= SHOWN_FROM

    @property
    def percent(self) -> int:
        """The share that found it clear, in percent, rounded half up."""
        return (200 * self.clear + self.total) // (2 * self.total) if self.total else 0


@dataclass(frozen=True)
class LessonFeedback:
    """What was answered about the version that is public now, and about all versions."""

    now: Share
    ever: Share


def lessons_with_feedback() -> QuerySet[LessonPage]:
    """Return the public lessons with enough answers, those with the most first."""
    counted = ClarityAnswer.objects.filter(lesson=OuterRef("pk")).order_by().values("lesson").annotate(n=Count("pk"))
    lessons: QuerySet[LessonPage] = (
        LessonPage.objects.live()
        .annotate(answers=Coalesce(Subquery(counted.values("n")), 0))
        .filter(answers__gte=SHOWN_FROM)
        .order_by("-answers", "code")
    )
    return lessons


def feedback_on(lessons: Iterable[LessonPage]) -> dict[int, LessonFeedback]:
    """Return by lesson what was answered, in two queries however many lessons there are."""
    known = list(lessons)
    answers = ClarityAnswer.objects.filter(lesson__in=known).order_by()
    counts = answers.values("lesson").annotate(
        total=Count("pk"),
        clear=Count("pk", filter=_CLEAR),
        total_now=Count("pk", filter=_NOW),
        clear_now=Count("pk", filter=_CLEAR & _NOW),
    )
    by_lesson: dict[int, Mapping[str, Any]] = {row["lesson"]: row for row in counts}
    rows = answers.exclude(block="").values("lesson", "block").annotate(ever=Count("pk"), now=Count("pk", filter=_NOW))
    named: list[Mapping[str, Any]] = list(rows)
    found = {}
    for lesson in known:
        row = by_lesson.get(lesson.pk, {"total": 0, "clear": 0, "total_now": 0, "clear_now": 0})
        blocks = [item for item in named if item["lesson"] == lesson.pk]
        found[lesson.pk] = LessonFeedback(
            now=Share(row["total_now"], row["clear_now"], _most_named(lesson, blocks, "now")),
            ever=Share(row["total"], row["clear"], _most_named(lesson, blocks, "ever")),
        )
    return found


def _most_named(lesson: LessonPage, blocks: list[Mapping[str, Any]], count: str) -> str:
    """Return the title of the section that was named most, the earlier of two; empty where none was."""
    sections = sections_of(lesson)
    best, most = "", 0
    for section in sections:
        times = next((item[count] for item in blocks if section_by([section], item["block"])), 0)
        if times > most:
            best, most = section.title, times
    return best

"""The suggested order of lessons: a suggestion with its reason, never a lock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Reason(Enum):
    """Why a lesson is suggested."""

    BEGUN = "begun"
    FAILED = "failed"
    NEXT = "next"


@dataclass(frozen=True)
class Candidate:
    """A public lesson as one learner stands with it; ``tier`` and ``order`` count from the easiest and the first."""

    lesson_id: int
    tier: int
    order: int
    begun_at: datetime | None = None
    finished: bool = False
    mastered: bool = False
    failed: bool = False


@dataclass(frozen=True)
class Suggestion:
    """A lesson and why it is worth reading next."""

    lesson_id: int
    reason: Reason


def suggest(candidates: Iterable[Candidate], count: int) -> list[Suggestion]:
    """Return at most ``count`` lessons in the order in which they are worth reading.

    What was begun stands first, the latest before the others. Then tier by tier: lessons whose quiz was not passed,
    finished or not, before new ones, each in the order of the syllabus. Mastered lessons, and finished ones whose quiz
    was not failed, are left out.
    """
    found: list[tuple[tuple[float, ...], Suggestion]] = []
    for candidate in candidates:
        reason = _reason(candidate)
        if reason is None:
            continue
        if reason is Reason.BEGUN and candidate.begun_at is not None:
            key: tuple[float, ...] = (0, -candidate.begun_at.timestamp(), candidate.order)
        else:
            key = (1, candidate.tier, reason is Reason.NEXT, candidate.order)
        found.append((key, Suggestion(candidate.lesson_id, reason)))
    return [suggestion for _key, suggestion in sorted(found, key=lambda row: row[0])[:count]]


def _reason(candidate: Candidate) -> Reason | None:
    if candidate.mastered:
        return None
    if candidate.begun_at is not None and not candidate.finished:
        return Reason.BEGUN
    if candidate.failed:
        return Reason.FAILED
    return None if candidate.finished else Reason.NEXT

"""Two devices at once lose neither a finish nor a section; without the lock, what one wrote is gone."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from courses.actions import progress as actions
from courses.actions.notes import save_note
from courses.actions.progress import record_progress
from courses.errors import NoteConflictError
from courses.learning.sections import sections_of
from courses.models import LessonNote, LessonProgress
from courses.pages import LessonPage
from tests.courses.learning.conftest import three_sections
from tests.factories.accounts import InvestorFactory
from tests.factories.courses import CourseSite

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
# Three that report a section each, and one that finishes.
THREADS = 4


@pytest.fixture
def lesson() -> LessonPage:
    return CourseSite().lesson(**three_sections())


def _at_once(work: Callable[[int], object]) -> list[object]:
    """Run ``work`` in threads that start together; return what each returned or raised."""
    barrier = threading.Barrier(THREADS)
    outcomes: list[object] = [None] * THREADS

    def run(index: int) -> None:
        try:
            barrier.wait(timeout=10)
            outcomes[index] = work(index)
        except Exception as error:  # noqa: BLE001 -- the outcome is what the test looks at
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def _read(user: User, lesson: LessonPage) -> Callable[[int], object]:
    blocks = [section.block for section in sections_of(lesson)]

    def work(index: int) -> object:
        if index == len(blocks):
            return record_progress(user=user, lesson_id=lesson.pk, now=NOW, finished=True)
        return record_progress(user=user, lesson_id=lesson.pk, now=NOW, place=blocks[index])

    return work


def _kept(lesson: LessonPage) -> tuple[int, bool]:
    row = LessonProgress.objects.get(lesson=lesson)
    return len(row.reached), row.finished_at is not None


def test_devices_at_once_lose_nothing(lesson: LessonPage) -> None:
    outcomes = _at_once(_read(InvestorFactory(), lesson))

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert _kept(lesson) == (3, True)


def test_control_without_the_lock_something_is_lost(lesson: LessonPage, monkeypatch: pytest.MonkeyPatch) -> None:
    user = InvestorFactory()
    record_progress(user=user, lesson_id=lesson.pk, now=NOW)
    everyone_has_read = threading.Barrier(THREADS)
    reach = actions._reach

    def meet(*arguments: Any) -> None:
        everyone_has_read.wait(timeout=10)
        reach(*arguments)

    monkeypatch.setattr(actions, "locked", lambda rows: rows)
    monkeypatch.setattr(actions, "_reach", meet)

    _at_once(_read(user, lesson))

    assert _kept(lesson) != (3, True)


def test_tabs_that_write_the_first_note_at_once_keep_one_and_tell_the_others(lesson: LessonPage) -> None:
    user = InvestorFactory()

    outcomes = _at_once(lambda n: save_note(user=user, lesson_id=lesson.pk, text=f"第{n}份", version=0, now=NOW))

    kept = LessonNote.objects.get()
    refused = [outcome for outcome in outcomes if isinstance(outcome, NoteConflictError)]
    assert len(refused) == THREADS - 1
    assert {error.note.text for error in refused} == {kept.text}

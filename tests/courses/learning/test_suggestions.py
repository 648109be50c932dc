"""The suggested order, as a pure function."""

from datetime import UTC, datetime, timedelta

import pytest

from courses.learning.suggestions import Candidate, Reason, suggest

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def _order(*candidates, count=9):
    return [(item.lesson_id, item.reason) for item in suggest(candidates, count)]


def test_new_lessons_come_by_tier_then_by_the_syllabus():
    found = _order(Candidate(1, tier=1, order=0), Candidate(2, tier=0, order=5), Candidate(3, tier=0, order=2))
    assert found == [(3, Reason.NEXT), (2, Reason.NEXT), (1, Reason.NEXT)]


def test_what_was_begun_comes_first_the_latest_before_the_others():
    found = _order(
        Candidate(1, tier=0, order=0),
        Candidate(2, tier=2, order=9, begun_at=NOON - timedelta(days=1)),
        Candidate(3, tier=1, order=4, begun_at=NOON),
    )
    assert found == [(3, Reason.BEGUN), (2, Reason.BEGUN), (1, Reason.NEXT)]


@pytest.mark.parametrize("finished", [True, False])
def test_a_failed_quiz_brings_its_lesson_back_before_new_ones_of_its_tier_and_above(finished):
    failed = Candidate(1, tier=1, order=9, begun_at=NOON if finished else None, finished=finished, failed=True)
    found = _order(failed, Candidate(2, tier=1, order=1), Candidate(3, tier=2, order=0), Candidate(4, tier=0, order=3))
    assert found == [(4, Reason.NEXT), (1, Reason.FAILED), (2, Reason.NEXT), (3, Reason.NEXT)]


def test_finished_and_mastered_lessons_are_left_out():
    finished = Candidate(1, tier=0, order=0, begun_at=NOON, finished=True)
    mastered = Candidate(2, tier=0, order=1, begun_at=NOON, mastered=True, failed=False)
    assert _order(finished, mastered, Candidate(3, tier=0, order=2)) == [(3, Reason.NEXT)]


def test_no_more_than_was_asked_for():
    assert len(_order(*(Candidate(n, tier=0, order=n) for n in range(9)), count=3)) == 3

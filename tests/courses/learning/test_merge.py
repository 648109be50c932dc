"""What a browser remembered goes to the account once: earliest finish, furthest reading, nothing else."""

import json
from datetime import timedelta

import pytest
import time_machine

from courses.actions.progress import record_progress
from courses.models import LessonProgress
from tests.courses.learning.conftest import FETCH

pytestmark = pytest.mark.django_db


def _ms(moment):
    return int(moment.timestamp() * 1000)


def _entry(lesson, reached, now, finished=None):
    return {
        "lesson": lesson.pk,
        "reached": reached,
        "last": reached[-1] if reached else "",
        "at": _ms(now),
        "finished": finished,
    }


def _post(client, entries):
    return client.post("/courses/progress/merge/", {"lessons": json.dumps(entries)}, headers=FETCH)


def _post_at(client, entries, moment):
    with time_machine.travel(moment, tick=False):
        return _post(client, entries)


def _rows():
    return list(LessonProgress.objects.values("reached", "last_block", "started_at", "updated_at", "finished_at"))


def test_the_earliest_finish_and_the_furthest_reading_win_and_again_changes_nothing(lesson, blocks, learner, client):
    public = lesson.first_published_at
    ours, theirs = public + timedelta(hours=2), public + timedelta(hours=1)
    record_progress(user=learner, lesson_id=lesson.pk, now=ours, place=blocks[0], finished=True)
    entries = [_entry(lesson, blocks[:2], theirs, finished=_ms(theirs))]
    answer = _post_at(client, entries, public + timedelta(hours=3))
    assert (answer.status_code, answer.json()) == (200, {"merged": 1})
    row = LessonProgress.objects.get()
    assert (row.reached, row.last_block, _ms(row.finished_at)) == (blocks[:2], blocks[1], _ms(theirs))
    before = _rows()
    _post_at(client, entries, public + timedelta(hours=4))
    assert _rows() == before


def test_a_nearer_place_of_the_browser_does_not_move_the_account_back(lesson, blocks, learner, client):
    public = lesson.first_published_at
    record_progress(user=learner, lesson_id=lesson.pk, now=public, place=blocks[2], reached=blocks)
    _post_at(client, [_entry(lesson, blocks[:1], public)], public + timedelta(hours=1))
    assert LessonProgress.objects.get().last_block == blocks[2]


def test_a_clock_that_is_wrong_neither_foretells_nor_predates_the_lesson(lesson, blocks, learner, client):
    public, now = lesson.first_published_at, lesson.first_published_at + timedelta(days=1)
    _post_at(client, [_entry(lesson, blocks[:1], now + timedelta(days=900), finished=1)], now)
    row = LessonProgress.objects.get()
    assert (row.updated_at, row.finished_at, row.started_at) == (now, public, public)


def test_lessons_that_are_not_public_are_skipped(course_site, lesson, blocks, learner, client, now):
    draft = course_site.draft(code="D-91", slug="draft")
    gone = {"lesson": 999_999, "reached": [], "last": "", "at": _ms(now), "finished": None}
    answer = _post(client, [_entry(draft, [], now), gone, _entry(lesson, [*blocks, "no-such-block"], now)])
    assert answer.json() == {"merged": 1}
    assert LessonProgress.objects.get().reached == blocks


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "{}",
        "[1]",
        "[" * 100_000,
        "9" * 10_000,
        '[{"lesson": true, "at": 1}]',
        '[{"lesson": 1, "at": 1e999}]',
        '[{"lesson": 1, "at": 9999999999999999}]',
        '[{"lesson": 1, "at": 1, "last": 5}]',
        '[{"lesson": 1, "at": 1, "reached": ["%s"]}]' % ("x" * 37),
        '[{"lesson": 1, "at": 1, "finished": "today"}]',
        json.dumps([{"lesson": 1, "at": 1}] * 201),
    ],
)
def test_garbage_is_a_clear_400_and_stores_nothing(lesson, learner, client, text):
    answer = client.post("/courses/progress/merge/", {"lessons": text}, headers=FETCH)
    assert (answer.status_code, answer.content.decode()) == (400, "没有看懂要合并的进度。")
    assert LessonProgress.objects.count() == 0


def test_nobody_merges_without_an_account(lesson, client, now):
    assert _post(client, [_entry(lesson, [], now)]).status_code == 403
    assert LessonProgress.objects.count() == 0

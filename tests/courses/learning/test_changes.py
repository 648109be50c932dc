"""What changed: one entry for each text that passes the gate, public, and told to those who had finished before."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from core.actions.publishing import publish_through_review
from courses.actions.progress import record_progress
from courses.learning.invariants import changes_hold
from courses.models import PageChange
from courses.texts import article_pieces, lesson_pieces
from tests.courses.learning.conftest import FETCH

pytestmark = pytest.mark.django_db
TEXT = "第二节的例子里，费用从 1.5 元改成 15 元。"


def _publish(site, page, moment, **values):
    for name, value in values.items():
        setattr(page, name, value)
    with time_machine.travel(moment, tick=False):
        return publish_through_review(page=page, author=site.author, reviewer=site.reviewer, now=moment)


@pytest.fixture
def tomorrow(lesson):
    return lesson.first_published_at + timedelta(days=1)


def test_a_text_is_recorded_once_however_often_the_lesson_is_published(course_site, lesson, tomorrow, client):
    lesson = _publish(course_site, lesson, tomorrow, change_kind="correction", change_note=TEXT)
    lesson = _publish(course_site, lesson, tomorrow + timedelta(days=1), minutes=9)
    assert [(row.kind, row.text, row.at) for row in PageChange.objects.all()] == [("correction", TEXT, tomorrow)]
    _publish(course_site, lesson, tomorrow + timedelta(days=2), change_kind="update", change_note="补了一节。")
    page = client.get(lesson.url).content.decode()
    assert page.index("更正与更新") < page.index("补了一节。") < page.index("费用从")
    assert list(changes_hold()) == []


def test_the_first_publication_changes_nothing_for_anybody(course_site, lesson):
    page = course_site.draft(code="D-95", slug="fresh")
    page.change_kind, page.change_note = "update", TEXT
    publish_through_review(
        page=page, author=course_site.author, reviewer=course_site.reviewer, now=page.latest_revision_created_at
    )
    assert PageChange.objects.count() == 0


def test_a_draft_says_nothing_yet(course_site, lesson, client):
    lesson.change_kind, lesson.change_note = "update", TEXT
    lesson.save_revision(user=course_site.author)
    assert PageChange.objects.count() == 0
    assert "更正与更新" not in client.get(lesson.url).content.decode()


def test_an_article_tells_its_changes_too(course_site, client, now):
    article = course_site.article()
    _publish(
        course_site, article, article.first_published_at + timedelta(days=1), change_kind="update", change_note=TEXT
    )
    assert TEXT.split("，", maxsplit=1)[0] in client.get(article.url).content.decode()


def test_only_those_who_had_finished_are_told_until_they_say_so(course_site, lesson, tomorrow, learner, client):
    record_progress(user=learner, lesson_id=lesson.pk, now=tomorrow - timedelta(hours=1), finished=True)
    lesson = _publish(course_site, lesson, tomorrow, change_kind="correction", change_note=TEXT)
    address, change = f"/courses/progress/{lesson.pk}/", PageChange.objects.get()
    for page in (client.get(address, headers=FETCH), client.get("/me/")):
        assert "这一课改过：" in page.content.decode()
    seen = {"lesson": lesson.pk, "change": change.pk}
    for _time in range(2):
        assert "这一课改过：" not in client.post("/courses/progress/seen/", seen, headers=FETCH).content.decode()
    assert "这一课改过：" not in client.get("/me/").content.decode()
    _publish(course_site, lesson, tomorrow + timedelta(days=1), change_kind="update", change_note="又补了一句。")
    again = client.get(address, headers=FETCH).content.decode()
    assert ("又补了一句。" in again, "第二节的例子里" in again) == (True, False)


def test_who_finishes_afterwards_is_told_nothing(course_site, lesson, tomorrow, learner, client):
    lesson = _publish(course_site, lesson, tomorrow, change_kind="correction", change_note=TEXT)
    record_progress(user=learner, lesson_id=lesson.pk, now=tomorrow + timedelta(hours=1), finished=True)
    assert "这一课改过：" not in client.get(f"/courses/progress/{lesson.pk}/", headers=FETCH).content.decode()


def test_nonsense_puts_nothing_away(lesson, learner, client):
    assert client.post("/courses/progress/seen/", {"lesson": lesson.pk, "change": "x"}).status_code == 400
    assert client.post("/courses/progress/seen/", {"lesson": lesson.pk, "change": 999_999}).status_code == 404


def test_the_words_pass_the_phrase_check_like_the_others(course_site, lesson):
    lesson.change_note = TEXT
    article = course_site.article()
    article.change_note = TEXT
    assert TEXT in [piece.text for piece in lesson_pieces(lesson)]
    assert TEXT in [piece.text for piece in article_pieces(article)]


def test_a_text_without_its_kind_is_refused_beside_the_field(lesson):
    lesson.change_note = TEXT
    with pytest.raises(ValidationError) as caught:
        lesson.clean()
    assert caught.value.message_dict == {"change_kind": ["请选是更正还是更新。"]}

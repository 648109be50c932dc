"""A load writes the indexes once for each object, and finds as much as if it had written them at each save."""

import pytest
from django.db import transaction
from modelsearch import index
from wagtail.models import ReferenceIndex

from core.indexing import indexed_once
from core.search.index import matches
from courses.pages import LessonPage
from tests.factories.quizzes import make_content, make_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def indexed(monkeypatch):
    """The objects that the search index is asked to take up, one entry each time."""
    asked = []
    write = index.insert_or_update_object
    monkeypatch.setattr(index, "insert_or_update_object", lambda obj: (asked.append(obj.pk), write(obj))[1])
    return asked


def found(word):
    return [match.key for match in matches([[word]], [LessonPage], limit=5).get(LessonPage, [])]


def test_what_is_saved_three_times_is_indexed_once_with_its_last_words(course_site, indexed):
    with indexed_once():
        lesson = course_site.lesson(title="申购费怎么算")
        assert found("申购费") == []
    assert indexed.count(lesson.pk) == 1
    assert found("申购费") == [str(lesson.pk)]


def test_references_are_there_at_the_end(db):
    with indexed_once():
        quiz = make_quiz(contents=[make_content("甲"), make_content("乙")])
        assert ReferenceIndex.get_references_for_object(quiz).count() == 0
    named = {reference.to_object_id for reference in ReferenceIndex.get_references_for_object(quiz)}
    assert {str(place.version_id) for place in quiz.questions.all()} <= named


def test_afterwards_a_save_is_indexed_at_once(course_site, indexed):
    with indexed_once():
        pass
    lesson = course_site.lesson(title="申购费怎么算")
    assert indexed.count(lesson.pk) > 1
    assert found("申购费") == [str(lesson.pk)]


def test_a_load_that_fails_leaves_nothing_to_index_and_indexing_as_it_was(course_site, indexed):
    with pytest.raises(ZeroDivisionError), transaction.atomic(), indexed_once():
        course_site.lesson(title="申购费怎么算")
        raise ZeroDivisionError
    assert indexed == []
    course_site.lesson(title="赎回费怎么算")
    assert len(found("赎回费")) == 1

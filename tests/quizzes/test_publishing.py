"""What publishing a quiz costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.registries import check_for_publication
from quizzes.models import Quiz
from tests.factories.quizzes import make_content, make_quiz, make_version

pytestmark = pytest.mark.django_db


def queries_of_checking(slug, count):
    contents = [make_content(f"{slug}{number}") for number in range(count)]
    quiz = make_quiz(slug, contents=contents, publish=False)
    quiz.save_revision()
    draft = quiz.get_latest_revision().as_object()
    with CaptureQueriesContext(connection) as queries:
        check_for_publication(draft)
        assert draft.problem() == ""
        draft.fact_keys()
    return len(queries)


def test_the_gate_reads_the_words_of_three_questions_in_as_many_queries_as_those_of_one():
    assert queries_of_checking("d-01", 3) == queries_of_checking("d-02", 1) > 0


def test_places_come_with_their_words_and_in_their_order():
    quiz = Quiz.objects.get(pk=make_quiz("d-03").pk)
    stems = [f"情境{marker}，老何买了一万元。" for marker in "甲乙丙"]
    places = quiz.places()
    with CaptureQueriesContext(connection) as queries:
        assert [place.version.stem for place in places] == stems
        assert [len(place.version.options.all()) for place in places] == [4, 4, 4]
    assert len(queries) == 0


def test_a_place_without_a_version_stays_a_place():
    quiz = Quiz(slug="d-04", title="空", pass_mark=1)
    empty, full = Quiz.questions.rel.related_model(), Quiz.questions.rel.related_model(version=make_version("D-04-Q1"))
    quiz.questions.set([empty, full])
    assert quiz.places() == [empty, full]

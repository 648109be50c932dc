"""Twins pass the gate of their quiz."""

import pytest

from core.errors import PublicationRefusedError
from quizzes.actions.questions import check_twin, propose_version, relate_twin, save_question
from quizzes.drafts import draft_attempt
from quizzes.errors import QuestionInvalidError
from quizzes.models import Question, Quiz, QuizTwin
from tests.factories.quizzes import WRITTEN, make_content, make_version, publish, staff_pair

pytestmark = pytest.mark.django_db


def _question(code: str) -> Question:
    return Question.objects.get(code=code)


def test_attempts_never_draw_a_twin(quiz: Quiz) -> None:
    asked = draft_attempt(quiz, now=WRITTEN).version_ids

    assert [_question(f"r-01-Q{n}").newest_version.pk for n in (1, 2)] == list(asked)


def test_twin_that_its_approver_wrote_is_not_published(quiz: Quiz) -> None:
    version = make_version("r-01-Q2T", "丑", author=staff_pair()[1])
    relate_twin(question=version.question, twin_of=_question("r-01-Q2"))
    quiz.twins.add(QuizTwin(version=version, sort_order=2))

    with pytest.raises(PublicationRefusedError, match="审核人参与撰写"):
        publish(quiz)


def test_twin_of_no_question_of_the_quiz_is_not_published(quiz: Quiz) -> None:
    quiz.twins.add(QuizTwin(version=make_version("Z-1", "丑", author=staff_pair()[0]), sort_order=2))

    with pytest.raises(PublicationRefusedError, match="Z-1"):
        publish(quiz)


def test_new_words_of_a_twin_wait_in_a_draft_and_stand_in_the_published_text(quiz: Quiz) -> None:
    assert "问句子？" in quiz.published_text()
    author = staff_pair()[0]
    version, _new = save_question(code="r-01-Q1T", lesson=None, content=make_content("丑"), user=author, now=WRITTEN)

    changed = propose_version(version=version, user=author)

    draft = Quiz.objects.get(pk=quiz.pk).get_latest_revision_as_object()
    assert (changed, quiz.twins.get().version.number) == ([quiz], 1)
    assert draft.twins.get().version == version


def test_twins_have_one_level(quiz: Quiz) -> None:
    other = make_version("Z-1", "丑").question

    for question, twin_of in (
        (other, _question("r-01-Q1T")),
        (_question("r-01-Q1"), other),
        (other, other),
    ):
        with pytest.raises(QuestionInvalidError):
            check_twin(question=question, twin_of=twin_of)

"""Versions are never changed; publishing needs somebody who wrote none of it."""

from dataclasses import replace
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from core.actions.publishing import publish_through_review
from core.errors import PublicationRefusedError
from core.models import AuditEntry, PublishedVersion
from quizzes.actions.questions import propose_version, save_question
from quizzes.errors import QuestionInvalidError, VersionImmutableError
from quizzes.models import Option, Question, QuestionVersion, Quiz, Response
from tests.factories.quizzes import make_attempt, make_content, make_quiz, make_version, staff_pair

pytestmark = pytest.mark.django_db


def test_same_words_make_no_version(now: datetime) -> None:
    content = make_content("甲")
    first, _new = save_question(code="Q-1", lesson=None, content=content, user=None, now=now)

    second, created = save_question(code="Q-1", lesson=None, content=content, user=None, now=now)

    assert (second.pk, created) == (first.pk, False)
    assert QuestionVersion.objects.count() == 1


def test_other_words_make_the_next_version_and_leave_the_first(now: datetime) -> None:
    content = make_content("甲")
    first, _new = save_question(code="Q-1", lesson=None, content=content, user=None, now=now)

    second, created = save_question(
        code="Q-1", lesson=None, content=replace(content, ask="换一种问法？", dimension="fraud"), user=None, now=now
    )

    assert (second.number, created, second.question_id) == (2, True, first.question_id)
    assert QuestionVersion.objects.get(pk=first.pk).ask == "问句甲？"
    assert Question.objects.get().dimension == "fraud"
    assert list(AuditEntry.objects.values_list("action", flat=True).order_by("pk")) == [
        "quizzes.question_created",
        "quizzes.question_revised",
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"right": "ab", "kind": "single"}, "单选题要有且只有一个正确选项。"),
        ({"right": "abcd", "kind": "multiple"}, "多选题至少有一个正确选项，也至少有一个错误选项。"),
        ({"count": 1}, "选项要有 2 到 8 个。"),
        ({"stem": "  "}, "情境、问题和讲解都要写。"),
        ({"kind": "essay"}, "请选择题型和风险维度。"),
    ],
)
def test_questions_that_do_not_hold_together_are_refused(now: datetime, changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(QuestionInvalidError, match=sentence):
        save_question(code="Q-1", lesson=None, content=make_content("甲", **changes), user=None, now=now)

    assert Question.objects.count() == 0


def test_wrong_option_must_name_its_misconception(now: datetime) -> None:
    content = make_content("甲")
    options = (replace(content.options[0], misconception_id=None), *content.options[1:])

    with pytest.raises(QuestionInvalidError, match="要指明对应的误区"):
        save_question(code="Q-1", lesson=None, content=replace(content, options=options), user=None, now=now)


def test_database_refuses_a_wrong_option_without_misconception() -> None:
    version = make_version("Q-1")

    with pytest.raises(IntegrityError), transaction.atomic():
        Option.objects.create(version=version, key="h", text="无", correct=False)


def test_versions_and_options_refuse_change_in_python() -> None:
    version = make_version("Q-1")
    option = version.options.get(key="a")
    version.ask, option.correct = "改了", True

    for attempt in (
        version.save,
        option.save,
        lambda: QuestionVersion.objects.update(ask="改了"),
        lambda: version.options.update(correct=True),
        lambda: QuestionVersion.objects.bulk_update([version], ["ask"]),
    ):
        with pytest.raises(VersionImmutableError):
            attempt()


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE quizzes_questionversion SET ask = 'x'",
        "UPDATE quizzes_questionversion SET author_id = NULL, ask = 'x'",
        "UPDATE quizzes_option SET correct = NOT correct",
        "DELETE FROM quizzes_option",
        """INSERT INTO quizzes_option (version_id, key, text, correct, true_part, breaks, remedy)
        SELECT version_id, 'h', 'x', true, '', '', '' FROM quizzes_attemptquestion LIMIT 1""",
    ],
)
def test_postgresql_refuses_change_of_used_versions(statement: str) -> None:
    make_attempt(make_quiz())

    with pytest.raises(Exception, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.postgres
def test_postgresql_refuses_an_answer_outside_the_frozen_questions(now: datetime) -> None:
    attempt = make_attempt(make_quiz())
    stranger = make_version("Q-9", "戊")

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="quizzes_response_frozen"), transaction.atomic():
            Response.objects.create(attempt=attempt, version=stranger, chosen=[], correct=False, answered_at=now)


def test_version_keeps_its_words_when_its_author_leaves(now: datetime) -> None:
    author, _reviewer = staff_pair()
    version = make_version("Q-1", author=author)

    author.delete()

    kept = QuestionVersion.objects.get(pk=version.pk)
    assert (kept.author_id, kept.ask) == (None, "问句甲？")


def test_question_in_an_attempt_cannot_be_deleted() -> None:
    attempt = make_attempt(make_quiz())

    with pytest.raises(ProtectedError):
        attempt.places.first().version.question.delete()


def test_new_version_waits_in_a_draft_until_a_second_person_approves(now: datetime) -> None:
    author, reviewer = staff_pair()
    quiz = make_quiz(contents=[make_content("甲"), make_content("乙")])
    old = quiz.questions.order_by("sort_order").first().version
    newer, _new = save_question(
        code=old.question.code, lesson=None, content=make_content("甲", ask="新问法？"), user=author, now=now
    )

    changed = propose_version(version=newer, user=author)

    assert changed == [quiz]
    assert list(quiz.questions.order_by("sort_order").values_list("version__number", flat=True)) == [1, 1]
    draft = Quiz.objects.get().get_latest_revision_as_object()
    assert next(place.version_id for place in draft.questions.all()) == newer.pk

    publish_through_review(page=draft, author=author, reviewer=reviewer, now=now)

    shown = Quiz.objects.get().questions.order_by("sort_order")
    assert list(shown.values_list("version__number", flat=True)) == [2, 1]
    assert "新问法？" in PublishedVersion.objects.first().text


def test_quiz_is_not_published_by_the_person_who_wrote_a_question_in_it(now: datetime) -> None:
    author, reviewer = staff_pair()
    quiz = make_quiz(publish=False)
    place = quiz.questions.first()
    by_reviewer = make_version("Q-7", "庚", author=reviewer)
    place.version = by_reviewer
    quiz.questions.set([place])

    with pytest.raises(PublicationRefusedError, match="审核人参与撰写了其中的题目"):
        publish_through_review(page=quiz, author=author, reviewer=reviewer, now=now)

    assert Quiz.objects.get().live is False


def test_quiz_is_not_published_by_its_own_author(now: datetime) -> None:
    author, _reviewer = staff_pair()

    with pytest.raises(PublicationRefusedError):
        publish_through_review(page=make_quiz(publish=False), author=author, reviewer=author, now=now)

    assert Quiz.objects.get().live is False


@pytest.mark.parametrize(("pass_mark", "sentence"), [(4, "通过线比题数还多"), (3, "")])
def test_quiz_that_cannot_be_passed_is_not_published(now: datetime, pass_mark: int, sentence: str) -> None:
    if not sentence:
        assert make_quiz(pass_mark=pass_mark).live is True
        return
    with pytest.raises(PublicationRefusedError, match=sentence):
        make_quiz(pass_mark=pass_mark)


def test_the_same_question_twice_is_not_published(now: datetime) -> None:
    author, reviewer = staff_pair()
    quiz = make_quiz(publish=False)
    places = list(quiz.questions.all())
    places[1].version = make_version("d-03-Q1", "甲", ask="第二版？")
    quiz.questions.set(places)

    with pytest.raises(PublicationRefusedError, match="同一道题出现了两次"):
        publish_through_review(page=quiz, author=author, reviewer=reviewer, now=now)


def test_saving_a_quiz_live_without_the_gate_is_refused() -> None:
    quiz = make_quiz(publish=False)
    quiz.live = True

    with pytest.raises(PublicationRefusedError):
        quiz.save()

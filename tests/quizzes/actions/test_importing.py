"""Loading the files: once, again, and with a change."""

import tomllib
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from quizzes.actions.importing import import_misconceptions, import_quiz
from quizzes.content import QuestionContent
from quizzes.errors import QuestionInvalidError
from quizzes.models import Misconception, Question, QuestionVersion, Quiz
from tests.factories.quizzes import staff_pair

pytestmark = pytest.mark.django_db

FILE = """
slug = "d-03"
title = "会读了吗"
lesson = "D-03"
pass_mark = 1
intro = "两道题。"
[[misconceptions]]
code = "D-03-4"
belief = "买的人多就合算。"
correction = "费用写在资料里。"
[[questions]]
code = "D-03-Q1"
kind = "single"
dimension = "fee"
facility = 0.75
section = 4
stem = "罗强看到“申购费0 元”。"
ask = "必须再看哪一项？"
explanation = "买的时候不收。记一句：买时不收，不等于每天不收。"
[[questions.options]]
key = "a"
text = "每天扣的费率"
correct = true
true_part = "对。每天都扣。"
remedy = "记一句：每天都扣。"
[[questions.options]]
key = "b"
text = "使用评价"
correct = false
misconception = "D-03-4"
true_part = "想得对的地方：可以参考。"
breaks = "在哪里断了：里面没有费率。"
remedy = "记一句：费用看文件。"
"""


@pytest.fixture
def data() -> dict[str, Any]:
    return tomllib.loads(FILE)


def _load(data: dict[str, Any], now: datetime) -> Quiz:
    author, reviewer = staff_pair()
    return import_quiz(data=data, lesson_page=None, author=author, reviewer=reviewer, now=now)


def test_import_publishes_the_quiz(data: dict[str, Any], now: datetime) -> None:
    quiz = _load(data, now)

    assert (quiz.live, quiz.title, quiz.pass_mark, quiz.intro) == (True, "会读了吗", 1, "两道题。")
    content = QuestionContent.of(quiz.questions.get().version)
    assert (content.kind, content.dimension, content.section) == ("single", "fee", 4)
    assert str(content.expected_facility) == "0.75"
    assert content.options[1].misconception_id == Misconception.objects.get(code="D-03-4").pk


def test_twins_are_published_with_the_quiz_and_not_asked_in_it(data: dict[str, Any], now: datetime) -> None:
    plain = _load(data, now)
    data["twins"] = [{**deepcopy(data["questions"][0]), "code": "D-03-Q1T", "twin_of": "D-03-Q1"}]
    quiz = _load(data, now)
    again = _load(data, now)
    assert [place.version.question.code for place in quiz.questions.all()] == ["D-03-Q1"]
    assert [entry.code for entry in quiz.asked_versions()] == ["D-03-Q1"]
    twin = quiz.twins.get().version.question
    assert (twin.code, twin.twin_of.code, twin.lesson) == ("D-03-Q1T", "D-03-Q1", quiz.lesson)
    assert plain.live_revision_id != quiz.live_revision_id == again.live_revision_id


def test_twin_of_an_unknown_question_is_refused(data: dict[str, Any], now: datetime) -> None:
    data["twins"] = [{**deepcopy(data["questions"][0]), "code": "D-03-Q1T", "twin_of": "X-1"}]
    with pytest.raises(QuestionInvalidError, match="X-1"):
        _load(data, now)


def test_labels_that_the_page_sets_itself_are_taken_off(data: dict[str, Any], now: datetime) -> None:
    option = _load(data, now).questions.get().version.options.get(key="b")

    assert (option.true_part, option.breaks, option.remedy) == ("可以参考。", "里面没有费率。", "费用看文件。")


def test_import_again_changes_nothing(data: dict[str, Any], now: datetime) -> None:
    quiz = _load(data, now)
    before = (QuestionVersion.objects.count(), quiz.live_revision_id, quiz.revisions.count())

    again = _load(data, now)

    assert (QuestionVersion.objects.count(), again.live_revision_id, again.revisions.count()) == before


def test_changed_words_make_a_version_and_are_published(data: dict[str, Any], now: datetime) -> None:
    _load(data, now)
    changed = deepcopy(data)
    changed["questions"][0]["ask"] = "还要看哪一项？"

    quiz = _load(changed, now)

    assert Question.objects.count() == 1
    version = quiz.questions.get().version
    assert (version.number, version.ask) == (2, "还要看哪一项？")
    assert quiz.live is True


def test_unknown_misconception_is_refused_and_nothing_stays(data: dict[str, Any], now: datetime) -> None:
    data["questions"][0]["options"][1]["misconception"] = "X-99"

    with pytest.raises(QuestionInvalidError, match="X-99"):
        _load(data, now)

    assert (Quiz.objects.count(), Question.objects.count(), Misconception.objects.count()) == (0, 0, 0)


def test_misconceptions_are_updated_by_code(now: datetime) -> None:
    entry = {"code": "D-03-1", "belief": "便宜。", "correction": "不看净值。", "why": "很自然。"}
    import_misconceptions(data={"misconceptions": [entry]}, lesson_page=None)

    result = import_misconceptions(data={"misconceptions": [{**entry, "belief": "更便宜。"}]}, lesson_page=None)

    assert Misconception.objects.count() == 1
    assert result["D-03-1"].belief == "更便宜。"

"""Staff write questions and quizzes in the admin; saving a question makes a version."""

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from accounts.actions.roles import assign_role, sync_roles
from accounts.models import User
from quizzes.admin.forms import QuestionForm
from quizzes.admin.viewsets import QuestionViewSet
from quizzes.models import Misconception, Question, QuestionVersion, Quiz
from tests.factories.accounts import StaffFactory
from tests.factories.quizzes import MisconceptionFactory, make_content, make_quiz, make_version

pytestmark = pytest.mark.django_db

BACKEND = "accounts.backends.StaffPasswordBackend"


@pytest.fixture
def staff() -> User:
    return StaffFactory(is_superuser=True)


@pytest.fixture
def cms(staff: User, settings: Any) -> Client:
    settings.DEMO = True
    client = Client()
    client.force_login(staff, backend=BACKEND)
    return client


def _option(text: str, *, correct: bool, misconception: Misconception | None = None) -> dict[str, Any]:
    return {
        "text": text,
        "correct": "on" if correct else "",
        "misconception": str(misconception.pk) if misconception else "",
        "true_part": "想到了",
        "breaks": "断在这里",
        "remedy": "记住它",
    }


def _form(misconception: Misconception | None, **changes: str) -> dict[str, Any]:
    options: list[dict[str, Any]] = [
        _option("对的", correct=True),
        _option("错的", correct=False, misconception=misconception),
    ]
    data: dict[str, Any] = {
        "code": "D-03-Q1",
        "lesson": "",
        "kind": "single",
        "dimension": "fee",
        "section": "4",
        "expected_facility": "0.70",
        "stem": "情境",
        "ask": "问什么？",
        "explanation": "讲解",
        "options-count": str(len(options)),
    }
    for index, option in enumerate(options):
        data[f"options-{index}-deleted"] = ""
        data[f"options-{index}-order"] = str(index)
        data[f"options-{index}-type"] = "item"
        data[f"options-{index}-id"] = ""
        for name, value in option.items():
            if not (name == "correct" and not value):
                data[f"options-{index}-value-{name}"] = value
    return {**data, **changes}


def test_creating_a_question_makes_version_one(cms: Client, staff: User) -> None:
    response = cms.post("/cms/snippets/quizzes/question/add/", _form(MisconceptionFactory()))

    assert response.status_code == 302
    version = QuestionVersion.objects.get()
    assert (version.question.code, version.number, version.author, version.ask) == ("D-03-Q1", 1, staff, "问什么？")
    assert list(version.options.values_list("key", "text", "correct")) == [("a", "对的", True), ("b", "错的", False)]


def test_editing_makes_the_next_version_and_a_draft_of_the_quiz(cms: Client) -> None:
    quiz = make_quiz(contents=[make_content("甲"), make_content("乙")])
    question = Question.objects.get(code="d-03-Q1")
    address = f"/cms/snippets/quizzes/question/edit/{question.pk}/"
    assert "情境甲" in cms.get(address).content.decode()

    response = cms.post(address, _form(MisconceptionFactory(), ask="新问法？"))

    assert response.status_code == 302
    assert list(question.versions.values_list("number", "ask")) == [(2, "新问法？"), (1, "问句甲？")]
    assert Question.objects.get(pk=question.pk).code == "d-03-Q1"
    assert quiz.questions.order_by("sort_order").first().version.number == 1
    assert Quiz.objects.get().has_unpublished_changes is True
    assert "有了新草稿" in cms.get("/cms/snippets/quizzes/question/").content.decode()


def test_saving_without_a_change_makes_no_version(cms: Client) -> None:
    misconception = MisconceptionFactory()
    cms.post("/cms/snippets/quizzes/question/add/", _form(misconception))
    question = Question.objects.get()

    cms.post(f"/cms/snippets/quizzes/question/edit/{question.pk}/", _form(misconception))

    assert QuestionVersion.objects.count() == 1


def test_a_question_that_does_not_hold_together_is_refused_in_chinese(cms: Client) -> None:
    response = cms.post("/cms/snippets/quizzes/question/add/", _form(None))

    assert response.status_code == 200
    assert "要指明对应的误区" in response.content.decode()
    assert Question.objects.count() == 0


@pytest.mark.parametrize(("path", "word"), [("quiz", "通过线"), ("question", "风险维度"), ("misconception", "正解")])
def test_lists_and_forms_open_with_chinese_labels(cms: Client, path: str, word: str) -> None:
    make_quiz()

    for page in (f"/cms/snippets/quizzes/{path}/", f"/cms/snippets/quizzes/{path}/add/"):
        response = cms.get(page)
        assert (response.status_code, word in response.content.decode()) == (200, True)


def test_quiz_form_opens_with_its_questions(cms: Client) -> None:
    quiz = make_quiz()

    page = cms.get(f"/cms/snippets/quizzes/quiz/edit/{quiz.pk}/").content.decode()

    assert "d-03-Q1 第 1 版：问句甲？" in page


def test_saving_a_quiz_keeps_a_draft(cms: Client) -> None:
    version = make_version("Q-1")
    data = nested_form_data(
        {
            "title": "新测验",
            "slug": "new",
            "intro": "",
            "lesson": "",
            "pass_mark": "1",
            "draw_count": "",
            "questions": inline_formset([{"version": str(version.pk)}]),
            "twins": inline_formset([]),
            "pool": inline_formset([]),
            "minimums": inline_formset([]),
        }
    )

    response = cms.post("/cms/snippets/quizzes/quiz/add/", data)

    assert response.status_code == 302
    quiz = Quiz.objects.get()
    assert (quiz.live, quiz.slug, [place.version for place in quiz.questions.all()]) == (False, "new", [version])


def test_quiz_that_draws_is_written_in_the_same_form(cms: Client, course_site: Any) -> None:
    tier = Page.objects.get(url_path__endswith="/decision/beginner/")
    data = {
        "title": "入门测验",
        "slug": "tier-beginner",
        "intro": "",
        "lesson": "",
        "pass_mark": "3",
        "draw_count": "2",
        "questions": inline_formset([]),
        "twins": inline_formset([]),
        "pool": inline_formset([{"page": str(tier.pk)}]),
        "minimums": inline_formset([{"dimension": "fraud", "count": "1"}]),
    }

    refused = cms.post("/cms/snippets/quizzes/quiz/add/", nested_form_data(data))
    saved = cms.post("/cms/snippets/quizzes/quiz/add/", nested_form_data({**data, "pass_mark": "2"}))

    assert "通过线比题数还多" in refused.content.decode()
    assert saved.status_code == 302
    quiz = Quiz.objects.get()
    assert (quiz.live, quiz.draw_count, quiz.pass_mark) == (False, 2, 2)
    assert [item.page for item in quiz.pool.all()] == [tier]
    assert [(item.dimension, item.count) for item in quiz.minimums.all()] == [("fraud", 1)]


def test_twin_of_a_question_is_written_in_the_form_and_not_itself(cms: Client) -> None:
    original, twin = make_version("Q-1", "甲").question, make_version("Q-2", "乙").question
    address = f"/cms/snippets/quizzes/question/edit/{twin.pk}/"

    refused = cms.post(address, _form(MisconceptionFactory(), twin_of=str(twin.pk)))
    saved = cms.post(address, _form(MisconceptionFactory(), twin_of=str(original.pk)))

    assert "不能是自己" in refused.content.decode()
    assert saved.status_code == 302
    assert Question.objects.get(pk=twin.pk).twin_of == original
    assert (list(original.twin_questions()), list(twin.twin_questions())) == ([twin], [original])


def test_choosers_find_by_words(cms: Client) -> None:
    make_version("Q-1", "甲")
    make_version("Q-2", "乙")

    page = cms.get("/cms/question_chooser/results/?q=情境乙").content.decode()

    assert ("Q-2" in page, "Q-1" in page) == (True, False)


def test_choosers_offer_the_newest_version_only(cms: Client) -> None:
    make_version("Q-1", "甲")
    make_version("Q-1", "甲", ask="第二种问法？")

    page = cms.get("/cms/question_chooser/results/").content.decode()

    assert ("第 2 版" in page, "第 1 版" in page) == (True, False)


def test_editor_writes_but_does_not_publish_and_marketing_sees_nothing(settings: Any) -> None:
    settings.DEMO = True
    sync_roles()
    editor, marketing = StaffFactory(), StaffFactory()
    assign_role(user=editor, key="editor")
    assign_role(user=marketing, key="marketing")

    assert editor.has_perms(["quizzes.add_question", "quizzes.change_quiz"])
    assert not editor.has_perm("quizzes.publish_quiz")
    client = Client()
    client.force_login(marketing, backend=BACKEND)
    assert client.get("/cms/snippets/quizzes/question/").status_code == 302


def test_form_belongs_to_the_viewset() -> None:
    assert QuestionViewSet.edit_handler.base_form_class is QuestionForm

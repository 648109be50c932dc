"""Facts in questions: named in the bank, filled in when asked, found again when they change."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data

from compliance.models import Fact
from compliance.queries import uses_of
from core.models import PublishedVersion
from quizzes.actions.importing import import_misconceptions
from quizzes.admin.forms import QuestionForm
from quizzes.errors import QuestionInvalidError
from quizzes.models import Misconception, Question
from tests.factories.compliance import change_fact, make_fact
from tests.factories.courses import CourseSite
from tests.factories.quizzes import make_content, make_quiz, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> CourseSite:
    return CourseSite()


@pytest.fixture
def fact(site: CourseSite) -> Fact:
    return make_fact(site)


def test_a_question_is_asked_and_explained_with_the_live_value(fact: Fact) -> None:
    make_quiz(contents=[make_content(stem="熟人说费率最高{fact:fee_cap}。", explanation="规定是{fact:fee_cap}。")])
    guest = Client()
    asked = guest.get("/quizzes/d-03/start/").content.decode()
    assert "熟人说费率最高0.8%。" in asked
    draft = re.search(r'name="draft" value="([^"]+)"', asked).group(1)
    answered = guest.post("/quizzes/d-03/start/", {"draft": draft, "choice": "A"}, follow=True).content.decode()
    assert "规定是0.8%。" in answered


def test_a_question_that_names_no_fact_is_refused(fact: Fact) -> None:
    with pytest.raises(QuestionInvalidError, match="nowhere"):
        make_version("D-03-Q1", stem="最高{fact:nowhere}。")
    assert Question.objects.count() == 0


def test_the_form_says_beside_the_field_which_fact_is_unknown(fact: Fact) -> None:
    version = make_version("D-03-Q1")
    options = nested_form_data({"options": {"count": "0"}})
    form = QuestionForm(
        {"kind": "single", "dimension": "fee", "stem": "最高{fact:nowhere}", "ask": "是{fact:fee_cap}吗？", **options},
        instance=version.question,
    )
    assert form.is_valid() is False
    assert form.errors["stem"] == ["没有已发布的事实叫“nowhere”。请从“事实”里选，或检查编号的拼写。"]
    assert "ask" not in form.errors


def test_a_changed_fact_keeps_a_version_of_the_quiz_that_asks_it(site: CourseSite, fact: Fact) -> None:
    quiz = make_quiz(contents=[make_content(stem="最高{fact:fee_cap}。")])
    kept = PublishedVersion.objects.filter(content_type__model="quiz")
    assert ("最高0.8%。" in kept.first().text, kept.first().facts) == (True, {"fee_cap": fact.live_revision_id})
    assert {(use.label, use.title, use.live) for use in uses_of(["fee_cap"])} == {
        ("测验", str(quiz), True),
        ("题目", "d-03-Q1", True),
    }
    change_fact(site, fact, value="0.6")
    assert kept.count() == 2
    assert "最高0.6%。" in kept.first().text


def test_a_question_in_the_bank_holds_a_fact_before_any_quiz_asks_it(fact: Fact) -> None:
    make_version("D-03-Q9", "乙", explanation="最高{fact:fee_cap}。")
    assert [(use.title, use.live) for use in uses_of(["fee_cap"])] == [("D-03-Q9", False)]
    make_version("D-03-Q9", "丙")
    assert uses_of(["fee_cap"]) == []


def test_a_key_that_begins_like_another_is_another(site: CourseSite, fact: Fact) -> None:
    make_fact(site, "fee_cap_2")
    make_version("D-03-Q9", explanation="最高{fact:fee_cap_2}。")
    assert uses_of(["fee_cap"]) == []
    assert uses_of(["feexcap"]) == []


def test_misconceptions_are_checked_in_files_and_in_the_admin(site: CourseSite, fact: Fact, settings: Any) -> None:
    settings.DEMO = True
    entry = {"code": "D-03-9", "belief": "就是{fact:nowhere}。", "correction": "最高{fact:fee_cap}。"}
    with pytest.raises(QuestionInvalidError, match="nowhere"):
        import_misconceptions(data={"misconceptions": [entry]}, lesson_page=None)
    client = Client()
    client.force_login(site.author, backend="accounts.backends.StaffPasswordBackend")
    url = reverse(Misconception.snippet_viewset.get_url_name("add"))
    answer = client.post(url, {**entry, "lesson": "", "why": ""})
    assert "belief" in answer.context["form"].errors
    assert Misconception.objects.count() == 0

"""One statement over the index of all kinds; it leans on the tables of modelsearch."""

import pytest

from core.search.index import matches
from core.search.sources import search_everything
from courses.models import GlossaryTerm
from courses.pages import ArticlePage, LessonPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(course_site):
    course_site.lesson(title="申购费怎么算", code="D-91", slug="one")
    course_site.lesson(title="另一课", code="D-92", slug="two", objective="能算出申购费。")
    course_site.article(title="别的事")
    course_site.term(slug="fee", term="申购费", pinyin="shen gou fei")
    return course_site


def test_each_kind_has_its_own_matches_best_first(shelf, django_assert_num_queries):
    models = [LessonPage, ArticlePage, GlossaryTerm]
    matches([["申购费"]], models, limit=1)
    with django_assert_num_queries(1):
        found = matches([["申购费"]], models, limit=10)
    codes = [LessonPage.objects.get(pk=match.key).code for match in found[LessonPage]]
    assert codes == ["D-91", "D-92"]
    assert len(found[GlossaryTerm]) == 1
    assert ArticlePage not in found


def test_all_groups_must_be_held_by_any_of_their_words(shelf):
    def codes(groups):
        found = matches(groups, [LessonPage], limit=10).get(LessonPage, [])
        return {LessonPage.objects.get(pk=match.key).code for match in found}

    assert codes([["申购费"], ["另一课"]]) == {"D-92"}
    assert codes([["没有的词", "申购费"]]) == {"D-91", "D-92"}
    assert codes([["申购费"], ["没有的词"]]) == set()


def test_the_limit_holds_for_each_kind(shelf):
    found = matches([["申购费"]], [LessonPage, GlossaryTerm], limit=1)
    assert [len(found[model]) for model in (LessonPage, GlossaryTerm)] == [1, 1]


def test_the_best_of_a_kind_come_with_their_text_in_index_form(shelf, monkeypatch):
    monkeypatch.setattr("core.search.index._READ", 1)
    first, second = matches([["申购费"]], [LessonPage], limit=2)[LessonPage]
    assert "申 购 费 怎 么 算" in first.text
    assert second.text == ""


@pytest.mark.parametrize("groups", [[], [[]], [[""]], [["?!"]]])
def test_nothing_to_look_for_finds_nothing(shelf, groups):
    assert matches(groups, [LessonPage], limit=5) == {}


@pytest.mark.parametrize("word", ['"', "''", "\\", "a'b", "1.5", "AND", "near", "*", "50", "&|!", "%s"])
def test_no_word_is_read_as_an_operator(shelf, word):
    assert isinstance(matches([[word]], [LessonPage], limit=5), dict)


def test_a_search_costs_the_same_for_one_hit_and_for_three(course_site, django_assert_num_queries):
    def lesson(number):
        course_site.lesson(title=f"申购费第{number}课", code=f"D-9{number}", slug=f"n{number}", tags=["费用"])

    lesson(1)
    search_everything("申购费")
    with django_assert_num_queries(_QUERIES):
        assert len(search_everything("申购费").hits) == 1
    lesson(2)
    lesson(3)
    search_everything("申购费")
    with django_assert_num_queries(_QUERIES):
        assert len(search_everything("申购费").hits) == 3


# The index strictly and broadly (few hits), then for each time: restrictions of pages, the lessons, their tags.
_QUERIES = 8

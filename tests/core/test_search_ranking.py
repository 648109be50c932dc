"""Questions in readers' words: which lesson stands first, on a site of five texts."""

import pytest
from django.core.exceptions import ValidationError

from compliance.findings import findings_in
from core.registries import SearchHit
from core.search.likeness import Likeness, parts_of
from core.search.question import understand
from core.search.ranking import Found, ranked
from core.search.sources import search_everything
from courses.models import GlossaryTerm
from courses.pages import LessonPage
from courses.validators import validate_phrasings


def order(typed, *hits):
    found = [Found(hit, 1.0, 0, strict=False) for hit in hits]
    return [hit.title for hit in ranked(found, understand(typed), typed, cut=False)]


def hit(title, *, summary="", asked_as=()):
    return SearchHit(title, f"/{title}/", "lesson", summary, asked_as=asked_as)


def test_the_nearest_phrasing_counts_and_not_all_of_them_together():
    heap = hit("一堆", asked_as=["跌了怎么看", "买了很多只", "该不该换一家", "被套在合同里", "割肉是什么"])
    one = hit("一句", asked_as=["被套了要不要割肉"])
    assert order("被套了该不该割肉", heap, one) == ["一句", "一堆"]


def test_more_phrasings_that_do_not_fit_change_nothing():
    few, many = (hit("同一课", asked_as=["被套了要不要割肉", *more]) for more in ((), ("季报怎么看", "合同太长")))
    scores = [
        ranked([Found(one, 1.0, 0, strict=False)], understand("割肉"), "割肉", cut=False)[0].score
        for one in (few, many)
    ]
    assert scores[0] == pytest.approx(scores[1], rel=0.1)


def test_a_near_phrasing_stands_before_what_shares_single_words():
    lesson = hit("四种心思", asked_as=["被套了要不要割肉"])
    answer = hit("基金的客服几点上班", summary="被套、割肉的事，客服不替您决定。")
    assert order("基金被套了，割肉吗", answer, lesson) == ["四种心思", "基金的客服几点上班"]


def test_one_shared_word_does_not_beat_a_title_that_says_it():
    named = hit("基金清盘了怎么办")
    touched = hit("别的课", asked_as=["基金季报多久出一次"])
    assert order("基金清盘", touched, named) == ["基金清盘了怎么办", "别的课"]


def test_the_order_of_a_list_says_nothing():
    entries = [hit("头一条：基金"), hit("第二条：基金")]
    found = [Found(entry, 0.6, None, strict=False) for entry in entries]
    first, second = ranked(found, understand("基金"), "基金", cut=False)
    assert first.score == second.score > 0


def test_likeness_knows_neither_order_nor_what_every_question_says():
    same = Likeness(parts_of("能不能提前取"), [parts_of("提前取可以吗"), parts_of("季报怎么看")])
    assert same.of([parts_of("提前取可以吗")]) == pytest.approx(1)
    assert same.of([parts_of("季报怎么看")]) == 0
    assert same.of([]) == 0


@pytest.fixture
def shelf(course_site):
    course_site.lesson(title="四种心思", code="D-91", slug="one", asked_as=["被套了要不要割肉", "不卖就不算亏吧"])
    course_site.lesson(title="别的", code="D-92", slug="two")
    course_site.article(title="一块肉的价钱", summary="被褥和套餐：不说基金。")
    return course_site


@pytest.mark.django_db
def test_a_lesson_is_found_by_words_that_it_does_not_say_and_never_shows(shelf, client):
    best = search_everything("割肉").hits[0]
    assert best.title == "四种心思"
    page = client.get("/search/", {"q": "基金套住了，要割肉吗"}).content.decode()
    assert "四种心思" in page
    assert "被套了要不要割肉" not in page + client.get(best.url).content.decode()
    assert "被套了要不要割肉" not in client.get("/search/suggest/", {"q": "被套"}).content.decode()


@pytest.mark.django_db
def test_phrasings_cost_no_query_a_lesson(shelf, django_assert_num_queries):
    search_everything("割肉")
    with django_assert_num_queries(8):
        assert len(search_everything("割肉").hits) == 1
    shelf.lesson(title="第三", code="D-93", slug="three", asked_as=["割肉以后"])
    search_everything("割肉")
    with django_assert_num_queries(8):
        assert len(search_everything("割肉").hits) == 2


@pytest.mark.django_db
def test_importing_again_changes_nothing_and_other_phrasings_are_a_change(shelf):
    lesson = LessonPage.objects.get(code="D-91")
    before = lesson.latest_revision_id
    again = {"title": "四种心思", "code": "D-91", "slug": "one"}
    assert shelf.lesson(**again, asked_as=lesson.phrasings).latest_revision_id == before
    assert shelf.lesson(**again, asked_as=["新的问法"]).phrasings == ["新的问法"]
    assert not GlossaryTerm.objects.exists()


@pytest.mark.django_db
def test_readers_may_ask_what_the_site_may_not_say(course_site):
    lesson = course_site.lesson(code="D-91", slug="one", asked_as=["保本又稳赚不赔的有吗"])
    found = [finding for finding in findings_in(lesson) if "asked_as" in finding.places]
    assert found
    assert {finding.severity for finding in found} == {"note"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n".join(str(number) for number in range(21)), "最多 20 行，现在有 21 行。"),
        (f"短的\r\n{'长' * 41}", "一行最多 40 个字，这一行太长"),
    ],
)
def test_too_many_and_too_long_phrasings_are_refused(text, said):
    with pytest.raises(ValidationError, match=said):
        validate_phrasings(text)


def test_twenty_lines_of_forty_characters_pass():
    validate_phrasings("\r\n\r\n".join("长" * 40 for _line in range(20)))

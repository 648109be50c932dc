"""Progress: one row a learner and lesson, by section; a plain form and a fragment; what outlives its lesson."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.registries import personal_data_providers
from courses.actions.progress import record_progress
from courses.errors import LessonUnavailableError
from courses.learning.invariants import progress_holds, sections_can_be_told_apart
from courses.learning.queries import desk_context, marks_below
from courses.learning.sections import sections_of
from courses.models import LessonProgress
from courses.pages import CoursePage
from tests.courses.learning.conftest import FETCH, three_sections
from tests.factories.accounts import InvestorFactory
from tests.factories.quizzes import make_attempt, make_content, make_quiz

pytestmark = pytest.mark.django_db


def test_posting_twice_stores_one_row_and_keeps_the_first_finish(lesson, blocks, now):
    user, later = InvestorFactory(), now + timedelta(hours=1)
    record_progress(user=user, lesson_id=lesson.pk, now=now, place=blocks[0], finished=True)
    record_progress(user=user, lesson_id=lesson.pk, now=later, place=blocks[2], reached=[blocks[1]], finished=True)
    row = LessonProgress.objects.get()
    assert (row.last_block, row.reached, row.finished_at, row.updated_at) == (blocks[2], blocks, now, later)
    assert list(progress_holds()) == []


def test_what_is_no_section_is_not_stored(lesson, now):
    row = record_progress(user=InvestorFactory(), lesson_id=lesson.pk, now=now, place="s1", reached=["x<script>"])
    assert (row.last_block, row.reached) == ("", [])


def test_a_lesson_that_is_not_public_takes_no_progress(course_site, now):
    draft = course_site.draft()
    with pytest.raises(LessonUnavailableError, match="这一课现在没有公开。"):
        record_progress(user=InvestorFactory(), lesson_id=draft.pk, now=now)
    assert LessonProgress.objects.count() == 0


def test_an_edited_lesson_keeps_the_place(course_site, lesson, blocks, learner, client, now):
    record_progress(user=learner, lesson_id=lesson.pk, now=now, place=blocks[1])
    raw = lesson.body.get_prep_value()
    lesson.body = [{"type": "section", "value": {"title": "新的开头", "short": ""}}, *raw]
    from core.actions.publishing import publish_through_review

    publish_through_review(page=lesson, author=course_site.author, reviewer=course_site.reviewer, now=now)
    page = client.get(f"/courses/progress/{lesson.pk}/", headers=FETCH).content.decode()
    assert "读到第三节，共四节" in page
    assert f'href="{lesson.url}#s3"' in page
    assert list(sections_can_be_told_apart()) == []


def test_an_imported_change_keeps_the_place_in_sections_of_the_same_title(course_site, lesson, blocks):
    data = three_sections()
    data["body"][0]["title"] = "第一节改了题目"
    changed = [section.block for section in sections_of(course_site.lesson(**data))]
    assert changed[1:] == blocks[1:]
    assert changed[0] not in blocks


def test_the_page_of_a_lesson_names_its_sections_for_the_script(lesson, blocks, client):
    page = client.get(lesson.url).content.decode()
    for number, block in enumerate(blocks, start=1):
        assert f'<h2 id="s{number}" data-block="{block}">' in page
    assert "读到第二节，共三节" in page


def test_the_plain_form_marks_a_lesson_as_finished(lesson, learner, client):
    page = client.get(f"/courses/progress/{lesson.pk}/").content.decode()
    assert "标记为学完" in page
    answer = client.post("/courses/progress/", {"lesson": lesson.pk, "finished": "1"}, follow=True)
    assert "学完</p>" in answer.content.decode()
    assert LessonProgress.objects.get(user=learner).finished_at is not None


def test_a_quiet_report_stores_the_place_and_answers_nothing(lesson, blocks, learner, client):
    given = {"lesson": lesson.pk, "place": blocks[1], "reached": " ".join(blocks[:2]), "quiet": "1"}
    answer = client.post("/courses/progress/", given, headers=FETCH)
    row = LessonProgress.objects.get(user=learner)
    assert (answer.status_code, row.reached, row.last_block) == (204, blocks[:2], blocks[1])


def test_visitors_get_no_fragment_and_a_plain_link_leads_to_signing_in(lesson, client):
    address = f"/courses/progress/{lesson.pk}/"
    assert client.get(address, headers=FETCH).status_code == 204
    assert client.get(address).headers["Location"] == f"/accounts/login/?next=%2Fcourses%2Fprogress%2F{lesson.pk}%2F"
    posted = client.post("/courses/progress/", {"lesson": lesson.pk})
    assert posted.headers["Location"] == f"/accounts/login/?next=%2Fcourses%2Fprogress%2F{lesson.pk}%2F"
    assert LessonProgress.objects.count() == 0


def test_the_fragment_takes_as_many_queries_with_everything_as_with_nothing(lesson, blocks, learner, client, now):
    address = f"/courses/progress/{lesson.pk}/"

    def count():
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address, headers=FETCH)
        assert "no-store" in answer.headers["Cache-Control"]
        assert "X-Page-Cache" not in answer.headers
        return len(queries)

    before = count()
    record_progress(user=learner, lesson_id=lesson.pk, now=now, place=blocks[0])
    for block in blocks:
        client.post("/me/bookmarks/", {"lesson": lesson.pk, "block": block})
    client.post(f"/me/notes/lesson/{lesson.pk}/", {"text": "记一句", "version": 0})
    assert count() == before


def test_nonsense_is_refused_without_a_row(lesson, learner, client):
    assert client.post("/courses/progress/", {"lesson": "x"}).status_code == 400
    assert client.post("/courses/progress/", {"lesson": 999_999}).status_code == 404
    assert client.post("/courses/progress/", {"lesson": "9" * 30}).status_code == 400
    assert client.get(f"/courses/progress/{'9' * 30}/").status_code == 404
    assert client.get(f"/courses/progress/marks/{'9' * 30}/").status_code == 404
    assert client.get("/courses/progress/").status_code == 405
    assert LessonProgress.objects.count() == 0


def test_a_lesson_that_is_gone_leaves_its_record_by_name(lesson, learner, client, now):
    record_progress(user=learner, lesson_id=lesson.pk, now=now, finished=True)
    client.post(f"/me/notes/lesson/{lesson.pk}/", {"text": "先看费用", "version": 0})
    lesson.unpublish()
    assert "这一课已经撤下" in client.get("/me/").content.decode()
    lesson.delete()
    desk = client.get("/me/").content.decode()
    assert ("一课样子" in desk, "这一课已经撤下" in desk, "学完" in desk) == (True, True, True)
    assert "先看费用" in client.get("/me/notes/").content.decode()
    exported = dict(personal_data_providers)["courses"].export(learner)
    assert [(row["code"], row["title"]) for row in exported["lessons"]] == [("D-90", "一课样子")]


def test_the_desk_leads_to_the_place_and_to_what_comes_next(course_site, lesson, blocks, learner, client, now):
    course_site.lesson(**three_sections(code="D-91", slug="next", title="下一课的题目"))
    record_progress(user=learner, lesson_id=lesson.pk, now=now, place=blocks[1])
    page = client.get("/me/").content.decode()
    assert f'href="{lesson.url}#s2"' in page
    assert "读到第二节，共三节" in page
    assert page.index("建议接着看") < page.index("下一课的题目")
    assert "入门里按顺序的下一课" in page


def test_the_desk_takes_as_many_queries_for_three_lessons_as_for_one(course_site, lesson, blocks, now):
    user = InvestorFactory()
    others = [course_site.lesson(**three_sections(code=f"D-9{n}", slug=f"other-{n}")) for n in range(1, 4)]

    def count():
        with CaptureQueriesContext(connection) as queries:
            desk_context(user, now)
        return len(queries)

    record_progress(user=user, lesson_id=lesson.pk, now=now, place=blocks[0])
    record_progress(user=user, lesson_id=others[0].pk, now=now, finished=True)
    before = count()
    for other in others[1:]:
        record_progress(user=user, lesson_id=other.pk, now=now, finished=True)
    assert count() == before <= 6


def test_a_passed_quiz_marks_its_lesson_everywhere_and_a_failed_one_brings_it_back(
    course_site, lesson, learner, client, now
):
    quiz = make_quiz("d-90", contents=[make_content("甲"), make_content("乙")], pass_mark=2, lesson=lesson)
    record_progress(user=learner, lesson_id=lesson.pk, now=now, finished=True)
    make_attempt(quiz, user=learner, now=now, right=[True, False])
    failed = client.get("/me/").content.decode()
    assert "小测验还没过，可以再看一遍" in failed
    assert "已掌握" not in failed
    make_attempt(quiz, user=learner, now=now, right=[True, True])
    make_attempt(quiz, user=learner, now=now, right=[False, False])
    for address in ("/me/", f"/courses/progress/{lesson.pk}/", f"/courses/progress/marks/{lesson.get_parent().pk}/"):
        assert "已掌握" in client.get(address).content.decode(), address
    assert "小测验还没过" not in client.get("/me/").content.decode()


def test_one_fragment_marks_a_list_however_many_lessons_it_has(course_site, lesson, now, client):
    user = InvestorFactory()
    course = CoursePage.objects.get(pk=lesson.get_parent().pk)
    record_progress(user=user, lesson_id=lesson.pk, now=now, finished=True)
    with CaptureQueriesContext(connection) as one:
        marks_below(user, course)
    other = course_site.lesson(**three_sections(code="D-91", slug="two"))
    record_progress(user=user, lesson_id=other.pk, now=now)
    with CaptureQueriesContext(connection) as two:
        marks = marks_below(user, course)
    assert [(mark.lesson.pk, mark.finished) for mark in marks] == [(lesson.pk, True), (other.pk, False)]
    assert len(one) == len(two) == 3
    assert f'data-mark="{lesson.pk}"' in client.get(course.url).content.decode()


def test_the_page_of_all_tracks_is_marked_by_one_fragment_in_as_many_queries_for_three(
    course_site, lesson, learner, now, client
):
    index = lesson.get_parent().get_parent().get_parent()
    page = client.get("/courses/").content.decode()
    address = re.search(r'data-fragment="(/courses/progress/marks/[^"]+)"', page)[1]
    assert address == f"/courses/progress/marks/{index.pk}/"
    assert f'data-mark="{lesson.pk}"' in page
    assert f'href="{address}"' in page
    record_progress(user=learner, lesson_id=lesson.pk, now=now, finished=True)
    assert client.get("/courses/").content.decode() == page, "the cached page knows nobody"
    with CaptureQueriesContext(connection) as one:
        client.get(address, headers={"X-Requested-With": "fetch"})
    others = [course_site.lesson(**three_sections(code=f"D-9{n}", slug=f"more-{n}")) for n in (1, 2)]
    record_progress(user=learner, lesson_id=others[0].pk, now=now)
    with CaptureQueriesContext(connection) as three:
        marks = client.get(address, headers={"X-Requested-With": "fetch"}).content.decode()
    assert re.findall(r'data-lesson="(\d+)"', marks) == [str(lesson.pk), str(others[0].pk)]
    assert marks.count("学完") == 1
    assert len(one) == len(three) == 7


def test_sections_are_read_without_building_blocks(lesson, blocks):
    assert [(section.number, section.anchor, section.title) for section in sections_of(lesson)] == [
        (1, "s1", "第一节"),
        (2, "s2", "第二节"),
        (3, "s3", "第三节"),
    ]

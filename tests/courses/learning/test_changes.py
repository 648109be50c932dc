"""What changed: one entry for each change that passes the gate, public, told to those who had finished before."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from core.actions.publishing import publish_through_review
from courses.actions.changes import record_change
from courses.actions.progress import record_progress
from courses.learning.invariants import changes_hold
from courses.models import PageChange
from courses.pages import LessonPage
from courses.texts import article_pieces, lesson_pieces
from tests.courses.learning.conftest import FETCH
from tests.courses.test_paste import form_with

pytestmark = pytest.mark.django_db
TEXT = "第二节的例子里，费用从 1.5 元改成 15 元。"


def _publish(site, page, moment, **values):
    for name, value in values.items():
        setattr(page, name, value)
    with time_machine.travel(moment, tick=False):
        return publish_through_review(page=page, author=site.author, reviewer=site.reviewer, now=moment)


@pytest.fixture
def tomorrow(lesson):
    return lesson.first_published_at + timedelta(days=1)


def test_a_text_is_recorded_once_however_often_the_lesson_is_published(course_site, lesson, tomorrow, client):
    lesson = _publish(course_site, lesson, tomorrow, change_kind="correction", change_note=TEXT)
    lesson = _publish(course_site, lesson, tomorrow + timedelta(days=1), minutes=9)
    assert [(row.kind, row.text, row.at) for row in PageChange.objects.all()] == [("correction", TEXT, tomorrow)]
    _publish(course_site, lesson, tomorrow + timedelta(days=2), change_kind="update", change_note="补了一节。")
    page = client.get(lesson.url).content.decode()
    assert page.index("更正与更新") < page.index("补了一节。") < page.index("费用从")
    assert list(changes_hold()) == []


def _texts():
    return [row.text for row in PageChange.objects.all()]


def _save_in_form(desk, lesson, **values):
    """Save a draft as an editor does; return what the form showed of a change before."""
    address = f"/cms/pages/{lesson.pk}/edit/"
    form = desk.get(address).context["form"]
    shown = {name: form[name].value() for name in ("change_kind", "change_note")}
    answer = desk.post(address, form_with(lesson, "正文。", **{**shown, **values}))
    assert answer.status_code == 302
    return shown["change_kind"], shown["change_note"]


def _publish_draft(site, lesson, moment):
    draft = LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    return _publish(site, draft, moment)


@pytest.fixture
def desk(client, course_site, monkeypatch):
    monkeypatch.setattr("accounts.middleware.used_second_factor", lambda _request, _user: True)
    client.force_login(course_site.author, backend="accounts.backends.StaffPasswordBackend")
    return client


def test_the_same_words_written_for_a_new_change_are_listed_again(course_site, lesson, tomorrow, desk):
    written = {"change_kind": "update", "change_note": "费率换成了今年的。"}
    moments = [tomorrow + timedelta(days=day) for day in range(4)]
    assert _save_in_form(desk, lesson, **written) == ("", "")
    # Saved again before it is public, the draft still says it.
    assert _save_in_form(desk, lesson) == tuple(written.values())
    _publish_draft(course_site, lesson, moments[0])
    assert _save_in_form(desk, lesson, minutes="9") == ("", "")
    _publish_draft(course_site, lesson, moments[1])
    assert _texts() == [written["change_note"]]
    assert _save_in_form(desk, lesson, **written) == ("", "")
    page = _publish_draft(course_site, lesson, moments[2])
    # What carries the words on without the form, as a new date of review does, lists nothing.
    _publish(course_site, page, moments[3], minutes=10)
    assert [(row.text, row.at) for row in PageChange.objects.all()] == [
        (written["change_note"], moments[2]),
        (written["change_note"], moments[0]),
    ]


def test_earlier_words_after_others_are_listed_again(course_site, lesson, tomorrow):
    for day, words in enumerate((TEXT, "补了一节。", TEXT)):
        lesson = _publish(
            course_site, lesson, tomorrow + timedelta(days=day), change_kind="correction", change_note=words
        )
    assert _texts() == [TEXT, "补了一节。", TEXT]


def test_a_revision_that_is_published_twice_lists_its_change_once(course_site, lesson, tomorrow):
    lesson = _publish(course_site, lesson, tomorrow, change_kind="correction", change_note=TEXT)
    lesson.change_number = 5
    assert record_change(page=lesson, revision_id=lesson.live_revision_id, now=tomorrow) is None
    assert _texts() == [TEXT]


def test_the_first_publication_changes_nothing_for_anybody(course_site, lesson):
    page = course_site.draft(code="D-95", slug="fresh")
    page.change_kind, page.change_note = "update", TEXT
    publish_through_review(
        page=page, author=course_site.author, reviewer=course_site.reviewer, now=page.latest_revision_created_at
    )
    assert PageChange.objects.count() == 0


def test_a_draft_says_nothing_yet(course_site, lesson, client):
    lesson.change_kind, lesson.change_note = "update", TEXT
    lesson.save_revision(user=course_site.author)
    assert PageChange.objects.count() == 0
    assert "更正与更新" not in client.get(lesson.url).content.decode()


def test_an_article_tells_its_changes_too(course_site, client, now):
    article = course_site.article()
    _publish(
        course_site, article, article.first_published_at + timedelta(days=1), change_kind="update", change_note=TEXT
    )
    assert TEXT.split("，", maxsplit=1)[0] in client.get(article.url).content.decode()


def test_only_those_who_had_finished_are_told_until_they_say_so(course_site, lesson, tomorrow, learner, client):
    record_progress(user=learner, lesson_id=lesson.pk, now=tomorrow - timedelta(hours=1), finished=True)
    lesson = _publish(course_site, lesson, tomorrow, change_kind="correction", change_note=TEXT)
    address, change = f"/courses/progress/{lesson.pk}/", PageChange.objects.get()
    for page in (client.get(address, headers=FETCH), client.get("/me/")):
        assert "这一课改过：" in page.content.decode()
    seen = {"lesson": lesson.pk, "change": change.pk}
    for _time in range(2):
        assert "这一课改过：" not in client.post("/courses/progress/seen/", seen, headers=FETCH).content.decode()
    assert "这一课改过：" not in client.get("/me/").content.decode()
    _publish(course_site, lesson, tomorrow + timedelta(days=1), change_kind="update", change_note="又补了一句。")
    again = client.get(address, headers=FETCH).content.decode()
    assert ("又补了一句。" in again, "第二节的例子里" in again) == (True, False)


def test_who_finishes_afterwards_is_told_nothing(course_site, lesson, tomorrow, learner, client):
    lesson = _publish(course_site, lesson, tomorrow, change_kind="correction", change_note=TEXT)
    record_progress(user=learner, lesson_id=lesson.pk, now=tomorrow + timedelta(hours=1), finished=True)
    assert "这一课改过：" not in client.get(f"/courses/progress/{lesson.pk}/", headers=FETCH).content.decode()


def test_nonsense_puts_nothing_away(lesson, learner, client):
    assert client.post("/courses/progress/seen/", {"lesson": lesson.pk, "change": "x"}).status_code == 400
    assert client.post("/courses/progress/seen/", {"lesson": lesson.pk, "change": 999_999}).status_code == 404


def test_the_words_pass_the_phrase_check_like_the_others(course_site, lesson):
    lesson.change_note = TEXT
    article = course_site.article()
    article.change_note = TEXT
    assert TEXT in [piece.text for piece in lesson_pieces(lesson)]
    assert TEXT in [piece.text for piece in article_pieces(article)]


def test_a_text_without_its_kind_is_refused_beside_the_field(lesson):
    lesson.change_note = TEXT
    with pytest.raises(ValidationError) as caught:
        lesson.clean()
    assert caught.value.message_dict == {"change_kind": ["请选是更正还是更新。"]}

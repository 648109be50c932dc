"""Bookmarks and notes: once, for their writer alone, and never overwritten unseen."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.registries import personal_data_providers
from courses.actions import notes
from courses.errors import NoteConflictError, NoteInvalidError, TooManyBookmarksError
from courses.learning.invariants import kept_things_hold
from courses.models import Bookmark, LessonNote
from tests.courses.learning.conftest import FETCH, three_sections
from tests.factories.accounts import InvestorFactory, StaffFactory

pytestmark = pytest.mark.django_db
TEXT = "先看费用，再看风险 🙂"


def _save(client, lesson, text, version=0, **headers):
    return client.post(f"/me/notes/lesson/{lesson.pk}/", {"text": text, "version": version}, headers=headers)


def test_a_note_is_stored_encrypted_and_comes_back_in_the_lesson(lesson, learner, client):
    assert _save(client, lesson, TEXT).headers["Location"] == f"/courses/progress/{lesson.pk}/#note"
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM courses_lessonnote")
        assert "费用" not in cursor.fetchone()[0]
    assert TEXT in client.get(f"/courses/progress/{lesson.pk}/", headers=FETCH).content.decode()
    assert list(kept_things_hold()) == []


def test_the_same_post_twice_is_one_note_of_one_version(lesson, learner, client):
    _save(client, lesson, TEXT)
    assert _save(client, lesson, TEXT).status_code == 302
    assert LessonNote.objects.get().version == 1


def test_the_later_of_two_tabs_is_told_and_both_texts_are_kept(lesson, learner, client):
    _save(client, lesson, "第一份")
    _save(client, lesson, "第二份", version=1)
    late = client.post(f"/me/notes/lesson/{lesson.pk}/", {"text": "第三份", "version": 1}, headers=FETCH)
    page = late.content.decode()
    assert late.status_code == 409
    assert ("在别的窗口里改过了" in page, "第二份" in page, "第三份" in page) == (True, True, True)
    assert 'name="version" value="2"' in page
    assert LessonNote.objects.get().text == "第二份"
    assert _save(client, lesson, "第三份", version=2).status_code == 302
    assert LessonNote.objects.get().text == "第三份"


def test_two_tabs_that_both_write_the_first_note_do_not_overwrite_each_other(lesson, now):
    user = InvestorFactory()
    notes.save_note(user=user, lesson_id=lesson.pk, text="甲", version=0, now=now)
    with pytest.raises(NoteConflictError) as caught:
        notes.save_note(user=user, lesson_id=lesson.pk, text="乙", version=0, now=now)
    assert caught.value.note.text == "甲"


def test_length_counts_a_line_break_once_and_what_is_too_long_stays_in_the_form(lesson, learner, client, now):
    longest = "字\r\n" * 999 + "末"
    notes.save_note(user=learner, lesson_id=lesson.pk, text=longest + "尾", version=0, now=now)
    answer = _save(client, lesson, "字" * 2001, version=1)
    page = answer.content.decode()
    assert (answer.status_code, "现在有 2001 字，最多 2000 字" in page, "字" * 2001 in page) == (422, True, True)
    with pytest.raises(NoteInvalidError):
        notes.save_note(user=learner, lesson_id=lesson.pk, text=" \r\n ", version=1, now=now)


def test_a_bookmark_of_a_section_is_made_once_and_leads_to_it(lesson, blocks, learner, client):
    for _time in range(2):
        client.post("/me/bookmarks/", {"lesson": lesson.pk, "block": blocks[1]})
    assert Bookmark.objects.get().section_title == "第二节"
    page = client.get("/me/notes/").content.decode()
    assert f'href="{lesson.url}#s2"' in page
    for _time in range(2):
        client.post(f"/me/bookmarks/{Bookmark.objects.first().pk if Bookmark.objects.exists() else 1}/remove/")
    assert Bookmark.objects.count() == 0


def test_a_first_note_to_a_lesson_withdrawn_meanwhile_is_handed_back(lesson, learner, client):
    lesson.unpublish()
    answer = _save(client, lesson, "第一行\n{fact:gone}")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "这一课现在没有公开。" in page
    assert "<p>第一行<br>&#123;fact:gone}</p>" in page
    assert LessonNote.objects.count() == 0


def test_a_refusal_is_a_page_with_a_way_on_and_words_for_a_script(lesson, learner, client):
    plain = client.post("/courses/progress/", {"lesson": "x"})
    assert plain.status_code == 400
    assert '<p class="lead">没有看懂要记哪一课' in plain.content.decode()
    assert 'href="/courses/"' in plain.content.decode()
    script = client.post("/courses/progress/", {"lesson": "x"}, headers=FETCH)
    assert (script.status_code, script.content.decode()) == (400, "没有看懂要记哪一课，请回到课里再按一次。")


def test_what_is_sent_from_a_lesson_that_was_withdrawn_meanwhile_is_kept(lesson, learner, client):
    _save(client, lesson, TEXT)
    client.post("/me/bookmarks/", {"lesson": lesson.pk})
    bookmark = Bookmark.objects.get()
    lesson.unpublish()
    for _time in range(2):
        answer = _save(client, lesson, "改过的", version=1)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/me/notes/")
    assert LessonNote.objects.get().text == "改过的"
    late = _save(client, lesson, "旧窗口", version=1)
    assert late.status_code == 409
    assert "旧窗口" in late.content.decode()
    removed = client.post(f"/me/bookmarks/{bookmark.pk}/remove/", {"lesson": lesson.pk})
    assert (removed.status_code, removed.headers["Location"], Bookmark.objects.count()) == (302, "/me/notes/", 0)
    # Nobody begins a note about it, and it is nobody else's way in.
    client.post(f"/me/notes/{LessonNote.objects.get().pk}/remove/")
    assert _save(client, lesson, "新的").status_code == 404
    assert LessonNote.objects.count() == 0


def test_bookmarks_end_somewhere(lesson, blocks, now, monkeypatch):
    user = InvestorFactory()
    monkeypatch.setattr(notes, "MOST_BOOKMARKS", 1)
    notes.add_bookmark(user=user, lesson_id=lesson.pk, now=now)
    with pytest.raises(TooManyBookmarksError):
        notes.add_bookmark(user=user, lesson_id=lesson.pk, block=blocks[0], now=now)


def test_nobody_else_sees_changes_or_removes_them(lesson, learner, client, settings):
    _save(client, lesson, TEXT)
    client.post("/me/bookmarks/", {"lesson": lesson.pk})
    note, bookmark = LessonNote.objects.get(), Bookmark.objects.get()
    settings.DEMO = True
    for user, backend in (
        (InvestorFactory(), "accounts.backends.ContactCodeBackend"),
        (StaffFactory(role="admin"), "accounts.backends.StaffPasswordBackend"),
    ):
        other = Client()
        other.force_login(user, backend=backend)
        assert other.get(f"/me/notes/{note.pk}/").status_code == 404
        assert other.post(f"/me/notes/{note.pk}/", {"text": "别人", "version": 1}).status_code == 404
        other.post(f"/me/notes/{note.pk}/remove/")
        other.post(f"/me/bookmarks/{bookmark.pk}/remove/")
        assert TEXT not in other.get("/me/notes/").content.decode()
    assert (LessonNote.objects.get().text, Bookmark.objects.count()) == (TEXT, 1)
    usage = other.get(reverse("wagtailadmin_pages:usage", args=[lesson.pk]))
    assert usage.status_code == 200
    assert TEXT not in usage.content.decode()
    assert f"{learner.pk} {lesson.pk}" not in usage.content.decode()


def test_the_list_pages_and_takes_as_many_queries_for_three_as_for_one(
    course_site, lesson, learner, client, monkeypatch
):
    client.post("/me/bookmarks/", {"lesson": lesson.pk})
    _save(client, lesson, TEXT)

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get("/me/notes/")
        return len(queries)

    before = count()
    for number in (1, 2):
        other = course_site.lesson(**three_sections(code=f"D-9{number}", slug=f"other-{number}"))
        client.post("/me/bookmarks/", {"lesson": other.pk})
        _save(client, other, TEXT)
    assert count() == before
    from courses.learning import queries

    monkeypatch.setattr(queries, "NOTES_A_PAGE", 4)
    assert client.get("/me/notes/?page=2").content.decode().count('<li>\n            <p class="meta">') == 2
    for page in ("3", "0", "x", "9" * 40):
        assert client.get(f"/me/notes/?page={page}").status_code == 404


def test_a_note_is_changed_and_deleted_on_its_own_page(lesson, learner, client):
    _save(client, lesson, "旧的")
    note = LessonNote.objects.get()
    lesson.delete()
    assert "旧的" in client.get(f"/me/notes/{note.pk}/").content.decode()
    assert client.post(f"/me/notes/{note.pk}/", {"text": "新的", "version": 1}).status_code == 302
    late = client.post(f"/me/notes/{note.pk}/", {"text": "另一份", "version": 1})
    assert (late.status_code, "新的" in late.content.decode(), "另一份" in late.content.decode()) == (409, True, True)
    for _time in range(2):
        assert client.post(f"/me/notes/{note.pk}/remove/").status_code == 302
    assert LessonNote.objects.count() == 0


def test_export_and_erase_know_them(lesson, learner, client):
    _save(client, lesson, TEXT)
    client.post("/me/bookmarks/", {"lesson": lesson.pk})
    provider = dict(personal_data_providers)["courses"]
    exported = provider.export(learner)
    assert [row["text"] for row in exported["notes"]] == [TEXT]
    assert [row["title"] for row in exported["bookmarks"]] == ["一课样子"]
    provider.erase(learner)
    assert (LessonNote.objects.count(), Bookmark.objects.count()) == (0, 0)

"""Bookmarks and private notes."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from courses.errors import LessonUnavailableError, NoteConflictError, NoteInvalidError, TooManyBookmarksError
from courses.learning.sections import section_by, sections_of
from courses.models import Bookmark, LessonNote
from courses.models.learning import LONGEST_NOTE
from courses.pages import LessonPage

MOST_BOOKMARKS = 500


def add_bookmark(*, user: User, lesson_id: int, block: str = "", now: datetime) -> Bookmark:
    """Mark a lesson, or with ``block`` a section of it, once however often this is asked.

    Raises ``LessonUnavailableError`` for a lesson or section that is not public, and ``TooManyBookmarksError``.
    """
    lesson = _public(lesson_id)
    section = section_by(sections_of(lesson), block)
    if block and section is None:
        raise LessonUnavailableError(_("这一课里没有这一节。"))
    with transaction.atomic():
        mine = Bookmark.objects.filter(user=user)
        found = mine.filter(lesson=lesson, block=block).first()
        if found is not None:
            return found
        if mine.count() >= MOST_BOOKMARKS:
            raise TooManyBookmarksError(_("书签最多 %(limit)d 个。请先去掉几个不用的。") % {"limit": MOST_BOOKMARKS})
        bookmark = Bookmark(user=user, lesson=lesson, block=block, created_at=now)
        bookmark.section_title = section.title[:60] if section else ""
        bookmark.name_lesson(lesson)
        Bookmark.objects.bulk_create([bookmark], ignore_conflicts=True)
    return mine.get(lesson=lesson, block=block)


def remove_bookmark(*, user: User, bookmark_id: int) -> None:
    """Take a bookmark of ``user`` away; one that is gone stays gone."""
    Bookmark.objects.filter(user=user, pk=bookmark_id).delete()


def save_note(*, user: User, lesson_id: int, text: str, version: int, now: datetime) -> LessonNote:
    """Store the note of ``user`` about a lesson.

    ``version`` is that of the note which the form was opened with, 0 for none. When the stored note is another one by
    now, nothing is stored and ``NoteConflictError`` carries it; the same text again changes nothing. Raises
    ``NoteInvalidError`` for an empty or too long text, ``LessonUnavailableError`` for a lesson that is not public and
    has no note yet.
    """
    words = _checked(text)
    with transaction.atomic():
        note = LessonNote.objects.select_for_update().filter(user=user, lesson_id=lesson_id).first()
        if note is None:
            return _first_note(user, _public(lesson_id), words, now)
        return _changed(note, words, version, now)


def change_note(*, user: User, note_id: int, text: str, version: int, now: datetime) -> LessonNote:
    """Change a note that there is, also one about a lesson that is gone, as ``save_note`` does.

    Raises ``LessonNote.DoesNotExist`` for a note that is not of ``user``.
    """
    words = _checked(text)
    with transaction.atomic():
        note = LessonNote.objects.select_for_update().get(user=user, pk=note_id)
        return _changed(note, words, version, now)


def remove_note(*, user: User, note_id: int) -> None:
    """Delete a note of ``user`` for good; one that is gone stays gone."""
    LessonNote.objects.filter(user=user, pk=note_id).delete()


def _checked(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise NoteInvalidError(_("笔记还是空的。写几个字再存；不要了，就按删除。"))
    if len(words) > LONGEST_NOTE:
        raise NoteInvalidError(
            _("现在有 %(count)d 字，最多 %(limit)d 字。删短一点再存，写的都还在。")
            % {"count": len(words), "limit": LONGEST_NOTE}
        )
    return words


def _changed(note: LessonNote, words: str, version: int, now: datetime) -> LessonNote:
    if note.text == words:
        return note
    if note.version != version:
        raise NoteConflictError(_conflict(), note=note)
    note.text, note.version, note.updated_at = words, note.version + 1, now
    note.save(update_fields=["text", "version", "updated_at"])
    return note


def _first_note(user: User, lesson: Any, words: str, now: datetime) -> LessonNote:
    note = LessonNote(user=user, lesson=lesson, text=words, created_at=now, updated_at=now)
    note.name_lesson(lesson)
    try:
        with transaction.atomic():
            note.save()
    except IntegrityError:
        # Another tab wrote the first one in between.
        stored = LessonNote.objects.get(user=user, lesson=lesson)
        if stored.text != words:
            raise NoteConflictError(_conflict(), note=stored) from None
        return stored
    return note


def _public(lesson_id: int) -> LessonPage:
    lesson = LessonPage.objects.live().filter(pk=lesson_id).first()
    if lesson is None:
        raise LessonUnavailableError(_("这一课现在没有公开。"))
    return lesson


def _conflict() -> str:
    return _("这条笔记在别的窗口里改过了。两份都在：上面是已经存下的，下面是您刚写的。改好再按一次，就存下面这一份。")

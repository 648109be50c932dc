"""What must always hold of what readers leave in lessons."""

from collections.abc import Iterable

from django.db.models import F, Q
from wagtail.models import Page

from courses.learning.sections import sections_of
from courses.models import Bookmark, LessonNote, LessonProgress, PageChange
from courses.models.learning import LONGEST_NOTE
from courses.pages import LessonPage


def progress_holds() -> Iterable[str]:
    """Nobody finishes before they start, no progress is dated before its start, and the last place was reached."""
    for row in LessonProgress.objects.filter(finished_at__lt=F("started_at")):
        yield f"lesson progress {row.pk}: finished before it started"
    for row in LessonProgress.objects.filter(updated_at__lt=F("started_at")):
        yield f"lesson progress {row.pk}: changed before it started"
    for row in LessonProgress.objects.exclude(last_block="").iterator():
        if row.last_block not in row.reached:
            yield f"lesson progress {row.pk}: the place last read was never reached"


def kept_things_hold() -> Iterable[str]:
    """Each note can be read and is no longer than a note, and each bookmark of a section names it."""
    for note in LessonNote.objects.iterator():
        if not 0 < len(note.text) <= LONGEST_NOTE:
            yield f"note {note.pk}: empty or too long"
    for bookmark in Bookmark.objects.filter(~Q(block=""), section_title=""):
        yield f"bookmark {bookmark.pk}: its section has no title"


def changes_hold() -> Iterable[str]:
    """A page that tells of changes was public before the first of them."""
    pages = Page.objects.in_bulk(PageChange.objects.values_list("page_id", flat=True))
    for change in PageChange.objects.all():
        first = pages[change.page_id].first_published_at
        if first is None or change.at < first:
            yield f"page change {change.pk}: older than its page"


def sections_can_be_told_apart() -> Iterable[str]:
    """Each section of a lesson has an id of its own: by it people's places are kept."""
    for lesson in LessonPage.objects.live().iterator():
        blocks = [section.block for section in sections_of(lesson)]
        if len(blocks) != len({block for block in blocks if block}):
            yield f"lesson {lesson.code}: sections without an id of their own"

"""Bookmarks and private notes: only ever shown to whoever wrote them. Never cached, never logged."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.sessions import reader_of
from core.limits import LimitExceeded
from courses.actions import notes
from courses.errors import LessonUnavailableError, NoteConflictError, NoteInvalidError, TooManyBookmarksError
from courses.forms import LARGEST_ID
from courses.learning.forms import BookmarkForm, NoteForm
from courses.learning.queries import filled, kept_by
from courses.learning.views import after_write, count_write, personal_part, public_lesson, refused, to_sign_in
from courses.models import LessonNote
from courses.pages import LessonPage

_STATUS: dict[type[Exception], int] = {
    NoteInvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoteConflictError: HTTPStatus.CONFLICT,
    LimitExceeded: HTTPStatus.TOO_MANY_REQUESTS,
}


@never_cache
@require_POST
def add_bookmark(request: HttpRequest) -> HttpResponse:
    """Mark a lesson or a section; sent twice, it is marked once."""
    form = BookmarkForm(request.POST)
    if not form.is_valid():
        return refused(request, _("没有看懂要给哪里加书签，请回到课里再按一次。"))
    pk, block = form.cleaned_data["lesson"], form.cleaned_data["block"]
    if not request.user.is_authenticated:
        return to_sign_in(reverse("lesson_progress", args=[pk]))
    try:
        count_write(request)
        notes.add_bookmark(user=reader_of(request), lesson_id=pk, block=block, now=timezone.now())
    except LimitExceeded as error:
        return refused(request, str(error), HTTPStatus.TOO_MANY_REQUESTS)
    except TooManyBookmarksError as error:
        return refused(request, str(error), HTTPStatus.CONFLICT)
    except LessonUnavailableError as error:
        raise Http404 from error
    return after_write(request, public_lesson(pk), opened="bookmarks")


@never_cache
@login_required
@require_POST
def remove_bookmark(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a bookmark away and go back to where the button was."""
    if pk <= LARGEST_ID:
        notes.remove_bookmark(user=reader_of(request), bookmark_id=pk)
    form = BookmarkForm(request.POST)
    lesson = LessonPage.objects.live().filter(pk=form.cleaned_data["lesson"]).first() if form.is_valid() else None
    # From the list, or from a lesson that is gone: the list is what is left.
    return after_write(request, lesson, opened="bookmarks") if lesson else redirect("learning_notes")


@sensitive_post_parameters("text")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the note about a lesson; where another window was quicker, both texts are shown and nothing is lost.

    A lesson that was withdrawn since its page was opened takes changes of its note, not a new one.
    """
    if not request.user.is_authenticated:
        return to_sign_in(reverse("lesson_progress", args=[min(pk, LARGEST_ID)]))
    if pk > LARGEST_ID:
        raise Http404
    kept = LessonNote.objects.filter(user=reader_of(request), lesson=pk, lesson__live=False).first()
    if kept is not None:
        return edit_note(request, kept.pk)
    if request.method != "POST":
        public_lesson(pk)
        return redirect("lesson_progress", pk=pk)
    return _save_note(request, pk)


def _save_note(request: HttpRequest, pk: int) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return refused(request, _("没有看懂这条笔记，请回到课里再存一次。"))
    try:
        lesson = public_lesson(pk)
    except Http404:
        # It was withdrawn while the reader was writing.
        return refused(request, _("这一课现在没有公开。"), HTTPStatus.NOT_FOUND, typed=form.cleaned_data["text"])
    try:
        count_write(request)
        notes.save_note(
            user=reader_of(request),
            lesson_id=pk,
            text=form.cleaned_data["text"],
            version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except (NoteInvalidError, NoteConflictError, LimitExceeded) as error:
        told = {"error": str(error), "typed": form.cleaned_data["text"], "stored": _stored(error), "opened": "note"}
        return personal_part(request, lesson, status=_STATUS[type(error)], **told)
    return after_write(request, lesson, opened="note")


@never_cache
@login_required
@require_safe
def note_list(request: HttpRequest) -> HttpResponse:
    """List what the reader noted and marked, the latest first."""
    pages = kept_by(reader_of(request))
    asked = request.GET.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) < len(str(LARGEST_ID))):
        raise Http404
    if not 1 <= int(asked) <= pages.num_pages:
        raise Http404
    page = pages.page(int(asked))
    context = {"section": "me", "page_obj": page, "rows": filled(page.object_list)}
    return render(request, "courses/learning/notes.html", context)


@sensitive_post_parameters("text")
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one note to its writer and take changes, also when its lesson is gone."""
    if pk > LARGEST_ID:
        raise Http404
    user = reader_of(request)
    note = get_object_or_404(LessonNote.objects.select_related("lesson"), user=user, pk=pk)
    context = {"section": "me", "note": note, "trail": [(_("书签和笔记"), reverse("learning_notes"))]}
    if request.method != "POST":
        return render(request, "courses/learning/note.html", context)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return refused(request, _("没有看懂这条笔记，请回去再存一次。"))
    typed = form.cleaned_data["text"]
    try:
        count_write(request)
        notes.change_note(user=user, note_id=pk, text=typed, version=form.cleaned_data["version"], now=timezone.now())
    except LessonNote.DoesNotExist as error:
        raise Http404 from error
    except (NoteInvalidError, NoteConflictError, LimitExceeded) as error:
        context.update(error=str(error), typed=typed, stored=_stored(error))
        note.refresh_from_db()
        return render(request, "courses/learning/note.html", context, status=_STATUS[type(error)])
    return redirect("learning_notes")


@never_cache
@login_required
@require_POST
def remove_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a note for good."""
    if pk <= LARGEST_ID:
        notes.remove_note(user=reader_of(request), note_id=pk)
    return redirect("learning_notes")


def _stored(error: Exception) -> str:
    """Return the text that is kept while another one was typed; empty where there is no such thing."""
    return error.note.text if isinstance(error, NoteConflictError) else ""

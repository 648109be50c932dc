"""How far a reader is: the personal part of a lesson, marks in lists, and what a browser remembers. Never cached."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page

from accounts.models import User
from accounts.sessions import reader_of
from core import limits
from core.fragments import kept_for_reader
from courses.actions.progress import mark_changes_seen, merge_progress
from courses.actions.progress import record_progress as store_progress
from courses.errors import LessonUnavailableError
from courses.forms import LARGEST_ID
from courses.learning.forms import MergeForm, ProgressForm, SeenForm
from courses.learning.queries import lesson_state, marks_below
from courses.models import PageChange
from courses.pages import LessonPage
from courses.pages.tree import crumbs_of

# A lesson reports a section when the reader rests in it: far fewer in ten minutes, from however many devices.
WRITES = limits.Limit(count=300, window=timedelta(minutes=10))


@kept_for_reader
@never_cache
@require_safe
def lesson_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a learner left in a lesson: a fragment for a script, a page for a plain link.

    A script that asks for somebody who is not signed in gets nothing; a plain link leads to signing in.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=204) if is_fetch(request) else to_sign_in(request.path)
    return personal_part(request, public_lesson(pk))


@never_cache
@require_POST
def record_progress(request: HttpRequest) -> HttpResponse:
    """Store the progress that a lesson reports and go back to it; a script gets the fragment, with ``quiet`` nothing.

    Who is not signed in any more signs in and comes to the page where the button is, not to this address.
    """
    form = ProgressForm(request.POST)
    if not request.user.is_authenticated:
        known = form.is_valid()
        return to_sign_in(reverse("lesson_progress", args=[form.cleaned_data["lesson"]]) if known else "/me/")
    if not form.is_valid():
        return refused(request, _("没有看懂要记哪一课，请回到课里再按一次。"))
    values = form.cleaned_data
    try:
        count_write(request)
        progress = store_progress(
            user=reader_of(request),
            lesson_id=values["lesson"],
            place=values["place"],
            reached=values["reached"],
            finished=values["finished"],
            now=timezone.now(),
        )
    except limits.LimitExceeded as error:
        return refused(request, str(error), HTTPStatus.TOO_MANY_REQUESTS)
    except LessonUnavailableError as error:
        raise Http404 from error
    if "quiet" in request.POST:
        return HttpResponse(status=204)
    return after_write(request, public_lesson(progress.lesson_id or 0))


@never_cache
@require_POST
def merge_guest_progress(request: HttpRequest) -> HttpResponse:
    """Add what the browser remembers to the account; 400 for what cannot be read, which is of no use to anybody."""
    if not request.user.is_authenticated:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    form = MergeForm(request.POST)
    if not form.is_valid():
        return refused(request, _("没有看懂要合并的进度。"))
    try:
        count_write(request)
        merged = merge_progress(user=reader_of(request), entries=form.cleaned_data["lessons"], now=timezone.now())
    except limits.LimitExceeded as error:
        return refused(request, str(error), HTTPStatus.TOO_MANY_REQUESTS)
    return JsonResponse({"merged": merged})


@never_cache
@require_POST
def see_changes(request: HttpRequest) -> HttpResponse:
    """Put away the changes of a lesson up to the one that the form names."""
    if not request.user.is_authenticated:
        return to_sign_in("/me/")
    form = SeenForm(request.POST)
    if not form.is_valid():
        return refused(request, _("没有看懂是哪一处改动，请回到课里再按一次。"))
    lesson = public_lesson(form.cleaned_data["lesson"])
    change = get_object_or_404(PageChange, page=lesson.pk, pk=form.cleaned_data["change"])
    mark_changes_seen(user=reader_of(request), lesson_id=lesson.pk, until=change.at)
    if request.POST.get("next") == "desk":
        return redirect("me:desk")
    return after_write(request, lesson)


@kept_for_reader
@never_cache
@require_safe
def lesson_marks(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which lessons at or below a page the learner has begun, finished and mastered."""
    if not request.user.is_authenticated:
        return HttpResponse(status=204) if is_fetch(request) else to_sign_in(request.path)
    if pk > LARGEST_ID:
        raise Http404
    parent = get_object_or_404(Page.objects.live().public(), pk=pk, depth__gt=1)
    context: dict[str, Any] = {"marks": marks_below(reader_of(request), parent)}
    if is_fetch(request):
        return render(request, "courses/learning/includes/marks.html", context)
    context.update(parent=parent, trail=_trail(parent), section="courses")
    return render(request, "courses/learning/marks.html", context)


def _trail(parent: Page) -> list[tuple[str, str]]:
    above = [(crumb["title"], crumb["url"]) for crumb in crumbs_of(parent)]
    return [*above, (str(parent.title).replace("|", ""), parent.url or "/")]


def is_fetch(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def to_sign_in(path: str) -> HttpResponse:
    return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': path})}")


def refused(request: HttpRequest, words: str, status: int = HTTPStatus.BAD_REQUEST, *, typed: str = "") -> HttpResponse:
    """Say why nothing was done: a script gets the words, others a page with a way on and with what they ``typed``."""
    if is_fetch(request):
        return HttpResponse(words, content_type="text/plain; charset=utf-8", status=status)
    context = {"words": words, "typed": typed, "section": "courses"}
    return render(request, "courses/learning/refused.html", context, status=status)


def public_lesson(pk: int) -> LessonPage:
    """Return the lesson with its text; 404 when it is not public or the number is none."""
    if pk > LARGEST_ID:
        raise Http404
    lesson: LessonPage = get_object_or_404(LessonPage.objects.live(), pk=pk)
    return lesson


def count_write(request: HttpRequest) -> None:
    """Count one change by the learner; raise ``LimitExceeded`` when there were too many."""
    user: User = reader_of(request)
    limits.hit(key=f"learning:{user.pk}", limit=WRITES.count, window=WRITES.window, now=timezone.now())


def after_write(request: HttpRequest, lesson: LessonPage, *, opened: str = "") -> HttpResponse:
    """Answer a form that was taken: a script with the fragment, others by leading to the page."""
    if is_fetch(request):
        return personal_part(request, lesson, opened=opened)
    return redirect(reverse("lesson_progress", args=[lesson.pk]) + (f"#{opened}" if opened else ""))


def personal_part(
    request: HttpRequest, lesson: LessonPage, *, status: int = HTTPStatus.OK, **extra: Any
) -> HttpResponse:
    """Show what the reader left in ``lesson``; ``extra`` says what just happened to one of its forms."""
    context = {"lesson": lesson, "state": lesson_state(reader_of(request), lesson), "section": "courses", **extra}
    template = "courses/learning/includes/personal.html" if is_fetch(request) else "courses/learning/lesson.html"
    return render(request, template, context, status=status)

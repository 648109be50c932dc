"""说清楚了吗？ A small page, or a part of the lesson that a script fetches when it is asked for; no account needed."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import limits
from core.clients import client_of
from courses.actions.clarity import answer_clarity
from courses.enums import Clarity
from courses.errors import ClarityInvalidError, LessonUnavailableError
from courses.learning.forms import ClarityForm
from courses.learning.sections import sections_of
from courses.learning.views import is_fetch, public_lesson
from courses.learning.visitors import known_visitor, visitor_of
from courses.models import ClarityAnswer

# A class of forty that answers after a lesson, from one school's address, and changes its mind once.
ANSWERS = limits.Limit(count=120, window=timedelta(minutes=10))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def clarity(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a lesson was clear and keep the answer; ``?answer=`` is what was pressed in the lesson."""
    lesson = public_lesson(pk)
    sections = sections_of(lesson)
    context: dict[str, Any] = {"lesson": lesson, "section": "courses", "trail": [(str(lesson), lesson.url)]}
    if request.method != "POST":
        stored = _own_answers(request).filter(lesson=lesson).first()
        asked = request.GET.get("answer", "")
        answer = asked if asked in Clarity.values else getattr(stored, "answer", "")
        initial = {"answer": answer, "block": getattr(stored, "block", "")}
        context["form"] = ClarityForm(initial=initial, sections=sections)
        context["thanks"] = stored is not None and "saved" in request.GET
        return _shown(request, context)
    form = ClarityForm(request.POST, sections=sections)
    context["form"] = form
    if not form.is_valid():
        return _shown(request, context, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _keep(request, lesson.pk, form)
    except LessonUnavailableError as error:
        raise Http404 from error
    except ClarityInvalidError as error:
        form.add_error("block" if "block" in form.fields else "answer", str(error))
        return _shown(request, context, HTTPStatus.UNPROCESSABLE_ENTITY)
    except limits.LimitExceeded as error:
        form.add_error("answer", str(error))
        return _shown(request, context, HTTPStatus.TOO_MANY_REQUESTS)
    if is_fetch(request):
        return _shown(request, {**context, "thanks": True})
    return redirect(reverse("lesson_clarity", args=[pk]) + "?saved=1")


def _keep(request: HttpRequest, lesson_id: int, form: ClarityForm) -> None:
    now = timezone.now()
    limits.hit(key=f"clarity:{client_of(request)}", limit=ANSWERS.count, window=ANSWERS.window, now=now)
    user = request.user if request.user.is_authenticated else None
    answer_clarity(
        lesson_id=lesson_id,
        user=user,
        visitor="" if user else known_visitor(request.session),
        answer=form.cleaned_data["answer"],
        block=form.cleaned_data.get("block", ""),
        now=now,
    )


def _own_answers(request: HttpRequest) -> Any:
    if request.user.is_authenticated:
        return ClarityAnswer.objects.filter(user=request.user)
    visitor = visitor_of(request.session)
    return ClarityAnswer.objects.filter(visitor=visitor) if visitor else ClarityAnswer.objects.none()


def _shown(request: HttpRequest, context: dict[str, Any], status: int = HTTPStatus.OK) -> HttpResponse:
    template = "courses/learning/includes/clarity_form.html" if is_fetch(request) else "courses/learning/clarity.html"
    return render(request, template, context, status=status)

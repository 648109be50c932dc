"""The pages of quizzes: list and introduction are cached, everything of a person is not."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe
from wagtail.models import Page

from quizzes import queries
from quizzes.actions.attempts import answer_question, finish_attempt, start_attempt
from quizzes.drafts import AttemptDraft, draft_attempt, open_draft, seal_draft
from quizzes.errors import (
    AttemptFinishedError,
    ChoiceInvalidError,
    DraftInvalidError,
    NotOwnerError,
    QuizClosedError,
    QuizError,
)
from quizzes.models import QuestionVersion, Quiz, QuizAttempt
from quizzes.ownership import access_attempt, own_attempts, remember_attempt

_REFUSAL_STATUS = {QuizClosedError: 410, DraftInvalidError: 400, NotOwnerError: 403, AttemptFinishedError: 409}


@require_safe
def quiz_list(request: HttpRequest) -> HttpResponse:
    """List the published quizzes; cached."""
    quizzes = list(queries.public_quizzes())
    dimensions = queries.dimensions_of(quizzes)
    rows = [{"quiz": quiz, "dimensions": dimensions.get(quiz.pk, [])} for quiz in quizzes]
    return render(request, "quizzes/quiz_list.html", {"section": "courses", "rows": rows})


@require_safe
def quiz_intro(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what a quiz is about; cached. Its link leads to the first question."""
    quiz = get_object_or_404(queries.public_quizzes(), slug=slug)
    context = {
        **_quiz_context(quiz),
        "dimensions": queries.dimensions_of([quiz]).get(quiz.pk, []),
        "minimums": list(quiz.minimums.all()) if quiz.is_drawn else [],
    }
    return render(request, "quizzes/quiz_intro.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the first question at once; its answer starts the attempt. An unfinished attempt goes on instead."""
    quiz = get_object_or_404(Quiz.objects.select_related("lesson"), slug=slug)
    now = timezone.now()
    try:
        if request.method == "POST":
            return _start_with_answer(request, quiz, open_draft(request.POST.get("draft", ""), quiz=quiz, now=now))
        unfinished = own_attempts(request).filter(quiz=quiz, finished_at__isnull=True).order_by("-started_at").first()
        if unfinished is not None and quiz.live:
            return HttpResponseRedirect(_place_to_go_on(unfinished))
        return _first_page(request, quiz, draft_attempt(quiz, now=now))
    except QuizError as error:
        return _refused(request, error, quiz)


def _start_with_answer(request: HttpRequest, quiz: Quiz, draft: AttemptDraft) -> HttpResponse:
    version = QuestionVersion.objects.filter(pk=draft.version_ids[0]).first()
    if version is None:
        raise DraftInvalidError(_("这份测验刚刚更新过。请重新开始。"))
    letters = request.POST.getlist("choice")
    if not letters:
        return _first_page(request, quiz, draft, error=_("还没有选，请先选一项。"))
    chosen = queries.keys_of_letters(draft.seed, version, letters)
    now = timezone.now()
    attempt = start_attempt(draft=draft, user=_account(request), now=now)
    if attempt.user_id is None:
        remember_attempt(request.session, attempt)
    try:
        answer_question(attempt=attempt, position=1, chosen=chosen, now=now)
    except ChoiceInvalidError as error:
        return _first_page(request, quiz, draft, error=str(error), chosen=letters)
    return HttpResponseRedirect(reverse("quizzes:question", args=[attempt.public_id, 1]) + "#feedback", status=303)


def _first_page(
    request: HttpRequest, quiz: Quiz, draft: AttemptDraft, *, error: str = "", chosen: list[str] | None = None
) -> HttpResponse:
    asked = queries.first_question(draft)
    context = {
        **_quiz_context(quiz),
        "question": asked,
        "marks": [None] * asked.total,
        "draft": seal_draft(draft),
        "error": error,
        "chosen": chosen or [],
    }
    return render(request, "quizzes/question.html", context, status=422 if error else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, public_id: uuid.UUID, position: int) -> HttpResponse:
    """Ask a question; once it is answered, the same address shows the answer with its explanation."""
    attempt = access_attempt(request, public_id)
    place = queries.place_of(attempt, position)
    if place is None:
        raise Http404(_("这次作答里没有这道题。"))
    if request.method == "POST":
        return _answer(request, attempt, place)
    response = attempt.responses.filter(version=place.version).first()
    if response is None and attempt.finished_at is None:
        return _ask(request, attempt, place)
    state = queries.attempt_state(attempt)
    context = {
        **_quiz_context(attempt.quiz),
        "attempt": attempt,
        "question": queries.answered_question(attempt, place, response),
        "marks": state.marks,
        "next_position": state.next_after(position) if attempt.finished_at is None else None,
    }
    return render(request, "quizzes/answered.html", context)


def _answer(request: HttpRequest, attempt: QuizAttempt, place: Any) -> HttpResponse:
    letters = request.POST.getlist("choice")
    chosen = queries.keys_of_letters(attempt.seed, place.version, letters)
    try:
        answer_question(attempt=attempt, position=place.position, chosen=chosen, now=timezone.now())
    except ChoiceInvalidError as error:
        return _ask(request, attempt, place, error=str(error), chosen=letters)
    except QuizError as error:
        return _refused(request, error, attempt.quiz, attempt)
    return HttpResponseRedirect(
        reverse("quizzes:question", args=[attempt.public_id, place.position]) + "#feedback", status=303
    )


def _ask(
    request: HttpRequest, attempt: QuizAttempt, place: Any, *, error: str = "", chosen: list[str] | None = None
) -> HttpResponse:
    state = queries.attempt_state(attempt)
    later = state.next_after(place.position)
    context = {
        **_quiz_context(attempt.quiz),
        "attempt": attempt,
        "question": queries.asked_question(attempt, place),
        "marks": state.marks,
        "skip_to": later if later != place.position else None,
        "error": error,
        "chosen": chosen or [],
    }
    return render(request, "quizzes/question.html", context, status=422 if error else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask whether to end early, and end."""
    attempt = access_attempt(request, public_id)
    if request.method == "POST":
        finish_attempt(attempt=attempt, now=timezone.now())
    elif attempt.finished_at is None:
        state = queries.attempt_state(attempt)
        context = {
            **_quiz_context(attempt.quiz),
            "attempt": attempt,
            "left": sum(mark is None for mark in state.marks),
            "go_on": _place_to_go_on(attempt),
        }
        return render(request, "quizzes/finish.html", context)
    return HttpResponseRedirect(reverse("quizzes:result", args=[attempt.public_id]), status=303)


@never_cache
@require_GET
def result(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a finished attempt to its owner; an unfinished one goes on."""
    attempt = access_attempt(request, public_id)
    if attempt.finished_at is None:
        return HttpResponseRedirect(_place_to_go_on(attempt))
    questions = queries.answered_questions(attempt)
    dimensions = queries.dimension_results(questions)
    lesson = _public(attempt.quiz.lesson)
    earlier = own_attempts(request).filter(quiz=attempt.quiz, finished_at__lt=attempt.finished_at).count()
    context = {
        **_quiz_context(attempt.quiz),
        "attempt": attempt,
        "times": earlier + 1,
        "next_lesson": lesson.get_next_siblings().live().public().first() if lesson else None,
        "headline": queries.headline(attempt, dimensions),
        "dimensions": dimensions,
        "wrong": [item for item in questions if not item.correct],
        "is_guest": attempt.user_id is None,
        "panels": queries.result_panels(attempt),
    }
    return render(request, "quizzes/result.html", context)


def _quiz_context(quiz: Quiz) -> dict[str, Any]:
    """Return what every page below a quiz needs: its lesson and the way back."""
    lesson = _public(quiz.lesson)
    back = (lesson.title, lesson.url) if lesson is not None else (_("测验"), reverse("quizzes:list"))
    return {"section": "courses", "quiz": quiz, "lesson": lesson, "trail": [back]}


def _place_to_go_on(attempt: QuizAttempt) -> str:
    position = queries.attempt_state(attempt).next_position or attempt.total
    return reverse("quizzes:question", args=[attempt.public_id, position])


def _account(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


def _public(lesson: Page | None) -> Page | None:
    return lesson if lesson is not None and lesson.live else None


def _refused(request: HttpRequest, error: QuizError, quiz: Quiz, attempt: QuizAttempt | None = None) -> HttpResponse:
    context = {
        **_quiz_context(quiz),
        # A closed one would be refused again, also one that is public and has too few questions to draw from.
        "quiz": quiz if quiz.live and not isinstance(error, QuizClosedError) else None,
        "message": str(error),
        "attempt": attempt,
    }
    return render(request, "quizzes/refused.html", context, status=_REFUSAL_STATUS.get(type(error), 400))

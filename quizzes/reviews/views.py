"""The learner's pages of spaced review, and the way out of its letters."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.limits import LimitExceeded
from core.links import LinkError, LinkExpiredError
from quizzes.actions import review_mail, reviews
from quizzes.errors import ChoiceInvalidError, ReviewClosedError
from quizzes.models import Review, ReviewPlan
from quizzes.queries import keys_of_letters
from quizzes.reviews import queries
from quizzes.reviews.forms import CONSENT_WORDING, MailForm
from quizzes.reviews.links import read_unsubscribe

_CONFLICT, _GONE, _NOT_FOUND, _TOO_MANY, _UNPROCESSABLE = 409, 410, 404, 429, 422


def _pressed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Run ``view`` for a learner's POST only; otherwise, as after signing in again, show the page with its button."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if request.method == "POST" else redirect("reviews:overview")

    return never_cache(login_required(inner))


@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show where reviews stand, what is still known after each interval, and what can be chosen."""
    return _overview(request)


def _overview(request: HttpRequest, *, form: MailForm | None = None, problem: str = "", status: int = 200) -> Any:
    plan = ReviewPlan.objects.filter(user=request.user).first()  # type: ignore[misc]
    rows = queries.retention(request.user)
    context = {
        "section": "me",
        "overview": queries.overview(request.user, timezone.now()),
        "plan": plan,
        "rows": rows,
        "answers": sum(row.total for row in rows),
        "fewest": queries.FEWEST_ANSWERS,
        "form": form or MailForm(None, user=request.user, plan=plan),
        "saved": request.GET.get("saved", ""),
        "problem": problem,
    }
    return render(request, "quizzes/reviews/overview.html", context, status=status)


@never_cache
@login_required
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Lead to today's question; to the overview when there is none."""
    review = reviews.open_review(user=request.user, now=timezone.now())
    return redirect("reviews:question", review.public_id) if review else redirect("reviews:overview")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask the question; once it is answered, the same address shows the answer with its explanation."""
    review = _own(request, public_id)
    if request.method == "POST":
        return _answer(request, review)
    if review.answered_at is not None:
        answered = queries.answered(review)
        context = {"section": "me", "review": review, "question": answered, "lesson": answered.lesson}
        return render(request, "quizzes/reviews/answered.html", context)
    current = reviews.open_review(user=request.user, now=timezone.now())
    if current is None or current.pk != review.pk:
        return redirect("reviews:today")
    return _ask(request, review)


def _answer(request: HttpRequest, review: Review) -> HttpResponse:
    letters = request.POST.getlist("choice")
    chosen = keys_of_letters(review.seed, review.version, letters)
    try:
        reviews.answer_review(review=review, chosen=chosen, now=timezone.now())
    except ChoiceInvalidError as error:
        return _ask(request, review, error=str(error), chosen=letters)
    except ReviewClosedError as error:
        return _overview(request, problem=str(error), status=_CONFLICT)
    return HttpResponseRedirect(reverse("reviews:question", args=[review.public_id]) + "#feedback", status=303)


def _ask(request: HttpRequest, review: Review, *, error: str = "", chosen: list[str] | None = None) -> HttpResponse:
    context = {
        "section": "me",
        "review": review,
        "question": queries.asked(review),
        "error": error,
        "chosen": chosen or [],
    }
    return render(request, "quizzes/reviews/question.html", context, status=_UNPROCESSABLE if error else 200)


def _own(request: HttpRequest, public_id: uuid.UUID) -> Review:
    review = queries.review_of(request.user, public_id)
    if review is None:
        raise Http404(_("没有这道复习题，或者它已经换成别的题。"))
    return review


@_pressed
def forget(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Never ask this question again."""
    review = _own(request, public_id)
    return _changed(request, "forgotten", lambda: reviews.forget_question(review=review, now=timezone.now()))


@_pressed
def pause(request: HttpRequest) -> HttpResponse:
    """Ask nothing any more."""
    return _changed(request, "paused", lambda: reviews.pause_reviews(user=request.user, now=timezone.now()))


@_pressed
def resume(request: HttpRequest) -> HttpResponse:
    """Ask again."""
    return _changed(request, "resumed", lambda: reviews.resume_reviews(user=request.user, now=timezone.now()))


@_pressed
def recall(request: HttpRequest) -> HttpResponse:
    """Ask forgotten questions again."""
    return _changed(request, "recalled", lambda: reviews.recall_questions(user=request.user, now=timezone.now()))


def _changed(request: HttpRequest, done: str, change: Callable[[], object]) -> HttpResponse:
    try:
        change()
    except LimitExceeded as error:
        return _overview(request, problem=str(error), status=_TOO_MANY)
    return HttpResponseRedirect(f"{reverse('reviews:overview')}?saved={done}", status=303)


@_pressed
def mail(request: HttpRequest) -> HttpResponse:
    """Change whether, when and where letters are sent."""
    plan = ReviewPlan.objects.filter(user=request.user).first()  # type: ignore[misc]
    form = MailForm(request.POST, user=request.user, plan=plan)
    if not form.is_valid():
        return _overview(request, form=form, status=_UNPROCESSABLE)
    try:
        review_mail.choose_mail(
            user=request.user,
            mail=form.cleaned_data["mail"],
            contact_id=form.cleaned_data["contact"],
            wording=str(CONSENT_WORDING),
            now=timezone.now(),
        )
    except DomainError as error:
        form.add_error("mail", str(error))
        return _overview(request, form=form, status=_UNPROCESSABLE)
    return HttpResponseRedirect(f"{reverse('reviews:overview')}?saved=mail#mail", status=303)


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show which letters end; end them on POST, from the page or in one click by the mail program (RFC 8058).

    The link itself is the permission, without an account. POST needs no CSRF token: whoever could forge it would need
    the link, and mail providers post without any cookie.
    """
    try:
        plan_id = read_unsubscribe(token, now=timezone.now())
    except LinkError as error:
        expired = isinstance(error, LinkExpiredError)
        context = {"state": "expired" if expired else "broken"}
        return render(request, "quizzes/reviews/unsubscribe.html", context, status=_GONE if expired else _NOT_FOUND)
    if request.method == "POST":
        source = "one-click" if request.POST.get("List-Unsubscribe") == "One-Click" else "link"
        review_mail.stop_mail(plan_id=plan_id, source=source, now=timezone.now())
    plan = ReviewPlan.objects.select_related("contact_point").filter(pk=plan_id).first()
    # Erased or stopped: nothing is sent any more, which is what the reader wants.
    contact = plan.contact_point if plan else None
    context = {"state": "asked" if contact else "stopped", "masked": contact.masked if contact else ""}
    return render(request, "quizzes/reviews/unsubscribe.html", context)

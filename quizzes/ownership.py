"""Whose attempt is this: the account's, or the session's of a guest."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from quizzes.models import QuizAttempt
from quizzes.queries import attempts_of

SESSION_KEY = "quiz_attempts"
_KEPT = 40


def session_attempts(session: Any) -> list[str]:
    """Return the ids of the attempts that this browser started without an account."""
    return list(session.get(SESSION_KEY, []))


def remember_attempt(session: Any, attempt: QuizAttempt) -> None:
    """Let this browser see ``attempt`` later."""
    ids = [public_id for public_id in session_attempts(session) if public_id != str(attempt.public_id)]
    session[SESSION_KEY] = [*ids, str(attempt.public_id)][-_KEPT:]


def own_attempts(request: HttpRequest) -> Any:
    """Return the attempts that the reader of this request may see."""
    return attempts_of(request.user, session_attempts(request.session))


def access_attempt(request: HttpRequest, public_id: uuid.UUID) -> QuizAttempt:
    """Return the attempt; to anybody but its owner it does not exist."""
    attempt: QuizAttempt | None = (
        own_attempts(request).select_related("quiz__lesson").filter(public_id=public_id).first()
    )
    if attempt is None:
        raise Http404(_("没有这次作答，或者它不是在这个浏览器、这个账户里做的。"))
    return attempt

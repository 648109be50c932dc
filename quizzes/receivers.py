"""What quizzes does when something happens elsewhere."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from quizzes.actions.attempts import adopt_attempts
from quizzes.ownership import SESSION_KEY, session_attempts


@receiver(user_logged_in)
def keep_guest_attempts(request: HttpRequest | None, user: Any, **_kwargs: Any) -> None:
    """Somebody who answered as a guest and then signs in keeps what they did."""
    session = getattr(request, "session", None)
    if session is not None and SESSION_KEY in session:
        adopt_attempts(public_ids=session_attempts(session), user=user)
        del session[SESSION_KEY]

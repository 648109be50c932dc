"""What quizzes does when something happens elsewhere."""

from datetime import datetime
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.enums import ConsentKind
from accounts.models import ContactPoint, User
from accounts.signals import consent_withdrawn
from messaging.signals import opted_out
from quizzes.actions.attempts import adopt_attempts
from quizzes.actions.review_mail import stop_mail
from quizzes.models import ReviewPlan
from quizzes.ownership import SESSION_KEY, session_attempts


@receiver(user_logged_in)
def keep_guest_attempts(request: HttpRequest | None, user: Any, **_kwargs: Any) -> None:
    """Somebody who answered as a guest and then signs in keeps what they did."""
    session = getattr(request, "session", None)
    if session is not None and SESSION_KEY in session:
        adopt_attempts(public_ids=session_attempts(session), user=user)
        del session[SESSION_KEY]


@receiver(consent_withdrawn, dispatch_uid="quizzes.stop_review_mail_on_withdrawal")
def stop_mail_on_withdrawal(
    sender: Any, *, contact_or_user: ContactPoint | User, kind: str, now: datetime, **_kwargs: Any
) -> None:
    """Withdrawing the consent in the privacy centre stops the letters that rested on it."""
    if kind == ConsentKind.REVIEW_EMAIL and isinstance(contact_or_user, ContactPoint):
        _stop_letters_to(contact_or_user, source="privacy-centre", now=now)


@receiver(opted_out, dispatch_uid="quizzes.stop_review_mail_on_opting_out")
def stop_mail_on_opting_out(
    sender: Any, *, contact_point: ContactPoint, reason: str, now: datetime, **_kwargs: Any
) -> None:
    """Whoever complains or unsubscribes at their mail provider gets no letters about reviews either."""
    _stop_letters_to(contact_point, source=str(reason), now=now)


def _stop_letters_to(contact: ContactPoint, *, source: str, now: datetime) -> None:
    for pk in ReviewPlan.objects.filter(contact_point=contact).values_list("pk", flat=True):
        stop_mail(plan_id=pk, source=source, now=now)

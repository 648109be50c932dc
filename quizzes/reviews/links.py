"""The signed link by which letters about reviews are stopped without signing in."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from core.links import LinkInvalidError, make_token, read_token
from quizzes.models import ReviewPlan

_PURPOSE = "quizzes.review_mail"
# Letters lie in mailboxes for a long time, and stopping must work from the oldest of them.
_LIFETIME = timedelta(days=730)
_LARGEST_ID = 2**63 - 1


def unsubscribe_url(*, plan: ReviewPlan, now: datetime) -> str:
    """Return the address on which the letters of ``plan`` end; it holds no address and no name."""
    token = make_token(purpose=_PURPOSE, subject=str(plan.pk), now=now, lifetime=_LIFETIME)
    return settings.BASE_URL + reverse("reviews:unsubscribe", args=[token])


def read_unsubscribe(token: str, *, now: datetime) -> int:
    """Return the id of the plan; raise a ``core.links.LinkError`` that says why the link cannot be used."""
    subject = read_token(token, purpose=_PURPOSE, now=now)
    if not (subject.isascii() and subject.isdigit()) or int(subject) > _LARGEST_ID:
        raise LinkInvalidError
    return int(subject)

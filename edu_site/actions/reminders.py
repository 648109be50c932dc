"""Telling reviewers by mail what waits for them: a title and the way to it, nothing else."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.users.models import UserProfile

from accounts.actions.contacts import get_or_create_contact
from accounts.enums import Channel
from accounts.models import User
from compliance.actions.deadlines import Notice, tell_reviewers
from compliance.reviews import review_url
from messaging.actions import enqueue

REVIEW_WAITING = "compliance.review_waiting"
_SUBMITTED, _OVERDUE = "新的提交", "已过期限"
logger = logging.getLogger(__name__)


def remind_reviewers(*, now: datetime) -> int:
    """Write to the reviewers of what came in and of what is overdue; return how many messages were accepted.

    Each thing is told once at either occasion. Whoever switched off the admin's notes about submissions gets none.
    """
    return tell_reviewers(tell=lambda notice: _tell(notice, now), now=now)


def _tell(notice: Notice, now: datetime) -> int:
    told = 0
    for user in notice.reviewers:
        if not user.email or not UserProfile.get_for_user(user).submitted_notifications:
            continue
        told += _write(notice, user, now)
    return told


def _write(notice: Notice, user: User, now: datetime) -> int:
    try:
        contact = get_or_create_contact(channel=Channel.EMAIL, value=user.email, now=now)
    except ValidationError:
        logger.error("a reviewer's address is none", extra={"user": user.pk})
        return 0
    occasion = "overdue" if notice.overdue else "submitted"
    enqueue(
        event_key=f"review:{notice.deadline.task_state_id}:{occasion}:{user.pk}",
        contact_point=contact,
        template=REVIEW_WAITING,
        context={
            "state": _OVERDUE if notice.overdue else _SUBMITTED,
            "title": str(notice.subject)[:80],
            "due": timezone.localtime(notice.deadline.due_at).strftime("%m-%d %H:%M"),
            "link": settings.BASE_URL + review_url(notice.subject),
            "task_state": notice.deadline.task_state_id,
        },
        now=now,
    )
    return 1

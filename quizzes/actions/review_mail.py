"""Letters about reviews: asked for, sent at most once a day, stopped in one step."""

import logging
from datetime import date, datetime, time
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.actions.consent import record_consent
from accounts.enums import ConsentKind
from accounts.models import ContactPoint
from accounts.queries import latest_consent
from core.actions.audit import record_audit
from core.dates import short_day_text
from messaging.actions import enqueue
from messaging.actions.suppression import lift_suppression
from messaging.enums import Category
from quizzes.actions.reviews import limit_changes, lock_plan, open_review
from quizzes.enums import ReviewMail
from quizzes.errors import ReviewMailError
from quizzes.models import ReviewPlan
from quizzes.reviews.links import unsubscribe_url
from quizzes.reviews.queries import mail_addresses, next_due

LETTER, NOTHING_DUE = "quizzes.review", "quizzes.review_nothing_due"
# Shanghai hours in which letters are accepted, and the hour after which a letter of the day is worth nothing.
_OPENS, _CLOSES, _EXPIRES = time(8), time(12), time(21)
logger = logging.getLogger(__name__)


def choose_mail(*, user: Any, mail: str, contact_id: int | None, wording: str, now: datetime) -> ReviewPlan:
    """Send letters from now on as ``mail`` says, to a verified address of ``user``; ``ReviewMail.OFF`` stops them.

    ``wording`` is the sentence that the learner ticked; the ledger keeps it when letters begin or go to another
    address. Raises ``ReviewMailError`` when the address is not theirs or not verified, ``LimitExceeded``.
    """
    with transaction.atomic():
        plan = lock_plan(user)
        limit_changes(user, now)
        if mail == ReviewMail.OFF:
            _stop(plan, source="me", now=now)
            return plan
        contact = mail_addresses(user).filter(pk=contact_id or 0).first()
        if contact is None:
            raise ReviewMailError(_("请选一个验证过的邮箱。"))
        if plan.contact_point_id != contact.pk:
            _stop(plan, source="me", now=now)
            _agree(contact, wording, user=user, now=now)
        plan.mail, plan.contact_point = mail, contact
        plan.save(update_fields=["mail", "contact_point"])
    return plan


def _agree(contact: ContactPoint, wording: str, *, user: Any, now: datetime) -> None:
    record_consent(
        contact_or_user=contact, kind=ConsentKind.REVIEW_EMAIL, granted=True, wording=wording, source="me", now=now
    )
    # It is the person's own word: an earlier "no more" of theirs no longer counts.
    lift_suppression(
        contact_point=contact, category=Category.CAMPAIGN, reason="quizzes.review_mail", now=now, user=user
    )
    record_audit(action="quizzes.review_mail_on", target=contact, user=user, now=now)


def stop_mail(*, plan_id: int, source: str, now: datetime) -> None:
    """Send no letters any more; a second time, or for a plan that was erased, changes nothing."""
    with transaction.atomic():
        plan = ReviewPlan.objects.select_for_update().filter(pk=plan_id).first()
        if plan is not None:
            _stop(plan, source=source, now=now)


def _stop(plan: ReviewPlan, *, source: str, now: datetime) -> None:
    contact = plan.contact_point
    if contact is None:
        return
    plan.mail, plan.contact_point = ReviewMail.OFF, None
    plan.save(update_fields=["mail", "contact_point"])
    last = latest_consent(contact_or_user=contact, kind=ConsentKind.REVIEW_EMAIL)
    # Withdrawn in the privacy centre, it stands in the ledger already.
    if last is not None and last.granted:
        record_consent(
            contact_or_user=contact, kind=ConsentKind.REVIEW_EMAIL, granted=False, wording="", source=source, now=now
        )
    record_audit(action="quizzes.review_mail_off", target=contact, user=plan.user, now=now)


def send_reviews(*, now: datetime, limit: int = 200) -> bool:
    """Accept the letters of this morning for up to ``limit`` learners; return whether others may be left.

    Outside the morning it does nothing. Each learner is a transaction of their own that marks the day as done: killed
    and called again, or called twice at once, it goes on where it was and writes to nobody twice. A learner whose
    letter fails holds up nobody: the failure is logged, and the next turn tries them again.
    """
    local = timezone.localtime(now)
    if not _OPENS <= local.time() < _CLOSES:
        return False
    done = last = 0
    while done < limit:
        # Failed ones wait still, so each query begins behind the last one.
        waiting = _waiting(local.date()).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
        found = list(waiting[: limit - done])
        if not found:
            return False
        done += sum(_is_considered(pk, today=local.date(), now=now) for pk in found)
        last = found[-1]
    return True


def _is_considered(plan_id: int, *, today: date, now: datetime) -> bool:
    try:
        _consider(plan_id, today=today, now=now)
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is this learner's, and the others wait
        logger.error("a review letter was not accepted", extra={"plan": plan_id, "error": type(error).__name__})
        return False
    return True


def _waiting(today: date) -> Any:
    asked = ReviewPlan.objects.exclude(mail=ReviewMail.OFF).filter(paused_at__isnull=True)
    return asked.filter(Q(mailed_on__isnull=True) | Q(mailed_on__lt=today))


def _consider(plan_id: int, *, today: date, now: datetime) -> None:
    with transaction.atomic():
        plan = ReviewPlan.objects.select_for_update().filter(pk=plan_id).first()
        if plan is None or not _waiting(today).filter(pk=plan_id).exists():
            return
        plan.mailed_on = today
        plan.save(update_fields=["mailed_on"])
        if plan.user.is_active and plan.still_owns_address:
            _write(plan, today=today, now=now)


def _write(plan: ReviewPlan, *, today: date, now: datetime) -> None:
    review = open_review(user=plan.user, now=now)
    if review is None:
        coming = next_due(plan.user)
        if plan.mail == ReviewMail.DAILY and coming is not None:
            # The letter is written in the site's language.
            with translation.override(settings.LANGUAGE_CODE):
                _accept(plan, NOTHING_DUE, {"next_day": short_day_text(coming)}, today=today, now=now)
        return
    if review.answered_at is not None or (review.mailed and plan.mail == ReviewMail.DUE):
        return
    review.mailed = True
    review.save(update_fields=["mailed"])
    _accept(plan, LETTER, {"review": review.pk}, today=today, now=now)


def _accept(plan: ReviewPlan, template: str, words: dict[str, Any], *, today: date, now: datetime) -> None:
    assert plan.contact_point is not None  # noqa: S101 -- a constraint: letters have an address
    enqueue(
        event_key=f"review:{plan.user_id}:{today:%Y-%m-%d}",
        contact_point=plan.contact_point,
        template=template,
        context={
            **words,
            "plan": plan.pk,
            "link": settings.BASE_URL + reverse("reviews:today"),
            "manage_link": settings.BASE_URL + reverse("reviews:overview"),
            "unsubscribe_url": unsubscribe_url(plan=plan, now=now),
            "list_id": "review",
        },
        now=now,
        expires_at=timezone.make_aware(datetime.combine(today, _EXPIRES)),
    )

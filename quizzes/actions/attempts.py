"""Starting, answering and finishing a quiz."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from quizzes.actions.review_items import schedule_reviews
from quizzes.drafts import AttemptDraft
from quizzes.enums import QuestionKind
from quizzes.errors import (
    AttemptFinishedError,
    ChoiceInvalidError,
    DraftInvalidError,
    NotOwnerError,
    QuestionUnknownError,
    QuizClosedError,
)
from quizzes.models import AttemptQuestion, Option, QuestionVersion, Quiz, QuizAttempt, Response


def start_attempt(*, draft: AttemptDraft, user: Any, now: datetime) -> QuizAttempt:
    """Create the attempt that ``draft`` describes, of ``user`` (None for a guest), and freeze its versions.

    The same draft again returns the same attempt. Raises ``QuizClosedError`` when the quiz was taken down meanwhile,
    ``NotOwnerError`` when somebody else already started from this draft.
    """
    with transaction.atomic():
        existing = QuizAttempt.objects.filter(public_id=draft.public_id).first()
        if existing is None:
            existing = _create_attempt(draft, user=user, now=now)
    if existing.user_id is not None and existing.user_id != getattr(user, "pk", None):
        raise NotOwnerError(_("这次作答属于另一个账户。"))
    return existing


def _create_attempt(draft: AttemptDraft, *, user: Any, now: datetime) -> QuizAttempt:
    quiz = Quiz.objects.filter(pk=draft.quiz_id, live=True).first()
    if quiz is None:
        raise QuizClosedError(_("这份测验现在不开放。"))
    if QuestionVersion.objects.filter(pk__in=draft.version_ids).count() != len(draft.version_ids):
        raise DraftInvalidError(_("这份测验刚刚更新过。请重新开始。"))
    attempt, created = QuizAttempt.objects.get_or_create(
        public_id=uuid.UUID(draft.public_id),
        defaults={
            "quiz": quiz,
            "user": user,
            "seed": draft.seed,
            "pass_mark": min(quiz.pass_mark, len(draft.version_ids)),
            "total": len(draft.version_ids),
            "content_digest": draft.content_digest,
            "content_version": draft.content_version,
            "started_at": now,
        },
    )
    if created:
        AttemptQuestion.objects.bulk_create(
            AttemptQuestion(attempt=attempt, version_id=version_id, position=position)
            for position, version_id in enumerate(draft.version_ids, start=1)
        )
    return attempt


def answer_question(*, attempt: QuizAttempt, position: int, chosen: Sequence[str], now: datetime) -> Response:
    """Store the answer to the question at ``position`` at once, and finish the attempt with the last one.

    ``chosen`` are option keys of the frozen version. A question is answered once: a second call returns the stored
    answer and stores nothing. Raises ``QuestionUnknownError``, ``ChoiceInvalidError`` or ``AttemptFinishedError``.
    """
    with transaction.atomic():
        locked = lock_attempt(attempt.pk)
        place = locked.places.select_related("version").filter(position=position).first()
        if place is None:
            raise QuestionUnknownError(_("这次作答里没有这道题。"))
        stored = locked.responses.filter(version=place.version).first()
        if stored is not None:
            return stored
        if locked.finished_at is not None:
            raise AttemptFinishedError(_("这次作答已经结束，不能再答。"))
        options = list(place.version.options.all())
        keys = checked_keys(place.version, options, chosen)
        response = Response.objects.create(
            attempt=locked, version=place.version, chosen=keys, correct=is_correct(options, keys), answered_at=now
        )
        if locked.responses.count() == locked.total:
            _grade(locked, now=now)
    return response


def finish_attempt(*, attempt: QuizAttempt, now: datetime) -> QuizAttempt:
    """Grade what was answered; what was not counts as wrong. Finishing twice changes nothing."""
    with transaction.atomic():
        locked = lock_attempt(attempt.pk)
        if locked.finished_at is None:
            _grade(locked, now=now)
    return locked


def adopt_attempts(*, public_ids: Iterable[str], user: Any) -> int:
    """Give a guest's attempts to ``user``; return how many. Attempts that already have an owner stay theirs.

    What the finished ones answered is reviewed from now on.
    """
    with transaction.atomic():
        mine = QuizAttempt.objects.filter(public_id__in=list(public_ids), user__isnull=True)
        adopted = list(mine.select_for_update().values_list("pk", flat=True))
        QuizAttempt.objects.filter(pk__in=adopted).update(user=user)
        for attempt in QuizAttempt.objects.filter(pk__in=adopted, finished_at__isnull=False).order_by("finished_at"):
            schedule_reviews(attempt=attempt)
        return len(adopted)


def lock_attempt(pk: int) -> QuizAttempt:
    """Return the attempt with its row locked: answers to one attempt are taken one after another."""
    return QuizAttempt.objects.select_for_update().get(pk=pk)


def is_correct(options: Iterable[Option], chosen: Iterable[str]) -> bool:
    """Tell whether exactly the right options were chosen: all or nothing, as the page says for multiple choice."""
    return {option.key for option in options if option.correct} == set(chosen)


def checked_keys(version: QuestionVersion, options: list[Option], chosen: Sequence[str]) -> list[str]:
    """Return the chosen keys, sorted, each once; raise ``ChoiceInvalidError`` when they do not answer ``version``."""
    keys = sorted(set(chosen))
    if not keys:
        raise ChoiceInvalidError(_("还没有选，请先选一项。"))
    if not set(keys) <= {option.key for option in options}:
        raise ChoiceInvalidError(_("收到的选项不在这道题里。请重新选。"))
    if version.kind == QuestionKind.SINGLE and len(keys) > 1:
        raise ChoiceInvalidError(_("这道题只能选一项。"))
    return keys


def _grade(attempt: QuizAttempt, *, now: datetime) -> None:
    attempt.score = attempt.responses.filter(correct=True).count()
    attempt.finished_at = now
    attempt.save(update_fields=["score", "finished_at"])
    schedule_reviews(attempt=attempt)

"""Writing the question bank. Nothing here is public until a quiz that names it passes the publish gate."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.actions.audit import record_audit
from quizzes.content import QuestionContent
from quizzes.errors import QuestionInvalidError
from quizzes.models import Option, Question, QuestionVersion, Quiz
from quizzes.models.questions import OPTION_KEYS


def save_question(
    *, code: str, lesson: Page | None, content: QuestionContent, user: Any, now: datetime
) -> tuple[QuestionVersion, bool]:
    """Store ``content`` as the newest version of the question ``code``; return it and whether it is new.

    The same words again make no version. Raises ``QuestionInvalidError``. Quizzes keep the version that was approved
    for them: ``propose_version`` prepares their next draft.
    """
    content.check()
    with transaction.atomic():
        question, created = Question.objects.get_or_create(
            code=code,
            defaults={
                "lesson": lesson,
                "kind": content.kind,
                "dimension": content.dimension,
                "created_at": now,
            },
        )
        newest = None
        if not created:
            question = Question.objects.select_for_update().get(pk=question.pk)
            newest = question.newest_version
            question.lesson = lesson
            question.kind, question.dimension = content.kind, content.dimension
            question.save(update_fields=["lesson", "kind", "dimension"])
        if newest is not None and QuestionContent.of(newest) == content:
            return newest, False
        version = _create_version(question, newest.number + 1 if newest else 1, content, user=user, now=now)
        record_audit(
            action="quizzes.question_created" if created else "quizzes.question_revised",
            target=version,
            user=user,
            now=now,
        )
    return version, True


def relate_twin(*, question: Question, twin_of: Question | None) -> None:
    """Record that ``question`` asks ``twin_of`` in another guise, None that it does not; raises as ``check_twin``."""
    if question.twin_of_id == (twin_of.pk if twin_of else None):
        return
    with transaction.atomic():
        check_twin(question=question, twin_of=twin_of)
        question.twin_of = twin_of
        question.save(update_fields=["twin_of"])


def check_twin(*, question: Question, twin_of: Question | None) -> None:
    """Raise ``QuestionInvalidError`` where ``twin_of`` is the question itself, or one of the two has a part already."""
    if twin_of is None:
        return
    if twin_of == question:
        raise QuestionInvalidError(_("一道题不能是自己的换一种问法。"))
    if twin_of.twin_of_id is not None or (question.pk and question.twins.exists()):
        raise QuestionInvalidError(_("换一种问法只写一层：请直接指向原来的那道题。"))


def _create_version(
    question: Question, number: int, content: QuestionContent, *, user: Any, now: datetime
) -> QuestionVersion:
    version: QuestionVersion = QuestionVersion.objects.create(
        question=question,
        number=number,
        kind=content.kind,
        dimension=content.dimension,
        stem=content.stem,
        ask=content.ask,
        explanation=content.explanation,
        section=content.section,
        expected_facility=content.expected_facility,
        author=user,
        created_at=now,
    )
    Option.objects.bulk_create(
        Option(
            version=version,
            key=key,
            text=option.text,
            correct=option.correct,
            misconception_id=option.misconception_id,
            true_part=option.true_part,
            breaks=option.breaks,
            remedy=option.remedy,
        )
        for key, option in zip(OPTION_KEYS, content.options, strict=False)
    )
    return version


def propose_version(*, version: QuestionVersion, user: Any) -> list[Quiz]:
    """Put ``version`` in place of older ones in a new draft of each quiz that asks the question; return the quizzes.

    The public quizzes do not change: their drafts wait for a second person.
    """
    changed = []
    with transaction.atomic():
        in_quiz = Q(questions__version__question=version.question) | Q(twins__version__question=version.question)
        for quiz in Quiz.objects.filter(in_quiz).distinct():
            draft = quiz.get_latest_revision_as_object()
            renewed = [_renew(draft.questions, version), _renew(draft.twins, version)]
            if any(renewed):
                draft.save_revision(user=user)
                changed.append(quiz)
    return changed


def _renew(places: Any, version: QuestionVersion) -> bool:
    """Put ``version`` in the place of others of its question; tell whether there were any."""
    all_places = list(places.all())
    stale = [
        place
        for place in all_places
        if place.version.question_id == version.question_id and place.version_id != version.pk
    ]
    for place in stale:
        place.version = version
    if stale:
        places.set(all_places)
    return bool(stale)

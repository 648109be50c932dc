"""Writing the question bank. Nothing here is public until a quiz that names it passes the publish gate."""

from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.models import Page

from core.actions.audit import record_audit
from quizzes.content import QuestionContent
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
        for quiz in Quiz.objects.filter(questions__version__question=version.question).distinct():
            draft = quiz.get_latest_revision_as_object()
            places = list(draft.questions.all())
            stale = [
                place
                for place in places
                if place.version.question_id == version.question_id and place.version_id != version.pk
            ]
            for place in stale:
                place.version = version
            if stale:
                draft.questions.set(places)
                draft.save_revision(user=user)
                changed.append(quiz)
    return changed

"""Bringing questions from another site: into the bank at once, into quizzes as drafts that a second person reads."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from quizzes.actions.importing import (
    holds,
    import_misconceptions,
    known_misconceptions,
    new_quiz,
    original_of,
    store_question,
    take_over,
)
from quizzes.actions.questions import propose_version, relate_twin
from quizzes.errors import QuestionInvalidError
from quizzes.models import Question, QuestionVersion, Quiz


def import_quiz_files(*, files: Sequence[Mapping[str, Any]], author: Any, now: datetime) -> list[Quiz]:
    """Store what ``exporting.exported_files`` wrote, whole or not at all; return the quizzes that wait for a review.

    A file without ``slug`` holds questions of no quiz. Instead of ``lesson``, files (and entries that are of another
    lesson) give the page itself as ``lesson_page``. Which question is whose twin is taken over, also where the two
    stand in different files. Nothing is published but misconceptions, which lessons show at once: their words have
    to pass the check of the form. The same files again change nothing. Raises ``QuestionInvalidError``, or
    ``ValidationError`` for words or a quiz that the forms would refuse.
    """
    with transaction.atomic():
        for data in files:
            for misconception in import_misconceptions(data=data, lesson_page=data["lesson_page"]).values():
                misconception.full_clean()
        stored = [_store(data, author, now) for data in files]
        _relate([entry for data in files for entry in _entries(data)])
        for versions in stored:
            for version, is_new in versions.values():
                if is_new:
                    propose_version(version=version, user=author)
        slugs = [
            _draft(data, {code: version for code, (version, _new) in versions.items()}, author)
            for data, versions in zip(files, stored, strict=True)
            if "slug" in data
        ]
        return list(Quiz.objects.filter(Q(live=False) | Q(has_unpublished_changes=True), slug__in=slugs))


def _entries(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*data.get("questions", []), *data.get("twins", [])]


def _store(data: Mapping[str, Any], author: Any, now: datetime) -> dict[str, tuple[QuestionVersion, bool]]:
    entries = _entries(data)
    known = known_misconceptions(entries)
    return {entry["code"]: store_question(entry, known, data["lesson_page"], author, now) for entry in entries}


def _relate(entries: Sequence[Mapping[str, Any]]) -> None:
    """Say of each question whose twin it is; first of those that are nobody's, which others may name."""
    for entry in sorted(entries, key=lambda entry: bool(entry.get("twin_of"))):
        relate_twin(question=Question.objects.get(code=entry["code"]), twin_of=original_of(entry))


def _draft(data: Mapping[str, Any], stored: Mapping[str, QuestionVersion], author: Any) -> str:
    """Let the next draft of the quiz ask what the file says, unless the last one does; return the slug."""
    versions = [stored[entry["code"]] for entry in data.get("questions", [])]
    twins = [stored[entry["code"]] for entry in data.get("twins", [])]
    quiz = Quiz.objects.filter(slug=data["slug"]).first()
    if quiz is not None and quiz.is_drawn:
        raise QuestionInvalidError(_("测验 %(slug)s 是抽题的，不能列题。") % {"slug": data["slug"]})
    if quiz is None:
        quiz = new_quiz(data, data["lesson_page"], versions)
    draft = quiz.get_latest_revision_as_object()
    if draft.latest_revision_id is None or not holds(draft, data, data["lesson_page"], versions, twins):
        take_over(draft, data, data["lesson_page"], versions, twins)
        draft.save_revision(user=author)
    return str(data["slug"])

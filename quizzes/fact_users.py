"""Which questions and misconceptions name a fact."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from wagtail.admin.admin_url_finder import AdminURLFinder

from core.facts import token
from core.registries import FactUse
from quizzes.models import Misconception, QuestionVersion, QuizQuestion, QuizTwin

_VERSION_TEXTS = (
    "stem",
    "ask",
    "explanation",
    "options__text",
    "options__true_part",
    "options__breaks",
    "options__remedy",
)
_MISCONCEPTION_TEXTS = ("belief", "correction", "why")


def naming(keys: Sequence[str], columns: Sequence[str]) -> Q:
    """Return the condition that one of ``columns`` names one of ``keys``."""
    condition = Q(pk__in=[])
    for key in keys:
        for column in columns:
            condition |= Q(**{f"{column}__contains": token(key)})
    return condition


def naming_misconceptions(keys: Sequence[str]) -> Any:
    """Return the misconceptions that name one of ``keys``."""
    return Misconception.objects.filter(naming(keys, _MISCONCEPTION_TEXTS))


def uses_in_bank(keys: Sequence[str]) -> Iterator[FactUse]:
    """Yield the questions whose newest version names one of ``keys``, and the misconceptions that do.

    Quizzes themselves are found by the index of what is behind the publish gate.
    """
    finder = AdminURLFinder()
    newest = QuestionVersion.objects.filter(question=OuterRef("question")).order_by("-number").values("pk")[:1]
    versions = QuestionVersion.objects.filter(pk=Subquery(newest)).filter(naming(keys, _VERSION_TEXTS)).distinct()
    shown = (QuizQuestion.objects, QuizTwin.objects)
    asked = {pk for places in shown for pk in places.filter(quiz__live=True).values_list("version_id", flat=True)}
    for version in versions.select_related("question"):
        yield FactUse(
            label=str(version.question._meta.verbose_name),
            title=version.question.code,
            edit_url=finder.get_edit_url(version.question) or "",
            live=version.pk in asked,
        )
    for row in naming_misconceptions(keys):
        label = str(Misconception._meta.verbose_name)
        yield FactUse(label=label, title=str(row), edit_url=finder.get_edit_url(row) or "", live=True)

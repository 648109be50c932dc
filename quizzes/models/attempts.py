"""What a reader did: attempts, the versions frozen in them, and answers."""

import random
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from quizzes.models.questions import Option, QuestionVersion


class QuizAttempt(models.Model):
    """One go at a quiz, of an account or (``user`` empty) of a browser's session.

    ``seed`` decides the order of options and never leaves the server: with it, or with a public seed, the order in
    the bank could be worked out.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    quiz = models.ForeignKey("quizzes.Quiz", on_delete=models.PROTECT, related_name="attempts", verbose_name=_("测验"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="quiz_attempts"
    )
    seed = models.CharField(max_length=32)
    pass_mark = models.PositiveSmallIntegerField(_("通过线"))
    started_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("答对"), null=True, blank=True)
    total = models.PositiveSmallIntegerField(_("题数"))
    # Of the whole quiz as it could be asked then; empty in attempts older than these columns.
    content_digest = models.CharField(max_length=64, blank=True, default="")
    content_version = models.CharField(_("内容版本"), max_length=24, blank=True, default="")

    class Meta:
        ordering = ("-started_at",)
        verbose_name = _("作答")
        verbose_name_plural = _("作答")
        indexes = (models.Index(fields=("user", "quiz", "-started_at"), name="quizzes_attempt_user"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, score__isnull=True)
                | Q(finished_at__isnull=False, score__isnull=False),
                name="quizzes_attempt_graded_when_finished",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__lte=F("total")), name="quizzes_attempt_score"
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                name="quizzes_attempt_times",
            ),
        )

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def passed(self) -> bool:
        return self.score is not None and self.score >= self.pass_mark


class AttemptQuestion(models.Model):
    """A version frozen in an attempt, at its place (from 1)."""

    attempt = models.ForeignKey(QuizAttempt, on_delete=models.CASCADE, related_name="places")
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("attempt", "position")
        constraints = (
            models.UniqueConstraint(fields=("attempt", "version"), name="quizzes_frozen_version_unique"),
            models.UniqueConstraint(fields=("attempt", "position"), name="quizzes_frozen_position_unique"),
        )

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.position}"


class Response(models.Model):
    """An answer, stored once. ``chosen`` holds option keys of the version, sorted."""

    attempt = models.ForeignKey(QuizAttempt, on_delete=models.CASCADE, related_name="responses")
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="responses")
    chosen = models.JSONField(_("所选"))
    correct = models.BooleanField(_("答对"))
    answered_at = models.DateTimeField(_("作答时间"))

    class Meta:
        ordering = ("attempt", "answered_at")
        verbose_name = _("答案")
        verbose_name_plural = _("答案")
        constraints = (models.UniqueConstraint(fields=("attempt", "version"), name="quizzes_response_unique"),)

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.version_id}"


def shuffled(options: list[Option], *, seed: str, version_id: int) -> list[Option]:
    """Return ``options`` in the order in which one attempt shows them: always the same for the same seed."""
    order = sorted(options, key=lambda option: option.key)
    random.Random(f"{seed}:{version_id}").shuffle(order)  # noqa: S311 -- the seed is random and secret
    return order

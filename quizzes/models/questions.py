"""The question bank: a question keeps its code, its words live in versions that never change."""

from typing import Any, NoReturn

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fact_texts import texts_of
from core.facts import keys_in
from quizzes.enums import QuestionKind, RiskDimension
from quizzes.errors import VersionImmutableError

OPTION_KEYS = "abcdefgh"


class ImmutableQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Rows are added and read, never changed."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise VersionImmutableError(_("题目的版本不能改，只能出新版本。"))


class ImmutableModel(models.Model):
    """A row that is written once. On PostgreSQL a trigger refuses UPDATE too (migration 0002)."""

    objects = ImmutableQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise VersionImmutableError(_("题目的版本不能改，只能出新版本。"))
        super().save(*args, **kwargs)


class Question(models.Model):
    """A question of the bank. ``kind`` and ``dimension`` repeat those of the newest version, for lists and filters."""

    code = models.CharField(
        _("编号"),
        max_length=24,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9-]+$", _("编号只能用字母、数字和连字符。"))],
        help_text=_("如 D-03-Q1"),
    )
    lesson = models.ForeignKey(
        "wagtailcore.Page",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("对应的课"),
    )
    twin_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="twins",
        verbose_name=_("是哪道题的换一种问法"),
        help_text=_("换了情境，考的是同一个误区；间隔复习的第 30 天用它。"),
    )
    kind = models.CharField(_("题型"), max_length=8, choices=QuestionKind.choices)
    dimension = models.CharField(_("风险维度"), max_length=16, choices=RiskDimension.choices, db_index=True)
    created_at = models.DateTimeField(_("创建时间"))

    class Meta:
        ordering = ("code",)
        verbose_name = _("题目")
        verbose_name_plural = _("题库")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(twin_of__isnull=True) | ~models.Q(twin_of=models.F("id")),
                name="quizzes_question_twin_of_another",
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def newest_version(self) -> "QuestionVersion | None":
        """The version with the highest number; what quizzes show is decided by their own publication."""
        return self.versions.order_by("-number").first()

    def twin_questions(self) -> "models.QuerySet[Question]":
        """Return what asks the same in another guise, whichever of the two names the other."""
        return Question.objects.filter(models.Q(twin_of=self) | models.Q(twins=self)).distinct().order_by("code")


class QuestionVersion(ImmutableModel):
    """The words of a question as they were at one time, with their options."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="versions", verbose_name=_("题目"))
    number = models.PositiveSmallIntegerField(_("版本"))
    kind = models.CharField(_("题型"), max_length=8, choices=QuestionKind.choices)
    dimension = models.CharField(_("风险维度"), max_length=16, choices=RiskDimension.choices)
    stem = models.TextField(_("情境"))
    ask = models.TextField(_("问题"))
    explanation = models.TextField(_("讲解"))
    section = models.PositiveSmallIntegerField(_("对应课文第几节"), null=True, blank=True)
    expected_facility = models.DecimalField(_("预计正确率"), max_digits=3, decimal_places=2, null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("作者")
    )
    created_at = models.DateTimeField(_("写于"))

    class Meta:
        ordering = ("question", "-number")
        verbose_name = _("题目版本")
        verbose_name_plural = _("题目版本")
        constraints = (
            models.UniqueConstraint(fields=("question", "number"), name="quizzes_version_unique"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="quizzes_version_number"),
            models.CheckConstraint(
                condition=models.Q(expected_facility__isnull=True)
                | models.Q(expected_facility__gte=0, expected_facility__lte=1),
                name="quizzes_version_facility",
            ),
        )

    def __str__(self) -> str:
        return f"{self.question.code} 第 {self.number} 版：{self.ask[:30]}"

    def fact_keys(self) -> list[str]:
        """Return the keys of the facts that question, options and explanations name."""
        return keys_in([*texts_of(self), *(text for option in self.options.all() for text in texts_of(option))])


class Option(ImmutableModel):
    """One option of a version. A wrong one names the misconception that makes it tempting."""

    version = models.ForeignKey(QuestionVersion, on_delete=models.CASCADE, related_name="options")
    key = models.CharField(max_length=1)
    text = models.CharField(_("选项"), max_length=300)
    correct = models.BooleanField(_("正确"))
    misconception = models.ForeignKey(
        "quizzes.Misconception", on_delete=models.PROTECT, null=True, blank=True, related_name="options"
    )
    true_part = models.TextField(_("想得对的地方"), blank=True)
    breaks = models.TextField(_("在哪里断了"), blank=True)
    remedy = models.TextField(_("记一句"), blank=True)

    class Meta:
        ordering = ("version", "key")
        constraints = (
            models.UniqueConstraint(fields=("version", "key"), name="quizzes_option_unique"),
            models.CheckConstraint(condition=models.Q(key__in=list(OPTION_KEYS)), name="quizzes_option_key"),
            models.CheckConstraint(
                condition=models.Q(correct=True) | models.Q(misconception__isnull=False),
                name="quizzes_option_misconception",
            ),
        )

    def __str__(self) -> str:
        return f"{self.key}. {self.text}"

"""A quiz: a reviewed, ordered choice of exact question versions."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import DraftStateMixin, Orderable, PreviewableMixin, Revision, RevisionMixin, WorkflowMixin

from core.errors import PublicationRefusedError
from core.publishing import GatedMixin, approval_of


class Quiz(GatedMixin, PreviewableMixin, WorkflowMixin, DraftStateMixin, RevisionMixin, ClusterableModel):
    """A quiz of a lesson.

    It names versions, not questions, so that an approval covers exactly the words that readers get: a new version of
    a question waits in a new draft of the quiz until a second person has approved that draft.
    """

    slug = models.SlugField(_("网址"), max_length=60, unique=True, help_text=_("用小写字母、数字和连字符"))
    title = models.CharField(_("标题"), max_length=80)
    intro = models.TextField(_("说明"), blank=True)
    lesson = models.ForeignKey(
        "wagtailcore.Page",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("对应的课"),
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("通过线"), validators=[MinValueValidator(1)], help_text=_("答对几题算通过")
    )
    # Wagtail's own default is live: here a quiz is born as a draft.
    live = models.BooleanField(_("已发布"), default=False, editable=False)

    class Meta:
        ordering = ("slug",)
        verbose_name = _("测验")
        verbose_name_plural = _("测验")
        constraints = (models.CheckConstraint(condition=models.Q(pass_mark__gte=1), name="quizzes_quiz_pass_mark"),)

    def __str__(self) -> str:
        return self.title.replace("|", "")

    def clean(self) -> None:
        super().clean()
        if self.slug == "attempts":
            raise ValidationError({"slug": _("这个网址留给作答页用，请换一个。")})

    def get_absolute_url(self) -> str:
        return f"/quizzes/{self.slug}/"

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> None:
        """Pass the gate; the approver must not have written any of the question versions that become public."""
        approval = approval_of(revision)
        chosen = revision.as_object()
        problem = chosen.problem()
        if problem:
            raise PublicationRefusedError(problem)
        if approval is not None:
            shown = set(self.questions.values_list("version_id", flat=True)) if self.live else set()
            fresh = [item.version for item in chosen.questions.all() if item.version_id not in shown]
            if any(version.author_id == approval.finished_by_id for version in fresh):
                raise PublicationRefusedError(_("审核人参与撰写了其中的题目，需要由没有参与撰写的同事审核。"))
        super().publish(revision, *args, **kwargs)

    def problem(self) -> str:
        """Return why the quiz cannot be public, or the empty string."""
        versions = [item.version for item in self.questions.all()]
        if not versions:
            return str(_("测验里还没有题目，不能发布。"))
        if len({version.question_id for version in versions}) < len(versions):
            return str(_("同一道题出现了两次，不能发布。"))
        if self.pass_mark > len(versions):
            return str(_("通过线比题数还多，不能发布。"))
        return ""

    def fact_keys(self) -> list[str]:
        """Return the keys of the facts that the quiz and the questions in it name."""
        asked = [key for item in self.questions.all() for key in item.version.fact_keys()]
        return list(dict.fromkeys([*super().fact_keys(), *asked]))

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "quizzes/preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """Return every question with its answers, for the editor alone: no address of the site shows this."""
        versions = [item.version for item in self.questions.all()]
        return {
            "quiz": self,
            "versions": [{"version": version, "options": list(version.options.all())} for version in versions],
            "problem": self.problem(),
            "section": "courses",
        }

    def published_text(self) -> str:
        """Return title, introduction and every question with its options, for the record of published versions."""
        parts = [self.title, self.intro]
        for item in self.questions.all():
            version = item.version
            parts += [version.stem, version.ask]
            parts += [f"{option.key}. {option.text}" for option in version.options.all()]
            parts.append(version.explanation)
        return "\n".join(part for part in parts if part.strip())


class QuizQuestion(Orderable):
    """One place in a quiz."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="questions")
    version = models.ForeignKey(
        "quizzes.QuestionVersion", on_delete=models.PROTECT, related_name="+", verbose_name=_("题目")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("题目")
        constraints = (models.UniqueConstraint(fields=("quiz", "version"), name="quizzes_place_unique"),)

    def __str__(self) -> str:
        return str(self.version)

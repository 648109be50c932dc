"""A quiz: a reviewed, ordered choice of exact question versions, or a rule by which each attempt draws its own."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import DraftStateMixin, Orderable, PreviewableMixin, RevisionMixin, TaskState, WorkflowMixin

from core.errors import PublicationRefusedError
from core.publishing import GatedMixin
from quizzes.enums import RiskDimension
from quizzes.models.questions import QuestionVersion

Place = TypeVar("Place", "QuizQuestion", "QuizTwin")


@dataclass(frozen=True)
class PoolEntry:
    """A published version that a quiz asks or may draw; ``published_at`` is when its own quiz went live last."""

    version_id: int
    question_id: int
    code: str
    number: int
    dimension: str
    published_at: datetime | None


@dataclass(frozen=True)
class ContentVersion:
    """What a quiz could ask at one time: ``digest`` proves it, ``label`` is for people (20261126-3f9a1c)."""

    digest: str
    label: str


class Quiz(GatedMixin, PreviewableMixin, WorkflowMixin, DraftStateMixin, RevisionMixin, ClusterableModel):
    """A quiz of a lesson, or one that draws from the quizzes of several.

    It names versions, not questions, so that an approval covers exactly the words that readers get: a new version of
    a question waits in a new draft of the quiz until a second person has approved that draft. With ``draw_count`` it
    names pages instead, and each attempt draws anew from what the published quizzes of the lessons there ask: words
    that a second person has approved already.
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
    draw_count = models.PositiveSmallIntegerField(
        _("抽几题"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("留空：问下面列出的题。填了：每次从指定的课里另抽这么多题。"),
    )
    # Wagtail's own default is live: here a quiz is born as a draft.
    live = models.BooleanField(_("已发布"), default=False, editable=False)

    class Meta:
        ordering = ("slug",)
        verbose_name = _("测验")
        verbose_name_plural = _("测验")
        constraints = (
            models.CheckConstraint(condition=models.Q(pass_mark__gte=1), name="quizzes_quiz_pass_mark"),
            models.CheckConstraint(
                condition=models.Q(draw_count__isnull=True) | models.Q(draw_count__gte=models.F("pass_mark")),
                name="quizzes_quiz_draw_count",
            ),
        )

    def __str__(self) -> str:
        return self.title.replace("|", "")

    def clean(self) -> None:
        super().clean()
        if self.slug == "attempts":
            raise ValidationError({"slug": _("这个网址留给作答页用，请换一个。")})
        if self.draw_count and self.pass_mark and self.pass_mark > self.draw_count:
            raise ValidationError({"pass_mark": _("通过线比题数还多，不能发布。")})

    def get_absolute_url(self) -> str:
        return f"/quizzes/{self.slug}/"

    def check_release(self, published: "Quiz", approval: TaskState) -> None:
        """Ask for a whole quiz, and that the approver wrote none of the question versions that become public."""
        super().check_release(published, approval)
        problem = published.problem()
        if problem:
            raise PublicationRefusedError(problem)
        strays = published._strays()
        if strays:
            raise PublicationRefusedError(
                _("题目“%(codes)s”没有注明是这份测验里哪道题的换一种问法，不能发布。") % {"codes": "”、“".join(strays)}
            )
        shown = {place.version_id for place in self.places()} if self.live else set()
        fresh = [place.version for place in published.places() if place.version_id not in shown]
        if any(version.author_id == approval.finished_by_id for version in fresh):
            raise PublicationRefusedError(_("审核人参与撰写了其中的题目，需要由没有参与撰写的同事审核。"))

    def places(self) -> "list[QuizQuestion | QuizTwin]":
        """Return every place whose words become public with the quiz: its questions, then the twins for reviews."""
        return [*with_versions(self.questions.all()), *with_versions(self.twins.all())]

    def problem(self) -> str:
        """Return why the quiz cannot be public, or the empty string."""
        if self.is_drawn:
            return self._drawing_problem()
        if self.pool.all() or self.minimums.all():
            return str(_("指定了从哪些课抽题，却没有写抽几题，不能发布。"))
        versions = [item.version for item in with_versions(self.questions.all())]
        if not versions:
            return str(_("测验里还没有题目，不能发布。"))
        if len({version.question_id for version in versions}) < len(versions):
            return str(_("同一道题出现了两次，不能发布。"))
        if self.pass_mark > len(versions):
            return str(_("通过线比题数还多，不能发布。"))
        return ""

    def _strays(self) -> list[str]:
        """Return the codes of twins that belong to no question of this quiz."""
        asked = {item.version.question_id for item in with_versions(self.questions.all())}
        twins = [item.version.question for item in with_versions(self.twins.all())]
        return [question.code for question in twins if question.twin_of_id not in asked]

    @property
    def is_drawn(self) -> bool:
        return self.draw_count is not None

    def _drawing_problem(self) -> str:
        if self.questions.all():
            return str(_("抽题的测验不另列题目：请删去列出的题，或者删去抽题数。"))
        if self.pass_mark > (self.draw_count or 0):
            return str(_("通过线比题数还多，不能发布。"))
        return self.shortage(self.asked_versions())

    def shortage(self, entries: list[PoolEntry]) -> str:
        """Return why ``draw_count`` questions cannot be drawn from ``entries``, or the empty string."""
        wanted = {item.dimension: item.count for item in self.minimums.all()}
        if sum(wanted.values()) > (self.draw_count or 0):
            return str(_("各维度至少要抽的题加起来，比抽题数还多。"))
        if len(entries) < (self.draw_count or 0):
            return str(
                _("指定的课里只有 %(there)d 道已发布的题，不够抽 %(wanted)d 道。")
                % {"there": len(entries), "wanted": self.draw_count}
            )
        there = Counter(entry.dimension for entry in entries)
        for dimension, count in wanted.items():
            if there[dimension] < count:
                return str(
                    _("“%(dimension)s”维度只有 %(there)d 道已发布的题，不够抽 %(wanted)d 道。")
                    % {"dimension": RiskDimension(dimension).label, "there": there[dimension], "wanted": count}
                )
        return ""

    def asked_versions(self) -> list[PoolEntry]:
        """Return what the quiz asks, in its order; of a drawn one, all that it may draw, each question once."""
        rows = QuizQuestion.objects.filter(quiz=self).order_by("sort_order")
        if self.is_drawn:
            places = [models.Q(quiz__lesson__path__startswith=item.page.path) for item in self.pool.all()]
            if not places:
                return []
            rows = QuizQuestion.objects.filter(
                reduce(or_, places), quiz__live=True, quiz__draw_count__isnull=True, quiz__lesson__live=True
            ).order_by("version__question__code", "version__number")
        found = rows.values_list(
            "version_id",
            "version__question_id",
            "version__question__code",
            "version__number",
            "version__dimension",
            "quiz__last_published_at",
        )
        # Should two quizzes ask one question, its newer version counts.
        return list({entry.question_id: entry for entry in (PoolEntry(*row) for row in found)}.values())

    def content_version(self, entries: list[PoolEntry]) -> ContentVersion:
        """Return the version of the published quiz with ``entries``: equal exactly when the same could be asked."""
        asked = sorted(f"{entry.code}@{entry.number}" for entry in entries)
        minimums = sorted((item.dimension, item.count) for item in self.minimums.all())
        body = json.dumps([self.slug, self.pass_mark, self.draw_count, minimums, asked])
        digest = hashlib.sha256(body.encode()).hexdigest()
        moments = [moment for moment in (self.last_published_at, *(e.published_at for e in entries)) if moment]
        day = timezone.localdate(max(moments)).strftime("%Y%m%d") if moments else ""
        return ContentVersion(digest=digest, label=f"{day}-{digest[:6]}")

    def fact_keys(self) -> list[str]:
        """Return the keys of the facts that the quiz and the questions in it name."""
        asked = [key for item in self.places() for key in item.version.fact_keys()]
        return list(dict.fromkeys([*super().fact_keys(), *asked]))

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "quizzes/preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """Return every question with its answers, for the editor alone: no address of the site shows this."""
        versions = [item.version for item in self.places()]
        if self.is_drawn:
            asked = [entry.version_id for entry in self.asked_versions()]
            rows = QuestionVersion.objects.filter(pk__in=asked).order_by("question__code")
            versions = list(rows.select_related("question").prefetch_related("options__misconception"))
        return {
            "quiz": self,
            "versions": [{"version": version, "options": list(version.options.all())} for version in versions],
            "problem": self.problem(),
            "section": "courses",
        }

    def published_text(self) -> str:
        """Return title, introduction and every question with its options, for the record of published versions."""
        parts = [self.title, self.intro]
        if self.is_drawn:
            parts.append(f"{self.draw_count} × {', '.join(e.code for e in self.asked_versions())}")
            parts += [f"{item.get_dimension_display()} ≥ {item.count}" for item in self.minimums.all()]
        for item in self.places():
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


class QuizTwin(Orderable):
    """A version that the quiz does not ask: spaced review asks it a month later in the place of its question.

    It stands in the quiz so that its words pass the same gate, approved together with those that they repeat.
    """

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="twins")
    version = models.ForeignKey(
        "quizzes.QuestionVersion", on_delete=models.PROTECT, related_name="+", verbose_name=_("题目")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("换一种问法的题")
        constraints = (models.UniqueConstraint(fields=("quiz", "version"), name="quizzes_twin_place_unique"),)

    def __str__(self) -> str:
        return str(self.version)


def with_versions(places: Iterable[Place]) -> list[Place]:
    """Return ``places`` with the words of their versions at hand: three queries, or none where they are already."""
    found = list(places)
    named = [place for place in found if place.version_id is not None]
    prefetch_related_objects(named, "version__question", "version__options")
    return found


class QuizPool(Orderable):
    """A page whose lessons, itself or those below it, a drawn quiz draws from."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="pool")
    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.PROTECT, related_name="+", verbose_name=_("课，或课的上级页面")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("抽题范围")
        constraints = (models.UniqueConstraint(fields=("quiz", "page"), name="quizzes_pool_unique"),)

    def __str__(self) -> str:
        return str(self.page)


class DrawMinimum(Orderable):
    """How many questions of a dimension each draw has at least."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="minimums")
    dimension = models.CharField(_("风险维度"), max_length=16, choices=RiskDimension.choices)
    count = models.PositiveSmallIntegerField(_("至少几题"), validators=[MinValueValidator(1)])

    class Meta(Orderable.Meta):
        verbose_name = _("维度下限")
        constraints = (
            models.UniqueConstraint(fields=("quiz", "dimension"), name="quizzes_minimum_unique"),
            models.CheckConstraint(condition=models.Q(count__gte=1), name="quizzes_minimum_count"),
        )

    def __str__(self) -> str:
        return f"{self.get_dimension_display()} ≥ {self.count}"

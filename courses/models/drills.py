"""Drills: a situation walked step by step."""

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from core.blocks import SourceBlock
from core.facts import shown_facts
from core.pages import SignedMixin
from core.publishing import GatedMixin
from courses.drills.blocks import DrillSteps, tree_error
from courses.drills.walk import Part, lines_of, parts_of
from courses.enums import DrillKind, Purpose, Tier
from courses.fields import ChoiceListField
from quizzes.enums import RiskDimension


class Drill(  # type: ignore[django-manager-missing]
    GatedMixin,
    SignedMixin,
    PreviewableMixin,
    WorkflowMixin,
    DraftStateMixin,
    RevisionMixin,
    index.Indexed,
    ClusterableModel,
):
    """A scam or a hard moment as a small tree. Behind the publish gate like a page.

    Nothing points here from what people did, and nothing may: how somebody goes through a drill is theirs alone.
    """

    title = models.CharField(_("标题"), max_length=60, help_text=_("想在哪里换行，就在那里写一个“|”。"))
    slug = models.SlugField(_("网址名"), max_length=60, unique=True, help_text=_("用小写字母、数字和连字符。"))
    kind = models.CharField(_("演练什么"), max_length=12, choices=DrillKind.choices, default=DrillKind.SCAM)
    tier = models.CharField(_("级别"), max_length=14, choices=Tier.choices, default=Tier.BEGINNER)
    purposes = ChoiceListField(_("教育目的"), choices_enum=Purpose, help_text=_("六项里选一到三项。"))
    dimensions = ChoiceListField(_("风险维度"), choices_enum=RiskDimension, blank=True)
    intro = models.TextField(_("开头的话"), help_text=_("读者是谁、在哪里、什么时候。写明人物是虚构的。"))
    minutes = models.PositiveSmallIntegerField(_("约几分钟"), default=5)
    steps = StreamField(DrillSteps(), verbose_name=_("步骤和结局"))
    lessons = ParentalManyToManyField(
        "courses.LessonPage", verbose_name=_("相关的课"), related_name="drills", blank=True
    )
    sources = StreamField([("source", SourceBlock())], verbose_name=_("出处"), blank=True)
    # Wagtail's own default is live: here a drill is born as a draft.
    live = models.BooleanField(_("已发布"), default=False, editable=False)

    # The form says so of a draft, which may be saved before it can be walked.
    is_unfinished = False

    search_fields = [
        index.SearchField("title"),
        index.SearchField("intro"),
        index.SearchField("steps"),
        index.AutocompleteField("title"),
        index.FilterField("live"),
        index.FilterField("slug"),
    ]

    class Meta:
        ordering = ("kind", "tier", "title")
        verbose_name = _("情景演练")
        verbose_name_plural = _("情景演练")

    def __str__(self) -> str:
        return self.title.replace("|", "")

    def clean(self) -> None:
        """Refuse a drill that cannot be walked, and a review due before the check."""
        super().clean()
        if self.checked_on and self.review_by and self.review_by <= self.checked_on:
            raise ValidationError({"review_by": gettext("下次复审要晚于核对日期。")})
        error = None if self.is_unfinished else tree_error(self.steps)
        if error is not None:
            raise ValidationError({"steps": error})  # type: ignore[dict-item]  # an error of a block is an error

    def get_absolute_url(self) -> str:
        return reverse("drill", args=[self.slug])

    @cached_property
    def parts(self) -> list[Part]:
        """The steps and endings as the page shows them."""
        return parts_of(self.steps)

    def published_text(self) -> str:
        """Return the words a reader sees, for the record of published versions."""
        lines = (line.strip() for text in lines_of(self.parts) for line in strip_tags(text).splitlines())
        sources = [str(item.value["text"]) for item in self.sources]
        signature = f"{self.author_name} {self.reviewer_name} {self.checked_on or ''}"
        return "\n".join([str(self), self.intro, *(line for line in lines if line), *sources, signature])

    def public_lessons(self) -> list[Any]:
        """Return the public lessons to read after this, in the order of the courses."""
        return sorted((lesson for lesson in self.lessons.all() if lesson.live), key=lambda lesson: str(lesson.path))

    def page_context(self) -> dict[str, Any]:
        """Return what the page of this drill shows."""
        return {
            "drill": self,
            "parts": self.parts,
            "lessons": self.public_lessons(),
            "section": "courses",
            "crumbs": [
                {"title": gettext("学习"), "url": "/courses/"},
                {"title": gettext("情景演练"), "url": reverse("drills")},
            ],
            "used_facts": list(shown_facts(self.shown_fact_keys()).values()),
        }

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "courses/drills/drill.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """Return what the drill's public page would show."""
        return self.page_context()

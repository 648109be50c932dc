"""The lesson."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from core.pages import BasePage, SignedMixin
from courses.enums import Mastery, Purpose, Stage, Tier, Track
from courses.fields import ChoiceListField
from courses.pages.body import CHANGE_PANEL, BodyMixin
from courses.pages.change_form import BodyPageForm
from courses.pages.tree import PROMOTE_PANELS, crumbs_of
from courses.validators import lines_of, validate_phrasings
from quizzes.enums import RiskDimension


class LessonTag(TaggedItemBase):
    """A tag on a lesson."""

    content_object = ParentalKey("courses.LessonPage", on_delete=models.CASCADE, related_name="tagged_items")


class LessonPage(BodyMixin, BasePage):  # type: ignore[django-manager-missing]
    """One unit of teaching. Track and tier follow from its place in the tree and are kept for lists and filters."""

    code = models.CharField(
        _("编号"),
        max_length=12,
        validators=[RegexValidator(r"^[A-Z]-\d{2}$", _("编号像 D-03 这样写。"))],
        help_text=_("大纲里的编号，例如 D-03。"),
    )
    subtitle = models.CharField(_("副标题"), max_length=60, blank=True)
    track = models.CharField(_("方向"), max_length=12, choices=Track.choices, editable=False, db_index=True)
    tier = models.CharField(_("级别"), max_length=14, choices=Tier.choices, editable=False, db_index=True)
    objective = models.TextField(_("学习目标"), help_text=_("以动词开头：说出、区分、计算、判断。"))
    mastery = models.CharField(_("要求"), max_length=12, choices=Mastery.choices, default=Mastery.COMPREHEND)
    purposes = ChoiceListField(_("教育目的"), choices_enum=Purpose, help_text=_("六项里选一到三项。"))
    stages = ChoiceListField(_("投资的哪个阶段"), choices_enum=Stage)
    dimensions = ChoiceListField(_("风险维度"), choices_enum=RiskDimension, blank=True)
    reading = models.ForeignKey(
        "courses.MediaFile",
        verbose_name=_("朗读录音"),
        # A recording that is shown cannot be deleted (models/media.py); a draft forgets one that is gone.
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("把这一课从头读一遍的录音。课文就是它的文字稿，所以要照着课文读。"),
    )
    reading_minutes = models.PositiveSmallIntegerField(_("录音约几分钟"), null=True, blank=True)
    asked_as = models.TextField(
        _("读者会怎么问"),
        blank=True,
        validators=[validate_phrasings],
        help_text=_("用读者的话写，一行一个；只用来搜索，不显示在页面上。"),
    )
    tags = ClusterTaggableManager(verbose_name=_("标签"), through=LessonTag, blank=True)

    template = "courses/lesson_page.html"
    parent_page_types = ["courses.CoursePage"]
    subpage_types: list[str] = []
    base_form_class = BodyPageForm
    exclude_fields_in_copy = ["code", "change_kind", "change_note", "change_number"]
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("subtitle"),
        MultiFieldPanel(
            [
                FieldPanel("code"),
                FieldPanel("objective"),
                FieldPanel("mastery"),
                FieldPanel("minutes"),
                FieldPanel("purposes"),
                FieldPanel("stages"),
                FieldPanel("dimensions"),
                FieldPanel("tags"),
                FieldPanel("asked_as"),
            ],
            heading=_("这一课"),
        ),
        FieldPanel("body"),
        FieldPanel("sources"),
        MultiFieldPanel([FieldPanel("reading"), FieldPanel("reading_minutes")], heading=_("听这一课")),
        CHANGE_PANEL,
        *SignedMixin.signature_panels,
    ]
    promote_panels = PROMOTE_PANELS
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("subtitle"),
        index.SearchField("objective"),
        index.SearchField("search_description"),
        index.SearchField("tag_words"),
        index.SearchField("asked_as"),
        index.SearchField("body"),
        index.SearchField("misconception_text"),
        index.FilterField("code"),
        index.FilterField("track"),
        index.FilterField("tier"),
    ]

    class Meta:
        verbose_name = _("课")
        verbose_name_plural = _("课")
        constraints = (
            models.UniqueConstraint(fields=("code",), condition=~models.Q(code=""), name="courses_lesson_code_unique"),
            models.CheckConstraint(
                condition=models.Q(reading=None) | models.Q(reading_minutes__gt=0), name="courses_reading_has_length"
            ),
        )

    def set_url_path(self, parent: Any) -> Any:
        """Set the address, and with it track and tier."""
        address = super().set_url_path(parent)
        self.place_by_path()
        return address

    def clean(self) -> None:
        """Refuse a reading that is a film, or whose length is not said, beside its field."""
        super().clean()
        if self.reading is None:
            return
        if self.reading.is_video:
            raise ValidationError({"reading": gettext("这是录像。朗读要选一份录音。")})
        if not self.reading_minutes:
            raise ValidationError({"reading_minutes": gettext("请写录音约几分钟，读者按它决定现在听不听。")})

    def place_by_path(self) -> None:
        """Set track and tier from the address (``…/<track>/<tier>/<lesson>/``)."""
        steps = (self.url_path or "").strip("/").split("/")
        if len(steps) >= 3:  # noqa: PLR2004 -- track, tier, lesson
            track, tier = steps[-3], steps[-2]
            self.track = track if track in Track.values else ""
            self.tier = tier if tier in Tier.values else ""

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from courses.paths.queries import next_in_paths

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {
            **context,
            **self.body_context(),
            **self.surroundings(request),
            **self.change_context(),
            **self._neighbours(),
            "drills": self._drills_at_the_end() if self.pk else (),
            "next_in_paths": next_in_paths(self) if self.pk else (),
            "crumbs": crumbs_of(self),
            "section": "courses",
        }

    @property
    def share_text(self) -> str:
        return self.search_description or self.objective

    def structured_data(self, context: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the lesson as a learning resource."""
        resource = {
            **self.described("LearningResource"),
            "learningResourceType": "lesson",
            "teaches": self.objective,
            "educationalLevel": str(self.get_tier_display()),
            "audience": {"@type": "EducationalAudience", "educationalRole": "student"},
            "about": str(self.get_track_display()),
        }
        return [resource]

    def _neighbours(self) -> dict[str, Any]:
        """Return this lesson's place in its tier, and the next public lesson of the track, in one query."""
        track_path = self.path[: -2 * self.steplen]
        lessons = list(
            LessonPage.objects.filter(path__startswith=track_path)
            .filter(models.Q(live=True) | models.Q(first_published_at__isnull=True))
            .order_by("path")
            .only("path", "title", "url_path", "live", "minutes", "tier", "slug")
        )
        parent_path = self.path[: -self.steplen]
        tier = [lesson for lesson in lessons if lesson.path.startswith(parent_path)]
        position = next((place for place, lesson in enumerate(tier, start=1) if lesson.pk == self.pk), 0)
        following = next((lesson for lesson in lessons if lesson.live and lesson.path > self.path), None)
        return {"position": position, "tier_total": len(tier), "next_lesson": following}

    def _drills_at_the_end(self) -> Any:
        """Return the public drills that name this lesson, without those to which its text leads."""
        chosen = [block.value["drill"] for block in self.body if block.block_type == "drill"]
        shown = [drill.pk for drill in chosen if drill is not None]
        return self.drills.filter(live=True).exclude(pk__in=shown).defer("steps", "sources")

    def tag_words(self) -> str:
        """The names of the tags, for search."""
        return " ".join(tag.name for tag in self.tags.all())

    @property
    def phrasings(self) -> list[str]:
        """How readers ask for this lesson, one question an entry."""
        return lines_of(self.asked_as)

    def lead_lines(self) -> list[str]:
        return [self.subtitle, self.objective]


def refresh_places(root: Page) -> None:
    """Set track and tier of the lessons at or below ``root`` again, after it moved."""
    for lesson in LessonPage.objects.descendant_of(root, inclusive=True).iterator():
        lesson.place_by_path()
        LessonPage.objects.filter(pk=lesson.pk).update(track=lesson.track, tier=lesson.tier)

"""Learning paths: a few lessons in the order in which somebody in a given situation reads them."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import DraftStateMixin, Orderable, PreviewableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from core.fact_texts import texts_of
from core.facts import keys_in, shown_facts
from core.pages import SignedMixin
from core.publishing import GatedMixin
from core.storage import private_storage
from core.structured import absolute, moment, organization
from courses.models.drills import Drill
from courses.pages import LessonPage
from courses.tools.catalog import TOOLS, Tool

_MARKED = _("想在哪里换行，就在那里写一个“|”。")


def tool_choices() -> list[tuple[str, Any]]:
    """Return the tools, as a callable so that migrations do not record them."""
    return [(tool.slug, tool.title) for tool in TOOLS]


class LearningPath(  # type: ignore[django-manager-missing]
    GatedMixin,
    SignedMixin,
    PreviewableMixin,
    WorkflowMixin,
    DraftStateMixin,
    RevisionMixin,
    index.Indexed,
    ClusterableModel,
):
    """Lessons in an order of their own, for somebody. Behind the publish gate like a page.

    It suggests and bars nothing: every lesson opens without it, and where somebody stands in it follows from their
    progress in the lessons.
    """

    title = models.CharField(_("标题"), max_length=40, help_text=_MARKED)
    slug = models.SlugField(_("网址名"), max_length=60, unique=True, help_text=_("用小写字母、数字和连字符。"))
    audience = models.CharField(_("给谁"), max_length=80, help_text=_("例如：第一次买基金、还没下单的人。"))
    promise = models.CharField(
        _("走完能做到什么"), max_length=80, help_text=_("一句话，说读者自己能做到的事。不承诺收益。")
    )
    follow_up = models.ForeignKey(
        "self",
        verbose_name=_("走完以后"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="leads_here",
        help_text=_("接着走哪一条路径，可以不选。"),
    )
    order = models.PositiveSmallIntegerField(_("排在第几"), default=100, help_text=_("小的在前。"))
    # Wagtail's own default is live: here a path is born as a draft.
    live = models.BooleanField(_("已发布"), default=False, editable=False)

    search_fields = [
        index.SearchField("title"),
        index.SearchField("audience"),
        index.SearchField("promise"),
        index.SearchField("reasons"),
        index.AutocompleteField("title"),
        index.FilterField("live"),
        index.FilterField("slug"),
    ]

    class Meta:
        ordering = ("order", "pk")
        verbose_name = _("学习路径")
        verbose_name_plural = _("学习路径")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(follow_up=models.F("id")), name="courses_path_does_not_follow_itself"
            ),
        )

    def __str__(self) -> str:
        return self.title.replace("|", "")

    def clean(self) -> None:
        """Refuse a follow-up that leads back here, and a review due before the check."""
        super().clean()
        if self.checked_on and self.review_by and self.review_by <= self.checked_on:
            raise ValidationError({"review_by": gettext("下次复审要晚于核对日期。")})
        problem = self.loop()
        if problem:
            raise ValidationError({"follow_up": problem})

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save with the items held. Two rows may have changed places, and the database compares row by row."""
        with transaction.atomic():
            if self.pk and "items" in getattr(self, "_cluster_related_objects", {}):
                PathItem.objects.filter(path_id=self.pk).update(lesson=None)
            return super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("path", args=[self.slug])

    def loop(self) -> str:
        """Return a sentence that says how the follow-ups lead back here; empty when they do not."""
        following: dict[int, int | None] = dict(LearningPath.objects.values_list("pk", "follow_up"))
        trail, place = [str(self)], self.follow_up_id
        seen = set()
        while place is not None and place not in seen:
            if place == self.pk:
                return gettext("“走完以后”绕回来了：%(trail)s。请换一条，或者不选。") % {
                    "trail": " → ".join([*trail, str(self)])
                }
            seen.add(place)
            trail.append(str(LearningPath.objects.get(pk=place)))
            place = following.get(place)
        return ""

    def repeated(self) -> str:
        """Return a sentence that names a lesson standing here twice; empty when none does."""
        seen = set()
        for item in self.items.all():
            if item.lesson_id is not None and item.lesson_id in seen:
                return gettext("“%(lesson)s”在这条路径里出现了两次，请去掉一个。") % {"lesson": item.lesson}
            seen.add(item.lesson_id)
        return ""

    def fact_keys(self) -> list[str]:
        """Return the keys that this path and the reasons of its items name."""
        return keys_in([*texts_of(self), self.reasons()])

    def reasons(self) -> str:
        """The reasons of the items, for search."""
        return "\n".join(item.reason for item in self.items.all())

    def published_text(self) -> str:
        """Return the words a reader sees, for the record of published versions."""
        lines = [f"{item.lesson or ''} {item.reason}".strip() for item in self.items.all()]
        follow_up = f"{gettext('走完以后')} {self.follow_up}" if self.follow_up else ""
        signature = f"{self.author_name} {self.reviewer_name} {self.checked_on or ''}"
        return "\n".join(
            line for line in (str(self), self.audience, self.promise, *lines, follow_up, signature) if line
        )

    @cached_property
    def steps(self) -> list["PathItem"]:
        """The items that the public sees: those whose lesson is public, in order."""
        return [item for item in self.items.all() if item.lesson is not None and item.lesson.live]

    @property
    def minutes(self) -> int:
        """Minutes of the public lessons together; a drill or a tool beside one is extra."""
        return sum(item.lesson.minutes for item in self.steps if item.lesson)

    def missing(self) -> list[str]:
        """Return what editors are told of items left out in public, one sentence each."""
        return [item.left_out for item in self.items.all() if item.left_out]

    @property
    def share_text(self) -> str:
        return self.promise

    @property
    def share_path(self) -> str:
        return self.get_absolute_url()

    def structured_data(self, context: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the path as a course whose parts are its lessons."""
        parts = [
            {"@type": "LearningResource", "name": str(item.lesson), "url": absolute(str(item.lesson.url))}
            for item in self.steps
            if item.lesson
        ]
        return [
            {
                "@type": "Course",
                "name": str(self),
                "description": self.promise,
                "url": absolute(self.get_absolute_url()),
                "inLanguage": "zh-CN",
                "isAccessibleForFree": True,
                "timeRequired": f"PT{self.minutes}M",
                "datePublished": moment(self.first_published_at),
                "dateModified": moment(self.last_published_at),
                "audience": {"@type": "EducationalAudience", "educationalRole": "student"},
                "hasPart": parts,
                "provider": organization(),
            }
        ]

    def page_context(self) -> dict[str, Any]:
        """Return what the page of this path shows."""
        follow_up = self.follow_up if self.follow_up and self.follow_up.live else None
        return {
            "path": self,
            "steps": self.steps,
            "follow_up": follow_up,
            "section": "courses",
            "crumbs": [
                {"title": gettext("学习"), "url": "/courses/"},
                {"title": gettext("学习路径"), "url": reverse("paths")},
            ],
            "used_facts": list(shown_facts(self.shown_fact_keys()).values()),
        }

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "courses/paths/path.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """Return what the path's public page would show."""
        return self.page_context()


class PathItem(Orderable):  # type: ignore[misc]
    """A lesson of a path and why it stands there. Its lesson may be taken down or deleted at any time."""

    path = ParentalKey(LearningPath, on_delete=models.CASCADE, related_name="items")
    lesson = models.ForeignKey(
        LessonPage, verbose_name=_("课"), null=True, on_delete=models.SET_NULL, related_name="path_items"
    )
    reason = models.CharField(_("为什么在这里"), max_length=80, help_text=_("一句话，说给读者听。"))
    drill = models.ForeignKey(
        Drill, verbose_name=_("读完演练"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    tool = models.CharField(_("读完算一算"), max_length=40, blank=True, choices=tool_choices)

    class Meta(Orderable.Meta):
        verbose_name = _("一课")
        verbose_name_plural = _("课")
        constraints = (models.UniqueConstraint(fields=("path", "lesson"), name="courses_path_lesson_once"),)

    def __str__(self) -> str:
        return str(self.lesson or self.reason)

    @property
    def left_out(self) -> str:
        """What editors are told when the public does not see this item; empty when it does."""
        if self.lesson is None:
            return gettext("“%(reason)s”这一项的课已经删除，请另选一课或去掉这一项。") % {"reason": self.reason}
        if not self.lesson.live:
            return gettext("“%(lesson)s”没有公开，读者看不到这一项。") % {"lesson": self.lesson}
        return ""

    @property
    def shown_drill(self) -> Drill | None:
        return self.drill if self.drill and self.drill.live else None

    @property
    def shown_tool(self) -> Tool | None:
        return next((tool for tool in TOOLS if tool.slug == self.tool), None)


class Handbook(models.Model):
    """The PDF of a path as built for one state of its contents."""

    path = models.ForeignKey(LearningPath, on_delete=models.CASCADE, related_name="handbooks")
    key = models.CharField(max_length=64)
    large = models.BooleanField(_("大字"), default=False)
    file = models.FileField(storage=private_storage, upload_to="handbooks")
    pages = models.PositiveSmallIntegerField()
    built_at = models.DateTimeField()

    class Meta:
        ordering = ("-built_at",)
        verbose_name = _("手册")
        verbose_name_plural = _("手册")
        constraints = (
            models.UniqueConstraint(fields=("path", "key"), name="courses_handbook_once"),
            models.CheckConstraint(condition=models.Q(pages__gt=0), name="courses_handbook_has_pages"),
        )

    def __str__(self) -> str:
        return f"{self.path_id} {self.key[:12]}"

"""The pages that lead to a lesson: all tracks, one track, one tier of a track."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from core.pages import BasePage
from core.routing import HOME_DEPTH, pages_above
from courses.enums import Tier, Track

LESSONS_A_PAGE = 12
# Python itself refuses to read numbers of thousands of digits.
_LONGEST_NUMBER = 6
# Lessons named on the page of all tracks: enough to begin with, few enough to choose from.
READABLE = 6
PROMOTE_PANELS = [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")]


def crumbs_of(page: Any) -> list[dict[str, str]]:
    """Return the pages above ``page``, without the tree's root and the home page."""
    return [{"title": above.title.replace("|", ""), "url": above.url} for above in pages_above(page)]


def paginate(items: Any, size: int, request: HttpRequest) -> PaginatorPage:  # type: ignore[type-arg]
    """Return the page that ``?page=`` asks for; an unknown one is not found rather than another page."""
    paginator = Paginator(items, size)
    asked = request.GET.get("page", "1")
    if (
        len(asked) > _LONGEST_NUMBER
        or not asked.isascii()
        or not asked.isdigit()
        or not 1 <= int(asked) <= paginator.num_pages
    ):
        raise Http404
    return paginator.page(int(asked))


class SectionIndexMixin:
    """A section of the site: one of its kind, directly below the home page."""

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        return bool(parent.depth == HOME_DEPTH and super().can_create_at(parent))  # type: ignore[misc]


class CourseIndexPage(SectionIndexMixin, BasePage):
    """All tracks."""

    intro = models.TextField(_("导语"), blank=True)

    template = "courses/course_index_page.html"
    max_count = 1
    subpage_types = ["courses.TrackPage"]
    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    promote_panels = PROMOTE_PANELS
    search_fields = [*BasePage.search_fields, index.SearchField("intro")]

    class Meta:
        verbose_name = _("课程首页")
        verbose_name_plural = _("课程首页")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        tracks = list(TrackPage.objects.child_of(self).live())
        courses = list(CoursePage.objects.descendant_of(self).live())
        rows = [
            {"track": track, "courses": [course for course in courses if course.is_child_of(track)]} for track in tracks
        ]
        return {**context, "tracks": rows, "lessons": readable_lessons(self, READABLE), "section": "courses"}


class TrackPage(BasePage):
    """One track with its three tiers."""

    intro = models.TextField(_("导语"), blank=True, help_text=_("这个方向教什么，两三句话。"))

    template = "courses/track_page.html"
    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types = ["courses.CoursePage"]
    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    promote_panels = PROMOTE_PANELS
    search_fields = [*BasePage.search_fields, index.SearchField("intro")]

    class Meta:
        verbose_name = _("方向")
        verbose_name_plural = _("方向")

    def clean(self) -> None:
        super().clean()
        require_slug(self, Track)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        courses = list(CoursePage.objects.child_of(self).live())
        lessons = planned_lessons(self)
        rows = []
        for course in courses:
            mine = [lesson for lesson in lessons if lesson.is_child_of(course)]
            rows.append({"course": course, "lessons": mine[:LESSONS_A_PAGE], "total": len(mine)})
        return {**context, "courses": rows, "crumbs": crumbs_of(self), "section": "courses"}


class CoursePage(BasePage):
    """One tier of a track: its lessons in the suggested order."""

    intro = models.TextField(_("导语"), blank=True, help_text=_("学完这一级能做什么。"))

    template = "courses/course_page.html"
    parent_page_types = ["courses.TrackPage"]
    subpage_types = ["courses.LessonPage"]
    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    promote_panels = PROMOTE_PANELS
    search_fields = [*BasePage.search_fields, index.SearchField("intro")]

    class Meta:
        verbose_name = _("系列")
        verbose_name_plural = _("系列")

    @property
    def tier(self) -> str:
        return str(self.slug)

    def clean(self) -> None:
        super().clean()
        require_slug(self, Tier)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        lessons = paginate(planned_lessons(self), LESSONS_A_PAGE, request)
        return {
            **context,
            "lessons": lessons,
            "tier_test": open_test_of(self.tier),
            "crumbs": crumbs_of(self),
            "section": "courses",
        }


def open_test_of(tier: str) -> Any:
    """Return the public test of ``tier``, or None."""
    from courses.models.certificates import TierTest

    return TierTest.objects.filter(tier=tier, quiz__live=True).select_related("quiz").first()


def require_slug(page: Any, choices: type[models.TextChoices]) -> None:
    """Refuse a slug that is not one of ``choices``: other programs rely on these addresses."""
    if page.slug not in choices.values:
        raise ValidationError(
            {
                "slug": gettext("网址名只能是：%(slugs)s。")
                % {"slugs": "、".join(str(value) for value in choices.values)}
            }
        )


def planned_lessons(parent: Page) -> Any:
    """Return the lessons below ``parent`` that are public or still being written, in order; withdrawn ones are not."""
    from courses.pages.lessons import LessonPage

    return (
        LessonPage.objects.descendant_of(parent)
        .filter(models.Q(live=True) | models.Q(first_published_at__isnull=True))
        .order_by("path")
        .defer("body", "sources")
    )


def readable_lessons(parent: Page, count: int) -> Any:
    """Return the first public lessons below ``parent``: easier tiers first, then in the order of the tree."""
    from courses.pages.lessons import LessonPage

    easier_first = models.Case(*(models.When(tier=tier, then=place) for place, tier in enumerate(Tier.values)))
    return (
        LessonPage.objects.descendant_of(parent).live().order_by(easier_first, "path").defer("body", "sources")[:count]
    )

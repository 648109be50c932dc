"""Articles and their columns."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from core.pages import BasePage, SignedMixin
from courses.enums import Column
from courses.fields import ChoiceListField
from courses.pages.body import BodyMixin
from courses.pages.tree import PROMOTE_PANELS, SectionIndexMixin, crumbs_of, paginate, require_slug
from quizzes.enums import RiskDimension

ARTICLES_A_PAGE = 10


class ArticleTag(TaggedItemBase):
    """A tag on an article."""

    content_object = ParentalKey("courses.ArticlePage", on_delete=models.CASCADE, related_name="tagged_items")


def _newest_below(page: Page) -> Any:
    return (
        ArticlePage.objects.descendant_of(page).live().order_by("-first_published_at", "-pk").defer("body", "sources")
    )


class ArticleIndexPage(SectionIndexMixin, BasePage):
    """All articles, newest first, with the way to each column."""

    intro = models.TextField(_("导语"), blank=True)

    template = "courses/article_list.html"
    max_count = 1
    subpage_types = ["courses.ColumnPage"]
    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    promote_panels = PROMOTE_PANELS

    class Meta:
        verbose_name = _("文章首页")
        verbose_name_plural = _("文章首页")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {
            **context,
            "articles": paginate(_newest_below(self), ARTICLES_A_PAGE, request),
            "columns": ColumnPage.objects.child_of(self).live(),
            "section": "articles",
        }


class ColumnPage(BasePage):
    """One column: its articles, newest first."""

    intro = models.TextField(_("导语"), blank=True)

    template = "courses/article_list.html"
    parent_page_types = ["courses.ArticleIndexPage"]
    subpage_types = ["courses.ArticlePage"]
    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    promote_panels = PROMOTE_PANELS

    class Meta:
        verbose_name = _("栏目")
        verbose_name_plural = _("栏目")

    def clean(self) -> None:
        super().clean()
        require_slug(self, Column)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {
            **context,
            "articles": paginate(_newest_below(self), ARTICLES_A_PAGE, request),
            "columns": ColumnPage.objects.sibling_of(self).live(),
            "crumbs": crumbs_of(self),
            "section": "articles",
        }


class ArticlePage(BodyMixin, BasePage):  # type: ignore[django-manager-missing]
    """One article. Its column follows from its place in the tree and is kept for lists and filters."""

    column = models.CharField(_("栏目"), max_length=12, choices=Column.choices, editable=False, db_index=True)
    summary = models.TextField(_("摘要"), help_text=_("列表里显示的两三句话。"))
    dimensions = ChoiceListField(_("风险维度"), choices_enum=RiskDimension, blank=True)
    tags = ClusterTaggableManager(verbose_name=_("标签"), through=ArticleTag, blank=True)

    template = "courses/article_page.html"
    parent_page_types = ["courses.ColumnPage"]
    subpage_types: list[str] = []
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("minutes"), FieldPanel("dimensions"), FieldPanel("tags")], heading=_("这一篇")),
        FieldPanel("body"),
        FieldPanel("sources"),
        *SignedMixin.signature_panels,
    ]
    promote_panels = PROMOTE_PANELS
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
        index.SearchField("misconception_text"),
        index.FilterField("column"),
    ]

    class Meta:
        verbose_name = _("文章")
        verbose_name_plural = _("文章")

    def save(self, *args: Any, **kwargs: Any) -> Any:
        steps = (self.url_path or "").strip("/").split("/")
        if len(steps) >= 2:  # noqa: PLR2004 -- column, article
            self.column = steps[-2] if steps[-2] in Column.values else ""
        return super().save(*args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        others = (
            ArticlePage.objects.sibling_of(self, inclusive=False)
            .live()
            .order_by("-first_published_at", "-pk")
            .defer("body", "sources")[:3]
        )
        return {
            **context,
            **self.body_context(),
            "others": list(others),
            "crumbs": crumbs_of(self),
            "section": "articles",
        }

    def lead_lines(self) -> list[str]:
        return [self.summary]

"""Articles and their columns."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import Tag, TaggedItemBase
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

from core.pages import BasePage, SignedMixin
from courses.enums import Column
from courses.fields import ChoiceListField
from courses.pages.body import CHANGE_PANEL, BodyMixin
from courses.pages.change_form import BodyPageForm
from courses.pages.tree import PROMOTE_PANELS, SectionIndexMixin, crumbs_of, paginate, require_slug
from quizzes.enums import RiskDimension

ARTICLES_A_PAGE = 10
# Tags offered above the list: enough to choose from, few enough to read; a tag of one article leads nowhere new.
_TAGS_SHOWN = 12
_TAG_FROM = 2


class ArticleTag(TaggedItemBase):
    """A tag on an article."""

    content_object = ParentalKey("courses.ArticlePage", on_delete=models.CASCADE, related_name="tagged_items")


def newest_articles() -> QuerySet["ArticlePage"]:
    """Return the public articles, those that appeared last first, without their texts."""
    articles: QuerySet[ArticlePage] = (
        ArticlePage.objects.live().order_by("-first_published_at", "-pk").defer("body", "sources")
    )
    return articles


def common_tags() -> QuerySet[Tag]:
    """Return the tags that several public articles share, the commonest first, in one query."""
    return (
        Tag.objects.filter(courses_articletag_items__content_object__live=True)
        .annotate(articles=Count("courses_articletag_items"))
        .filter(articles__gte=_TAG_FROM)
        .order_by("-articles", "name")[:_TAGS_SHOWN]
    )


class ArticleIndexPage(SectionIndexMixin, BasePage):
    """All articles, newest first, with the way to each column; ``?tag=`` shows those with a tag."""

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
        asked = request.GET.get("tag", "")
        articles = newest_articles().descendant_of(self)  # type: ignore[attr-defined]
        if asked:
            articles = articles.filter(tags__slug=asked)
        return {
            **context,
            "articles": paginate(articles, ARTICLES_A_PAGE, request),
            "columns": ColumnPage.objects.child_of(self).live(),
            "tags": common_tags(),
            "asked_tag": asked,
            "tag": Tag.objects.filter(slug=asked).first() if asked else None,
            "list_query": urlencode({"tag": asked}) if asked else "",
            "section": "articles",
        }

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Serve the list; the answer to a tag that no article has is kept by no cache."""
        response: Any = super().serve(request, *args, **kwargs)
        if request.GET.get("tag") and not response.context_data["articles"].object_list:
            response.headers["Cache-Control"] = "private, no-store"
        return response  # type: ignore[no-any-return]


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
            "articles": paginate(newest_articles().descendant_of(self), ARTICLES_A_PAGE, request),  # type: ignore[attr-defined]
            "columns": ColumnPage.objects.sibling_of(self).live(),
            "crumbs": crumbs_of(self),
            "section": "articles",
        }


class ArticlePageForm(BodyPageForm):
    """Refuses a line for all readers in a column that is not for it."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("alert_line") and self.parent_page.slug != Column.ALERTS:
            self.add_error("alert_line", _only_in_alerts())
        return cleaned


def _only_in_alerts() -> str:
    return gettext("只有“风险提示”栏目的文章可以放在这里提示读者。")


class ArticlePage(BodyMixin, BasePage):  # type: ignore[django-manager-missing]
    """One article. Its column follows from its place in the tree and is kept for lists and filters."""

    column = models.CharField(_("栏目"), max_length=12, choices=Column.choices, editable=False, db_index=True)
    summary = models.TextField(_("摘要"), help_text=_("列表里显示的两三句话。"))
    dimensions = ChoiceListField(_("风险维度"), choices_enum=RiskDimension, blank=True)
    tags = ClusterTaggableManager(verbose_name=_("标签"), through=ArticleTag, blank=True)
    alert_line = models.CharField(
        _("提示哪一句"),
        max_length=40,
        blank=True,
        help_text=_("一行，不超过 40 个字。会出现在首页，和同一风险维度的课、文章上方；读者可以收起。不写就不提示。"),
    )
    alert_until = models.DateField(
        _("提示到哪一天"), null=True, blank=True, help_text=_("含这一天，过后自动消失。"), db_index=True
    )

    base_form_class = ArticlePageForm
    template = "courses/article_page.html"
    exclude_fields_in_copy = ["change_kind", "change_note", "change_number"]
    parent_page_types = ["courses.ColumnPage"]
    subpage_types: list[str] = []
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("minutes"), FieldPanel("dimensions"), FieldPanel("tags")], heading=_("这一篇")),
        MultiFieldPanel(
            [FieldPanel("alert_line"), FieldPanel("alert_until")],
            heading=_("现在提示读者"),
            help_text=_("只用于“风险提示”栏目。多篇同时提示时，显示最近发布的一篇。"),
        ),
        FieldPanel("body"),
        FieldPanel("sources"),
        CHANGE_PANEL,
        *SignedMixin.signature_panels,
    ]
    promote_panels = PROMOTE_PANELS
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("search_description"),
        index.SearchField("tag_words"),
        index.SearchField("body"),
        index.SearchField("misconception_text"),
        index.FilterField("column"),
    ]

    class Meta:
        verbose_name = _("文章")
        verbose_name_plural = _("文章")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(alert_line="", alert_until__isnull=True)
                | (~models.Q(alert_line="") & models.Q(alert_until__isnull=False)),
                name="courses_article_alert_has_an_end",
            ),
        )

    def clean(self) -> None:
        super().clean()
        if self.alert_line and self.column and self.column != Column.ALERTS:
            raise ValidationError({"alert_line": _only_in_alerts()})
        if bool(self.alert_line) != bool(self.alert_until):
            raise ValidationError({"alert_until": gettext("要提示读者，句子和日期都要写；不提示就都留空。")})

    def save(self, *args: Any, **kwargs: Any) -> Any:
        steps = (self.url_path or "").strip("/").split("/")
        if len(steps) >= 2:  # noqa: PLR2004 -- column, article
            self.column = steps[-2] if steps[-2] in Column.values else ""
        return super().save(*args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {
            **context,
            **self.body_context(),
            **self.surroundings(request),
            **self.change_context(),
            "crumbs": crumbs_of(self),
            "section": "articles",
        }

    @property
    def share_text(self) -> str:
        return self.search_description or self.summary

    def structured_data(self, context: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the article as one."""
        return [{**self.described("Article"), "headline": str(self), "articleSection": str(self.get_column_display())}]

    def tag_words(self) -> str:
        """The names of the tags, for search."""
        return " ".join(tag.name for tag in self.tags.all())

    def lead_lines(self) -> list[str]:
        return [line for line in (self.summary, self.alert_line) if line]

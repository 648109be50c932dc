"""What programs read: the feeds of new lessons and articles, and the site map."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Site

from courses.drills.queries import public_drills
from courses.enums import Column
from courses.models import Drill, GlossaryTerm, LearningPath
from courses.pages import ArticlePage, LessonPage
from courses.pages.articles import newest_articles
from courses.paths.queries import shown_paths
from courses.queries import newest_lessons, public_terms
from courses.tools.catalog import TOOLS

FEED_LENGTH = 20


class LessonFeed(Feed):  # type: ignore[type-arg]
    """The lessons published last."""

    feed_type = Rss201rev2Feed
    link = "/courses/"
    language = "zh-cn"
    description = _("新上线的课。本站只做投资者教育，不推荐任何产品。")

    def title(self) -> str:
        return str(settings.SITE_TITLE)

    def items(self) -> Iterable[LessonPage]:
        return newest_lessons(FEED_LENGTH)

    def item_title(self, item: Any) -> str:
        return str(item)

    def item_description(self, item: LessonPage) -> str:
        return item.search_description or item.objective

    def item_link(self, item: LessonPage) -> str:
        return str(item.url)

    def item_guid(self, item: LessonPage) -> str:
        return f"lesson:{item.code}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: LessonPage) -> datetime | None:
        published: datetime | None = item.first_published_at
        return published

    def item_updateddate(self, item: LessonPage) -> datetime | None:
        updated: datetime | None = item.last_published_at
        return updated

    def item_categories(self, item: LessonPage) -> tuple[str | Promise, ...]:
        return (str(item.get_track_display()), str(item.get_tier_display()))


class ArticleFeed(Feed):  # type: ignore[type-arg]
    """The articles published last, of all columns or of one."""

    feed_type = Rss201rev2Feed
    language = "zh-cn"
    description = _("新发布的文章。本站只做投资者教育，不推荐任何产品。")

    def get_object(self, request: HttpRequest, column: str = "") -> str:
        if column and column not in Column.values:
            raise Http404
        return column

    def title(self, obj: str) -> str:
        return f"{settings.SITE_TITLE} · {Column(obj).label}" if obj else str(settings.SITE_TITLE)

    def link(self, obj: str) -> str:
        return f"/articles/{obj}/" if obj else "/articles/"

    def items(self, obj: str) -> Iterable[ArticlePage]:
        articles = newest_articles()
        return (articles.filter(column=obj) if obj else articles)[:FEED_LENGTH]

    def item_title(self, item: Any) -> str:
        return str(item)

    def item_description(self, item: ArticlePage) -> str:
        return item.summary

    def item_link(self, item: ArticlePage) -> str:
        return str(item.url)

    def item_guid(self, item: ArticlePage) -> str:
        return f"article:{item.pk}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: ArticlePage) -> datetime | None:
        published: datetime | None = item.first_published_at
        return published

    def item_updateddate(self, item: ArticlePage) -> datetime | None:
        updated: datetime | None = item.last_published_at
        return updated

    def item_categories(self, item: ArticlePage) -> tuple[str, ...]:
        return (str(item.get_column_display()),) if item.column else ()


class PageSitemap(Sitemap[Page]):
    """Every public page of the site."""

    limit = 1000

    def items(self) -> Any:
        site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
        if site is None:
            return Page.objects.none()
        return Page.objects.descendant_of(site.root_page, inclusive=True).live().public().order_by("path")

    def location(self, item: Page) -> str:
        return str(item.url)

    def lastmod(self, item: Page) -> datetime | None:
        changed: datetime | None = item.last_published_at
        return changed


class TermSitemap(Sitemap[GlossaryTerm]):
    """Every public term."""

    def items(self) -> Any:
        return public_terms()

    def lastmod(self, item: GlossaryTerm) -> datetime | None:
        changed: datetime | None = item.last_published_at
        return changed


class ToolSitemap(Sitemap[str]):
    """The list of tools and each tool."""

    def items(self) -> list[str]:
        return [reverse("tool_list"), *(tool.get_absolute_url() for tool in TOOLS)]

    def location(self, item: str) -> str:
        return item


class DrillSitemap(Sitemap[Drill]):
    """Every public drill."""

    def items(self) -> Any:
        return public_drills()

    def lastmod(self, item: Drill) -> datetime | None:
        changed: datetime | None = item.last_published_at
        return changed


class PathSitemap(Sitemap[LearningPath]):
    """Every public path."""

    def items(self) -> Any:
        return shown_paths()

    def lastmod(self, item: LearningPath) -> datetime | None:
        changed: datetime | None = item.last_published_at
        return changed


SITEMAPS = {
    "pages": PageSitemap,
    "glossary": TermSitemap,
    "tools": ToolSitemap,
    "drills": DrillSitemap,
    "paths": PathSitemap,
}

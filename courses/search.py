"""What search finds of the courses app."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.registries import SearchHit
from core.search.sources import listed_source, model_source
from core.templatetags.typography import plain_title
from courses.models import GlossaryTerm
from courses.pages import ArticlePage, LessonPage
from courses.pages.articles import ArticleTag
from courses.pages.lessons import LessonTag
from courses.tools.catalog import TOOLS

_LISTED = ("title", "url_path", "search_description", "depth", "path", "live")
# The longest a lesson of each group takes, in minutes; longer ones are in the last group.
MINUTE_GROUPS = {"short": 5, "medium": 10, "long": None}


def minute_group(minutes: int) -> str:
    """Return the group of ``MINUTE_GROUPS`` into which a reading time falls."""
    return next(name for name, longest in MINUTE_GROUPS.items() if longest is None or minutes <= longest)


def _lessons() -> Any:
    fields = (*_LISTED, "subtitle", "objective", "track", "tier", "stages", "purposes", "minutes", "code", "asked_as")
    return LessonPage.objects.live().public().only(*fields)


def _lesson_hits(lessons: Sequence[LessonPage]) -> Iterable[SearchHit]:
    tags, addresses = _tags(LessonTag, lessons), _addresses(lessons)
    for lesson in lessons:
        yield SearchHit(
            title=str(lesson),
            url=addresses[lesson.pk],
            type="lesson",
            summary=lesson.search_description or lesson.objective,
            keywords=f"{lesson.code} {lesson.subtitle} {tags.get(lesson.pk, '')} {lesson.objective}",
            asked_as=lesson.phrasings,
            facets={
                "track": [lesson.track],
                "tier": [lesson.tier],
                "stage": lesson.stages,
                "purpose": lesson.purposes,
                "minutes": [minute_group(lesson.minutes)],
            },
            key=lesson.pk,
        )


def _articles() -> Any:
    return ArticlePage.objects.live().public().only(*_LISTED, "summary", "minutes")


def _article_hits(articles: Sequence[ArticlePage]) -> Iterable[SearchHit]:
    tags, addresses = _tags(ArticleTag, articles), _addresses(articles)
    for article in articles:
        yield SearchHit(
            title=str(article),
            url=addresses[article.pk],
            type="article",
            summary=article.summary,
            keywords=f"{tags.get(article.pk, '')} {article.search_description}",
            facets={"minutes": [minute_group(article.minutes)]},
            key=article.pk,
        )


def _terms() -> Any:
    return GlossaryTerm.objects.filter(live=True)


def _term_hits(terms: Sequence[GlossaryTerm]) -> Iterable[SearchHit]:
    for term in terms:
        yield SearchHit(
            title=term.term,
            url=term.get_absolute_url(),
            type="term",
            summary=term.plain,
            keywords=f"{term.aliases} {term.english}",
            key=term.pk,
        )


def _addresses(pages: Sequence[Any]) -> Mapping[int, str]:
    """Return the addresses of ``pages``, which all stand below one home page: asking each would read the cache."""
    if not pages:
        return {}
    above = len(pages[0].url_path) - len(str(pages[0].url))
    return {page.pk: page.url_path[above:] for page in pages}


def _tags(model: Any, pages: Sequence[Any]) -> Mapping[int, str]:
    """Return the tags of ``pages`` as one line each, in one query."""
    found: dict[int, str] = {}
    rows = model.objects.filter(content_object__in=[page.pk for page in pages]) if pages else model.objects.none()
    for pk, name in rows.values_list("content_object_id", "tag__name"):
        found[pk] = f"{found.get(pk, '')} {name}"
    return found


def _tag_names(model: Any) -> Iterable[str]:
    names: Iterable[str] = (
        model.objects.filter(content_object__live=True).values_list("tag__name", flat=True).distinct()
    )
    return names


def _term_words() -> Iterable[str]:
    for term in GlossaryTerm.objects.filter(live=True).only("term", "aliases"):
        yield from (term.term, *term.alias_list)


def _titles(model: Any) -> Iterable[str]:
    return [plain_title(title) for title in model.objects.live().public().values_list("title", flat=True)]


def _lesson_titles() -> Iterable[str]:
    for title, subtitle in LessonPage.objects.live().public().values_list("title", "subtitle"):
        yield from (plain_title(title), subtitle)


def _body_texts(model: Any, keys: Sequence[Any]) -> Mapping[Any, str]:
    pages = model.objects.filter(pk__in=keys).only("title", "body")
    return {page.pk: " ".join(page.body.stream_block.get_searchable_content(page.body)) for page in pages}


def _tool_hits() -> Iterable[SearchHit]:
    """The list is kept for every language of the interface, so it is written in the language of the content."""
    with translation.override(settings.LANGUAGE_CODE):
        return [SearchHit(str(tool.title), tool.get_absolute_url(), "tool", str(tool.summary)) for tool in TOOLS]


SOURCES = {
    "lesson": model_source(
        label=_("课"),
        model=LessonPage,
        queryset=_lessons,
        present=_lesson_hits,
        words=lambda: _tag_names(LessonTag),
        titles=_lesson_titles,
        texts=lambda keys: _body_texts(LessonPage, keys),
        weight=1.15,
    ),
    "article": model_source(
        label=_("文章"),
        model=ArticlePage,
        queryset=_articles,
        present=_article_hits,
        words=lambda: _tag_names(ArticleTag),
        titles=lambda: _titles(ArticlePage),
        texts=lambda keys: _body_texts(ArticlePage, keys),
    ),
    "term": model_source(label=_("词典"), model=GlossaryTerm, queryset=_terms, present=_term_hits, words=_term_words),
    # A tool's few words hold much of a question, and whoever asks one wants it explained first.
    "tool": listed_source(label=_("工具"), entries=_tool_hits, weight=0.6),
}

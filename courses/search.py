"""What search finds of the courses app."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.search.sources import model_source
from courses.models import GlossaryTerm
from courses.pages import ArticlePage, LessonPage


def _lesson_hit(lesson: LessonPage) -> tuple[str, str, str, str]:
    return str(lesson), str(lesson.url), "lesson", lesson.search_description or lesson.objective


def _article_hit(article: ArticlePage) -> tuple[str, str, str, str]:
    return str(article), str(article.url), "article", article.summary


def _term_hit(term: GlossaryTerm) -> tuple[str, str, str, str]:
    return term.term, term.get_absolute_url(), "term", term.plain


def _lessons() -> Any:
    return LessonPage.objects.live().public().defer("body", "sources")


def _articles() -> Any:
    return ArticlePage.objects.live().public().defer("body", "sources")


def _terms() -> Any:
    return GlossaryTerm.objects.filter(live=True)


SOURCES = {
    "lesson": model_source(label=_("课"), queryset=_lessons, hit=_lesson_hit),
    "article": model_source(label=_("文章"), queryset=_articles, hit=_article_hit),
    "term": model_source(label=_("词典"), queryset=_terms, hit=_term_hit),
}

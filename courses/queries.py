"""Reads that cross models of the courses app."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from wagtail.admin.admin_url_finder import AdminURLFinder

from core.registries import DueReview
from courses.models import Drill, GlossaryTerm, LearningPath
from courses.pages import ArticlePage, LessonPage


def newest_lessons(count: int) -> QuerySet[LessonPage]:
    """Return the lessons published last, newest first."""
    lessons: QuerySet[LessonPage] = (
        LessonPage.objects.live().public().order_by("-first_published_at", "-pk").defer("body", "sources")[:count]
    )
    return lessons


def public_terms() -> QuerySet[GlossaryTerm]:
    """Return the terms of the glossary that are public, in the order of their pinyin."""
    return GlossaryTerm.objects.filter(live=True)


def term_letters() -> list[str]:
    """Return the letters under which public terms stand, in order."""
    rows = GlossaryTerm.objects.filter(live=True).only("pinyin")
    return sorted({row.letter for row in rows})


def due_reviews(until: date) -> list[DueReview]:
    """Return what is public and due for another look on ``until`` or before, the earliest first."""
    finder = AdminURLFinder()
    pages: list[Any] = [
        page
        for model in (LessonPage, ArticlePage)
        for page in model.objects.live().filter(review_by__lte=until).defer("body", "sources")
    ]
    snippets: list[Any] = [
        *GlossaryTerm.objects.filter(live=True, review_by__lte=until),
        *Drill.objects.filter(live=True, review_by__lte=until).defer("steps", "sources"),
        *LearningPath.objects.filter(live=True, review_by__lte=until),
    ]
    found = [
        DueReview(
            label=str(subject._meta.verbose_name),
            title=str(subject),
            edit_url=finder.get_edit_url(subject) or "",
            due=subject.review_by,
            subject=subject,
        )
        for subject in [*pages, *snippets]
    ]
    return sorted(found, key=lambda row: row.due)

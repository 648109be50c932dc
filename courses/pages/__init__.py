"""The pages of the courses app."""

from courses.pages.articles import ArticleIndexPage, ArticlePage, ColumnPage
from courses.pages.lessons import LessonPage
from courses.pages.tree import CourseIndexPage, CoursePage, TrackPage

__all__ = [
    "ArticleIndexPage",
    "ArticlePage",
    "ColumnPage",
    "CourseIndexPage",
    "CoursePage",
    "LessonPage",
    "TrackPage",
]

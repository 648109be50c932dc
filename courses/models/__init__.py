"""Tables of the courses app; its pages are in ``courses.pages``."""

from courses.models.certificates import Certificate, TierTest
from courses.models.changes import PageChange
from courses.models.drafts import DraftUpload
from courses.models.drills import Drill
from courses.models.glossary import GlossaryTerm
from courses.models.learning import Bookmark, ClarityAnswer, LessonNote, LessonProgress
from courses.models.media import MediaFile
from courses.models.paths import Handbook, LearningPath, PathItem
from courses.pages import (
    ArticleIndexPage,
    ArticlePage,
    ColumnPage,
    CourseIndexPage,
    CoursePage,
    LessonPage,
    TrackPage,
)

__all__ = [
    "ArticleIndexPage",
    "ArticlePage",
    "Bookmark",
    "Certificate",
    "ClarityAnswer",
    "ColumnPage",
    "CourseIndexPage",
    "CoursePage",
    "DraftUpload",
    "Drill",
    "GlossaryTerm",
    "Handbook",
    "LearningPath",
    "LessonNote",
    "LessonPage",
    "LessonProgress",
    "MediaFile",
    "PageChange",
    "PathItem",
    "TierTest",
    "TrackPage",
]

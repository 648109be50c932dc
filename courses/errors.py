"""What the rules of courses refuse."""

from core.errors import DomainError


class CourseError(DomainError):
    """The base of the app's errors."""


class LessonUnavailableError(CourseError):
    """The lesson is not public."""


class ContentInvalidError(CourseError):
    """Content to be imported does not hold together; the message names the place."""

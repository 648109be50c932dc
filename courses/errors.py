"""What the rules of courses refuse."""

from typing import Any

from core.errors import DomainError


class CourseError(DomainError):
    """The base of the app's errors."""


class LessonUnavailableError(CourseError):
    """The lesson is not public."""


class CertificateRefusedError(CourseError):
    """No certificate for this, or no revocation by this person; the message says why."""


class ContentInvalidError(CourseError):
    """Content to be imported does not hold together; the message names the place."""


class MediaFixedError(CourseError):
    """A recording that may stand on a page is not replaced behind its back."""


class MediaInUseError(CourseError):
    """Something still shows the recording."""


class NoteConflictError(CourseError):
    """The note was changed since its form was opened; ``note`` is what is stored, None where it was removed."""

    def __init__(self, message: object, *, note: Any) -> None:
        super().__init__(message)
        self.note = note


class NoteInvalidError(CourseError):
    """The note is empty or too long."""


class TooManyBookmarksError(CourseError):
    """More bookmarks than anybody finds again."""


class ClarityInvalidError(CourseError):
    """No such answer, or the section is missing; the message says which."""


class HandbookBusyError(CourseError):
    """Somebody else's request is building the handbook at this moment."""

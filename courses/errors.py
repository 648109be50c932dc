"""What the rules of courses refuse."""

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


class HandbookBusyError(CourseError):
    """Somebody else's request is building the handbook at this moment."""

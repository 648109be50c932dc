"""The root of every error that a rule of the domain raises."""

from typing import Any


class DomainError(Exception):
    """A rule refused; ``str(error)`` is a sentence in the reader's language, fit for the page."""


class PublicationRefusedError(DomainError):
    """A revision may not go live; the message says what is missing.

    Not a PermissionDenied: Wagtail's admin would swallow it and say only that access is denied. ``subject`` is the
    page or snippet that was refused, where whoever raises it knows.
    """

    def __init__(self, message: object, *, subject: Any = None) -> None:
        super().__init__(message)
        self.subject = subject

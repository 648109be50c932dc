"""The root of every error that a rule of the domain raises."""

class DomainError(Exception):
    """A rule refused; ``str(error)`` is a sentence in the reader's language, fit for the page."""


class PublicationRefusedError(DomainError):
    """A revision may not go live; the message says what is missing.

    Not a PermissionDenied: Wagtail's admin would swallow it and say only that access is denied.
    """

"""The root of every error that a rule of the domain raises."""

from django.core.exceptions import PermissionDenied


class DomainError(Exception):
    """A rule refused; ``str(error)`` is a sentence in the reader's language, fit for the page."""


class PublicationRefusedError(DomainError, PermissionDenied):
    """A revision may not go live; the message says what is missing."""

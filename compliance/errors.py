"""What the rules of the compliance app refuse."""

from core.errors import DomainError, PublicationRefusedError


class ComplianceError(DomainError):
    """The root of this app's errors."""


class ReleaseRefusedError(ComplianceError):
    """A finding cannot be released by this person, for this text, with this reason; nothing was stored."""


class TextTooLongError(ComplianceError):
    """More text than is checked at once."""


class FactInUseError(PublicationRefusedError):
    """A fact is still named somewhere; the message says where."""


class FactKeyError(PublicationRefusedError):
    """The key of a fact that was public cannot change: pages name it."""

"""What the rules of the compliance app refuse."""

from core.errors import PublicationRefusedError


class FactInUseError(PublicationRefusedError):
    """A fact is still named somewhere; the message says where."""


class FactKeyError(PublicationRefusedError):
    """The key of a fact that was public cannot change: pages name it."""

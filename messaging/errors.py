"""What the messaging app refuses, and why."""

from core.errors import DomainError


class MessagingError(DomainError):
    """A message cannot be accepted or changed as asked."""


class UnknownTemplateError(MessagingError):
    """No app registered a template of that key."""


class MissingFieldError(MessagingError):
    """The context lacks what the template's text needs."""


class ChannelError(MessagingError):
    """The template has no text for the contact point's channel."""


class TemplateError(MessagingError):
    """The template itself breaks a rule: an unknown placeholder, or a link in an SMS."""


class ArchivedEventError(MessagingError):
    """The event's message was sent and archived long ago; it is not sent again."""


class SettleError(MessagingError):
    """Only a result that nobody knows, or a receipt that is held, can be settled, and only with a reason."""


class FilingError(MessagingError):
    """The filing of a short message is not at the step that was asked for, or lacks its reason."""

"""What the rules of the newsletters app refuse."""

from core.errors import DomainError


class NewsletterError(DomainError):
    """The root of this app's errors."""


class SubscriptionError(NewsletterError):
    """A subscription cannot be changed as asked; nothing changed."""


class AlreadyConfirmedError(SubscriptionError):
    """The link did its work already."""


class RequestWithdrawnError(SubscriptionError):
    """The link belongs to a request that no longer counts."""


class CampaignError(NewsletterError):
    """A campaign cannot be changed or sent as asked; nothing changed."""


class CampaignStateError(CampaignError):
    """Not in this state."""


class ContentChangedError(CampaignError):
    """The content is no longer what was shown or approved."""


class ForbiddenWordsError(CampaignError):
    """It says what no letter may say."""


class SecondPersonError(CampaignError):
    """Who wrote any of it cannot approve it."""


class NotAllowedError(CampaignError):
    """The user lacks the permission."""

"""What the site's own actions refuse."""

from core.errors import DomainError


class SiteError(DomainError):
    """A rule of the site itself refused."""


class ImportRefusedError(SiteError):
    """A content file does not fit what is there."""

"""Tables of the compliance app."""

from compliance.models.overrides import FindingOverride
from compliance.models.reviews import ReviewDeadline

__all__ = ["FindingOverride", "ReviewDeadline"]

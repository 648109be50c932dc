"""Tables of the compliance app."""

from compliance.models.facts import Fact, FactReference
from compliance.models.overrides import FindingOverride
from compliance.models.review_tasks import ReviewTask
from compliance.models.reviews import ReviewDeadline

__all__ = ["Fact", "FactReference", "FindingOverride", "ReviewDeadline", "ReviewTask"]

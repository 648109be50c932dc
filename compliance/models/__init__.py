"""Tables of the compliance app."""

from compliance.models.facts import Fact, FactReference
from compliance.models.review_tasks import ReviewTask

__all__ = ["Fact", "FactReference", "ReviewTask"]

"""Tables of the core app."""

from core.models.audit import AuditDetail, AuditEntry, AuditSeal
from core.models.limits import LimitCounter
from core.models.links import RevokedLink
from core.models.publishing import ComplianceReviewTask, PublishedVersion
from core.models.search import Synonym, VainSearch

__all__ = [
    "AuditDetail",
    "AuditEntry",
    "AuditSeal",
    "ComplianceReviewTask",
    "LimitCounter",
    "PublishedVersion",
    "RevokedLink",
    "Synonym",
    "VainSearch",
]

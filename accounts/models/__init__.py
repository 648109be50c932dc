"""Tables of the accounts app."""

from accounts.models.codes import ContactCode
from accounts.models.consent import ConsentDetail, ConsentEntry
from accounts.models.people import ContactPoint, User, UserManager

__all__ = ["ConsentDetail", "ConsentEntry", "ContactCode", "ContactPoint", "User", "UserManager"]

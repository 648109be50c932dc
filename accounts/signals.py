"""Notices to upper apps."""

from django.dispatch import Signal

# Sent inside the transaction that made the code, so that the code and its delivery commit together.
# Arguments: contact_point, code, purpose, expires_at, event_key (unique a code), now.
code_due = Signal()

# Sent inside the transaction that made the code with which the whole site used up four fifths, or all, of the codes
# that it may send by SMS in a window. Arguments: used, limit (numbers), window (timedelta), closes_at, now.
code_budget_used = Signal()

# Sent inside the transaction that made the account. Arguments: user, contact_point, now.
account_created = Signal()

# Sent inside the transaction that withdrew a consent. Arguments: contact_or_user, kind, now.
consent_withdrawn = Signal()

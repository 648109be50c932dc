"""What accounts tells whoever listens."""

from django.dispatch import Signal

# Sent with contact_point, code, purpose and expires_at, inside the transaction that stored the code.
code_due = Signal()

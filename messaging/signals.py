"""What messaging tells the apps above it. Receivers run in the transaction of what is told."""

from django.dispatch import Signal

# A person asked, by whatever way, not to get campaigns here any more: contact_point, reason, now.
opted_out = Signal()
# A person replied to a short message with 1: contact_point, now. A receiver that acted returns True.
accepted = Signal()

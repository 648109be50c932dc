"""Making and verifying contact points."""

from datetime import datetime

from accounts.enums import Channel
from accounts.models import ContactPoint, User
from accounts.validators import normalise_email, normalise_phone
from core.crypto import blind_index


def contact_index(channel: str, normalised: str) -> str:
    """Return the blind index of a normalised value."""
    return blind_index(normalised, purpose=f"contact:{channel}")


def get_or_create_contact(*, channel: str, value: str, now: datetime) -> ContactPoint:
    """Return the one contact point for ``value`` as typed; raise ``ValidationError`` when it is malformed."""
    normalised = normalise_phone(value) if channel == Channel.SMS else normalise_email(value)
    contact, _created = ContactPoint.objects.get_or_create(
        channel=channel,
        index=contact_index(channel, normalised),
        defaults={
            "value": normalised,
            "last_four_index": blind_index(normalised[-4:], purpose="contact:last4") if channel == Channel.SMS else "",
            "mail_domain": normalised.rpartition("@")[2] if channel == Channel.EMAIL else "",
            "created_at": now,
        },
    )
    return contact


def mark_verified(*, contact: ContactPoint, now: datetime, user: User | None = None) -> ContactPoint:
    """Record that whoever types the code holds this contact point; attach it to ``user`` if given."""
    contact.verified_at = contact.verified_at or now
    if user is not None:
        contact.user = user
    contact.save(update_fields=["verified_at", "user"])
    return contact

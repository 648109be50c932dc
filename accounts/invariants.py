"""What must hold in this app's tables at any time."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from django.db.models import Count, Q

from accounts.actions.contacts import contact_index
from accounts.enums import Channel
from accounts.models import ConsentDetail, ConsentEntry, ContactCode, ContactPoint, User
from core.crypto import DecryptionError, blind_index


def contact_indexes() -> Iterator[str]:
    """Each contact point can be decrypted, and its indexes are those of its value."""
    for pk in ContactPoint.objects.exclude(index__startswith="erased-").values_list("pk", flat=True).iterator():
        try:
            contact = ContactPoint.objects.get(pk=pk)
        except ContactPoint.DoesNotExist:
            continue
        except DecryptionError:
            yield f"contact point {pk} cannot be decrypted"
            continue
        if contact.index != contact_index(contact.channel, contact.value):
            yield f"contact point {pk} has the index of another value"
        expected = blind_index(contact.value[-4:], purpose="contact:last4") if contact.channel == Channel.SMS else ""
        if contact.last_four_index != expected:
            yield f"contact point {pk} has the wrong last-four index"


def owned_contacts_verified() -> Iterator[str]:
    """A contact point belongs to an account only once somebody proved to hold it."""
    for pk in ContactPoint.objects.filter(user__isnull=False, verified_at__isnull=True).values_list("pk", flat=True):
        yield f"contact point {pk} belongs to an account without having been verified"


def no_clear_addresses() -> Iterator[str]:
    """No address stands outside ``ContactPoint``, apart from the work addresses of staff."""
    count = EmailAddress.objects.count()
    if count:
        yield f"allauth's e-mail table holds {count} addresses"
    for pk in User.objects.filter(is_staff=False).exclude(email="").values_list("pk", flat=True):
        yield f"user {pk} is no member of staff and has an address in the clear"


def one_live_code() -> Iterator[str]:
    """At most one code a contact point and purpose works."""
    live = (
        ContactCode.objects.filter(used_at__isnull=True, superseded_at__isnull=True)
        .values("contact_id", "purpose")
        .annotate(codes=Count("pk"))
        .filter(codes__gt=1)
    )
    for row in live:
        yield f"contact point {row['contact_id']} has {row['codes']} live codes for {row['purpose']}"


def consent_details_match() -> Iterator[str]:
    """Each detail belongs to an entry, and its salted digest is the entry's."""
    entries = dict(ConsentEntry.objects.values_list("pk", "digest"))
    for detail in ConsentDetail.objects.iterator():
        if entries.get(detail.entry_id) != detail.digest():
            yield f"consent detail {detail.pk} does not match entry {detail.entry_id}"


def staff_without_role() -> Iterator[str]:
    """Every active member of staff has a role or is a superuser."""
    roleless = User.objects.filter(Q(groups__isnull=True), is_staff=True, is_superuser=False, is_active=True)
    for pk in roleless.values_list("pk", flat=True):
        yield f"staff user {pk} has no role"


INVARIANTS = {
    "accounts.contact_indexes": contact_indexes,
    "accounts.owned_contacts_verified": owned_contacts_verified,
    "accounts.no_clear_addresses": no_clear_addresses,
    "accounts.one_live_code": one_live_code,
    "accounts.consent_details": consent_details_match,
    "accounts.staff_roles": staff_without_role,
}

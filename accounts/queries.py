"""Reads that cross tables of the accounts app."""

from django.db.models import QuerySet

from accounts.actions.consent import consent_subject
from accounts.actions.contacts import contact_index
from accounts.enums import ConsentKind
from accounts.models import ConsentDetail, ConsentEntry, ContactPoint, User


def contact_points_of(user: User) -> QuerySet[ContactPoint]:
    """Return the verified contact points of ``user``, e-mail first, oldest first."""
    return ContactPoint.objects.filter(user=user, verified_at__isnull=False).order_by("channel", "pk")


def find_contact(*, channel: str, normalised: str) -> ContactPoint | None:
    """Return the contact point of a normalised value, if it is known."""
    return ContactPoint.objects.filter(channel=channel, index=contact_index(channel, normalised)).first()


def latest_consent(*, contact_or_user: ContactPoint | User, kind: str) -> ConsentEntry | None:
    """Return the entry that counts: the last one of this kind."""
    return ConsentEntry.objects.filter(subject=consent_subject(contact_or_user), kind=kind).order_by("-id").first()


def has_consented(*, contact_or_user: ContactPoint | User, kind: str) -> bool:
    """Tell whether the last word on ``kind`` was yes."""
    entry = latest_consent(contact_or_user=contact_or_user, kind=kind)
    return entry is not None and entry.granted


def consents_of(contact_or_user: ContactPoint | User) -> list[dict[str, object]]:
    """Return the whole history of consents, oldest first, with the words that were shown."""
    entries = list(ConsentEntry.objects.filter(subject=consent_subject(contact_or_user)))
    words = dict(
        ConsentDetail.objects.filter(entry_id__in=[entry.pk for entry in entries]).values_list("entry_id", "detail")
    )
    return [
        {
            "at": entry.at,
            "kind": entry.kind,
            "label": entry.get_kind_display(),
            "granted": entry.granted,
            "source": entry.source,
            "wording": words.get(entry.pk, {}).get("wording", ""),
        }
        for entry in entries
    ]


def consents_in_force(user: User, contacts: list[ContactPoint]) -> list[dict[str, object]]:
    """Return what the person agreed to and has not withdrawn, one entry a kind, the earliest first."""
    subjects = [consent_subject(user), *(consent_subject(contact) for contact in contacts)]
    latest: dict[tuple[str, str], ConsentEntry] = {}
    for entry in ConsentEntry.objects.filter(subject__in=subjects):
        latest[entry.subject, entry.kind] = entry
    kinds: dict[str, ConsentEntry] = {}
    for entry in latest.values():
        if entry.granted:
            kinds.setdefault(entry.kind, entry)
    return [
        {"kind": kind, "label": entry.get_kind_display(), "at": entry.at, "fixed": kind == ConsentKind.PRIVACY}
        for kind, entry in sorted(kinds.items(), key=lambda item: item[1].pk)
    ]

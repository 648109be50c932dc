"""What this app knows about a person, for the copy they may ask for and for deletion; and the whole copy."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.actions.accounts import erase_own_data
from accounts.models import ContactPoint, User
from accounts.queries import consents_of, contact_points_of
from core.registries import PersonalDataProvider, personal_data_providers


def export_own_data(user: User) -> Mapping[str, Any]:
    """Return account, contact points and the history of consents."""
    contacts = list(contact_points_of(user))
    subjects: list[User | ContactPoint] = [user, *contacts]
    return {
        "display_name": user.display_name,
        "joined_at": user.date_joined,
        "last_sign_in_at": user.last_login,
        "contact_points": [
            {"channel": contact.channel, "value": contact.value, "verified_at": contact.verified_at}
            for contact in contacts
        ],
        "consents": [entry for subject in subjects for entry in consents_of(subject)],
    }


def collect_personal_data(*, user: User, now: datetime) -> dict[str, Any]:
    """Return everything every app knows about ``user``, one key an app."""
    data: dict[str, Any] = {"exported_at": now}
    for name, entry in personal_data_providers:
        data[name] = dict(entry.export(user))
    return data


provider = PersonalDataProvider(export=export_own_data, erase=erase_own_data)

"""What newsletters adds to core's registries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.registries import (
    DeskPanel,
    PersonalDataProvider,
    desk_panels,
    invariants,
    personal_data_providers,
    role_permissions,
    text_sources,
)
from newsletters import personal_data, queries
from newsletters.texts import TEXT_SOURCES

_STAFF_MAY: Mapping[str, tuple[str, ...]] = {
    "admin": (
        "newsletters.view_campaign",
        "newsletters.add_campaign",
        "newsletters.change_campaign",
        "newsletters.view_subscription",
    ),
    "marketing": (
        "newsletters.view_campaign",
        "newsletters.add_campaign",
        "newsletters.change_campaign",
        "newsletters.send_campaign",
        "newsletters.view_subscription",
    ),
    "reviewer": ("newsletters.view_campaign", "newsletters.approve_campaign"),
    "service": ("newsletters.view_subscription",),
    "analyst": ("newsletters.view_campaign",),
}
_provider = PersonalDataProvider(export=personal_data.export, erase=personal_data.erase)


def _desk_context(user: Any, now: datetime) -> Mapping[str, Any]:
    return {"rows": queries.subscriptions_of(user)}


_panel = DeskPanel(order=40, template="newsletters/includes/desk_panel.html", context=_desk_context)


def register() -> None:
    """Fill the registries; called once by the app's configuration."""
    invariants.register("newsletters.consent_and_approval", queries.broken_rules)
    personal_data_providers.register("newsletters", _provider)
    role_permissions.register("newsletters", _STAFF_MAY)
    desk_panels.register("newsletters", _panel)
    for name, text in TEXT_SOURCES.items():
        text_sources.register(name, text)

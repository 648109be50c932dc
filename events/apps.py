"""Django's entry point of the events app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = "活动"

    def ready(self) -> None:
        from core.registries import (
            DeskPanel,
            PersonalDataProvider,
            desk_panels,
            invariants,
            personal_data_providers,
            role_permissions,
            search_sources,
            text_sources,
        )
        from events import receivers, seat_triggers  # noqa: F401 -- connects the receivers
        from events.actions.personal_data import erase_person, export_person
        from events.invariants import INVARIANTS
        from events.messages import register_templates
        from events.queries import desk_panel
        from events.search import event_search_source
        from events.texts import TEXT_SOURCES

        pre_migrate.connect(seat_triggers.remove_before_rebuild, sender=self, dispatch_uid="events.remove_triggers")
        post_migrate.connect(seat_triggers.install, sender=self, dispatch_uid="events.install_triggers")
        register_templates()
        for name, invariant in INVARIANTS.items():
            invariants.register(name, invariant)
        personal_data_providers.register("events", PersonalDataProvider(export=export_person, erase=erase_person))
        role_permissions.register("events", ROLE_PERMISSIONS)
        desk_panels.register(
            "events", DeskPanel(order=20, template="events/includes/desk_panel.html", context=desk_panel)
        )
        search_sources.register("event", event_search_source())
        for name, text in TEXT_SOURCES.items():
            text_sources.register(name, text)


_STAFF = (
    "events.add_eventsession",
    "events.change_eventsession",
    "events.view_eventsession",
    "events.view_registration",
    "events.add_registration",
    "events.change_registration",
)
ROLE_PERMISSIONS = {
    "events": _STAFF,
    "admin": _STAFF,
    "service": ("events.view_eventsession", "events.view_registration"),
}

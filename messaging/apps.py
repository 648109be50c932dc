"""Django's entry point of the messaging app."""

from django.apps import AppConfig
from django.conf import settings


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = "消息"

    # Whether the site started with demo settings: the routes of the demo outbox exist only then.
    started_as_demo = False

    def ready(self) -> None:
        self.started_as_demo = settings.DEMO
        from messaging import receivers, registrations  # noqa: F401
        from messaging.house_templates import register_house_templates

        register_house_templates()
        registrations.register()

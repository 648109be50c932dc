"""Django's entry point of the messaging app."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = "消息"

    def ready(self) -> None:
        from messaging import receivers, registrations  # noqa: F401
        from messaging.house_templates import register_house_templates

        register_house_templates()
        registrations.register()

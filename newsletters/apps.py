"""Django's entry point of the newsletters app."""

from django.apps import AppConfig


class NewslettersConfig(AppConfig):
    name = "newsletters"
    verbose_name = "订阅"

    def ready(self) -> None:
        from newsletters import receivers, registrations  # noqa: F401
        from newsletters.message_templates import register_message_templates

        register_message_templates()
        registrations.register()

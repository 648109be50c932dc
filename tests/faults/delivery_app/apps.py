"""Registers the template that the fault runs send."""

from django.apps import AppConfig


class DeliveryFaultConfig(AppConfig):
    name = "tests.faults.delivery_app"
    label = "delivery_faults"

    def ready(self):
        from messaging.enums import Category
        from messaging.templates import MessageTemplate, register_template

        register_template(
            MessageTemplate(
                key="faults.letter",
                label="信",
                category=Category.CAMPAIGN,
                subject="{name}，这个月的信",
                text="{name}，您好：\n\n这个月我们只说一件事。",
                params=("name",),
                preview={"name": "王"},
            )
        )

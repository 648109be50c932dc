"""Django's entry point of the compliance app."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "compliance"
    verbose_name = "合规"

    def ready(self) -> None:
        from compliance.check import check_text
        from core.registries import text_checks

        text_checks.register("phrases", check_text)

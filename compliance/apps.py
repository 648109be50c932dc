"""Django's entry point of the compliance app."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "compliance"
    verbose_name = "合规"

    def ready(self) -> None:
        from compliance import receivers  # noqa: F401
        from compliance.check import check_text
        from compliance.publication import check_findings
        from compliance.roles import PERMISSIONS
        from core.registries import publication_checks, role_permissions, text_checks

        text_checks.register("phrases", check_text)
        publication_checks.register("compliance.findings", check_findings)
        role_permissions.register("compliance", PERMISSIONS)

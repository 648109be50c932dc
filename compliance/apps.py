"""Django's entry point of the compliance app."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "compliance"
    verbose_name = "合规"

    def ready(self) -> None:
        from compliance import fact_invariants, fact_receivers, fact_roles, queries, receivers, texts  # noqa: F401
        from compliance.check import check_text
        from compliance.publication import check_findings
        from compliance.roles import PERMISSIONS
        from core import registries

        registries.text_checks.register("phrases", check_text)
        registries.publication_checks.register("compliance.findings", check_findings)
        for name, text in texts.TEXT_SOURCES.items():
            registries.text_sources.register(name, text)
        registries.fact_sources.register("facts", queries.shown)
        registries.fact_users.register("published", queries.indexed_uses)
        registries.review_dues.register("facts", queries.due_facts)
        registries.invariants.register("compliance.facts", fact_invariants.named_facts_are_live)
        registries.role_permissions.register("compliance", PERMISSIONS)
        registries.role_permissions.register("compliance.facts", fact_roles.PERMISSIONS)
        fact_receivers.connect()

"""Django's entry point of the quizzes app."""

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "quizzes"
    verbose_name = "测验"

    def ready(self) -> None:
        from core import registries
        from quizzes import (  # noqa: F401
            fact_users,
            invariants,
            personal_data,
            queries,
            receivers,
            roles,
            texts,
        )

        registries.personal_data_providers.register("quizzes", personal_data.provider)
        registries.invariants.register("quizzes.attempts", invariants.attempts_hold)
        registries.invariants.register("quizzes.grades", invariants.answers_graded)
        registries.invariants.register("quizzes.published", invariants.published_quizzes_hold)
        registries.desk_panels.register(
            "quizzes",
            registries.DeskPanel(order=15, template="quizzes/includes/desk_panel.html", context=queries.desk_panel),
        )
        registries.fact_users.register("quizzes", fact_users.uses_in_bank)
        registries.role_permissions.register("quizzes", roles.PERMISSIONS)
        for name, text in texts.TEXT_SOURCES.items():
            registries.text_sources.register(name, text)

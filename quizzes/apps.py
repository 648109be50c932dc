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
        from quizzes.reviews import message_templates
        from quizzes.reviews import queries as review_queries

        registries.personal_data_providers.register("quizzes", personal_data.provider)
        registries.invariants.register("quizzes.attempts", invariants.attempts_hold)
        registries.invariants.register("quizzes.grades", invariants.answers_graded)
        registries.invariants.register("quizzes.published", invariants.published_quizzes_hold)
        registries.desk_panels.register(
            "quizzes",
            registries.DeskPanel(order=15, template="quizzes/includes/desk_panel.html", context=queries.desk_panel),
        )
        registries.invariants.register("quizzes.reviews", invariants.reviews_hold)
        registries.desk_panels.register(
            "reviews",
            registries.DeskPanel(
                order=12, template="quizzes/reviews/includes/desk_panel.html", context=review_queries.desk_panel
            ),
        )
        message_templates.register_message_templates()
        registries.fact_users.register("quizzes", fact_users.uses_in_bank)
        registries.role_permissions.register("quizzes", roles.PERMISSIONS)
        for name, text in texts.TEXT_SOURCES.items():
            registries.text_sources.register(name, text)

"""Django's entry point of the courses app."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "课程"

    def ready(self) -> None:
        from core import registries
        from courses import (  # noqa: F401
            certificate_queries,
            fact_users,
            invariants,
            media_checks,
            personal_data,
            queries,
            receivers,
            roles,
            search,
            texts,
        )
        from courses.drills import checks as drill_checks
        from courses.drills import search as drill_search
        from courses.drills import texts as drill_texts
        from courses.learning import invariants as learning_invariants
        from courses.learning import queries as learning_queries
        from courses.paths import checks as path_checks
        from courses.paths import queries as path_queries
        from courses.paths import search as path_search
        from courses.paths import texts as path_texts

        registries.personal_data_providers.register("courses", personal_data.provider)
        registries.invariants.register("courses.progress", learning_invariants.progress_holds)
        registries.invariants.register("courses.sections", learning_invariants.sections_can_be_told_apart)
        registries.invariants.register("courses.notes", learning_invariants.kept_things_hold)
        registries.invariants.register("courses.changes", learning_invariants.changes_hold)
        registries.invariants.register("courses.places", invariants.lessons_are_placed)
        registries.invariants.register("courses.drills", drill_checks.drills_can_be_walked)
        registries.invariants.register("courses.paths", path_checks.paths_lead_on)
        registries.invariants.register("courses.certificates", invariants.certificates_hold)
        registries.fact_users.register("courses", fact_users.uses_through_misconceptions)
        registries.review_dues.register("courses", queries.due_reviews)
        registries.role_permissions.register("courses", roles.PERMISSIONS)
        registries.desk_panels.register(
            "courses",
            registries.DeskPanel(order=10, template="courses/desk_panel.html", context=learning_queries.desk_context),
        )
        registries.desk_panels.register(
            "paths",
            registries.DeskPanel(order=13, template="courses/paths/desk_panel.html", context=path_queries.desk_context),
        )
        registries.desk_panels.register(
            "certificates",
            registries.DeskPanel(
                order=25, template="courses/certificates/desk_panel.html", context=certificate_queries.desk_context
            ),
        )
        registries.quiz_result_panels.register(
            "courses.certificates",
            registries.ResultPanel(
                template="courses/certificates/result_panel.html", context=certificate_queries.result_context
            ),
        )
        registries.publication_checks.register("courses.media", media_checks.check_recordings)
        registries.publication_checks.register("courses.drills", drill_checks.check_drill)
        registries.publication_checks.register("courses.paths", path_checks.check_path)
        registries.search_sources.register("drill", drill_search.SOURCE)
        registries.search_sources.register("path", path_search.SOURCE)
        registries.text_sources.register("courses.drill", drill_texts.TEXT_SOURCE)
        registries.text_sources.register("courses.path", path_texts.TEXT_SOURCE)
        for name, source in search.SOURCES.items():
            registries.search_sources.register(name, source)
        for name, text in texts.TEXT_SOURCES.items():
            registries.text_sources.register(name, text)

"""Django's entry point of the site itself."""

from django.apps import AppConfig


class EduSiteConfig(AppConfig):
    name = "edu_site"
    verbose_name = "站点"

    def ready(self) -> None:
        from core import registries
        from edu_site import reviews, roles, search_sources, texts
        from edu_site.message_templates import register_message_templates

        register_message_templates()
        registries.search_sources.register("info", search_sources.information())
        registries.search_sources.register("faq", search_sources.answered_questions())
        registries.role_permissions.register("edu_site", roles.PERMISSIONS)
        registries.review_dues.register("info", reviews.due_information)
        for name, text in texts.TEXT_SOURCES.items():
            registries.text_sources.register(name, text)

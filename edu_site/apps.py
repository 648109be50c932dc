"""Django's entry point of the site itself."""

from django.apps import AppConfig


class EduSiteConfig(AppConfig):
    name = "edu_site"
    verbose_name = "站点"

    def ready(self) -> None:
        from core import registries
        from edu_site import reviews, search

        registries.search_sources.register("info", search.information())
        registries.review_dues.register("info", reviews.due_information)

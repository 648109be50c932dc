"""Django's entry point of the site itself."""

from django.apps import AppConfig


class EduSiteConfig(AppConfig):
    name = "edu_site"
    verbose_name = "站点"

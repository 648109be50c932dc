"""Django's entry point of the core app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "核心"

    def ready(self) -> None:
        from django.core.checks import register

        from core import receivers  # noqa: F401
        from core.pdf_fonts import check_pdf_fonts

        register(check_pdf_fonts)

"""Where Django looks for models; the pages have a module of their own."""

from edu_site.pages import HomePage, InfoPage

__all__ = ["HomePage", "InfoPage"]

"""Where Django looks for models; the pages have a module of their own."""

from edu_site.pages import HomePage, InfoPage
from edu_site.plans import EditorialPlan

__all__ = ["EditorialPlan", "HomePage", "InfoPage"]

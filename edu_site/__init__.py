"""The site: settings, addresses, home page and demo content; the top of the import order."""

from edu_site.celery import app as celery_app

__all__ = ["celery_app"]

"""Puts sessions and registrations into the admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import path
from django.utils import timezone
from wagtail import hooks

from events.admin.dashboard import session_panels
from events.admin.views import CallerView, ExportView, RegistrationsView
from events.admin.viewsets import SessionViewSet


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    """Return the lists and forms of this app."""
    return [SessionViewSet()]


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Return the pages of one session."""
    base = "events/sessions/<int:pk>/"
    return [
        path(base + "registrations/", RegistrationsView.as_view(), name="events_registrations"),
        path(base + "registrations.csv", ExportView.as_view(), name="events_export"),
        path(base + "caller/", CallerView.as_view(), name="events_caller"),
    ]


@hooks.register("construct_homepage_panels")
def add_homepage_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Say which sessions come next."""
    panels += session_panels(request.user, now=timezone.now())

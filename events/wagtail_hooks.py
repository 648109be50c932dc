"""Puts sessions and registrations into the admin."""

from typing import Any

from django.urls import path
from wagtail import hooks

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

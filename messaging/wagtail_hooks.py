"""Puts messages into the admin; the demo outbox exists in demo settings only."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import path
from wagtail import hooks

from messaging.admin.dashboard import message_panels
from messaging.admin.demo import DemoOutboxView, demo_html
from messaging.admin.detail import DeliveryView
from messaging.admin.filings import filing_urls
from messaging.admin.menu import MessagesGroup
from messaging.admin.suppression import entry_urls


@hooks.register("register_admin_viewset")
def register_viewset() -> MessagesGroup:
    """Return the lists and desks of messages."""
    return MessagesGroup()


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Return the pages beside the lists."""
    urls: list[Any] = [
        path("messages/<int:pk>/", DeliveryView.as_view(), name="messaging_delivery"),
        *entry_urls(),
        *filing_urls(),
    ]
    if settings.DEMO:
        urls += [
            path("messages/demo/", DemoOutboxView.as_view(), name="messaging_demo_outbox"),
            path("messages/demo/<int:pk>/", DemoOutboxView.as_view(), name="messaging_demo"),
            path("messages/demo/<int:pk>/html/", demo_html, name="messaging_demo_html"),
        ]
    return urls


@hooks.register("construct_homepage_panels")
def add_homepage_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Say what somebody has to settle, and which ways out are shut."""
    panels += message_panels(request.user)

"""Puts messages into the admin; the demo outbox exists in demo settings only."""

from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from messaging.apps import MessagingConfig
from messaging.dashboard import settling_panels
from messaging.views import DeliveryView, DemoOutboxView, demo_html
from messaging.viewsets import DeliveryViewSet


@hooks.register("register_admin_viewset")
def register_viewset() -> DeliveryViewSet:
    """Return the list of messages."""
    return DeliveryViewSet()


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Return the pages beside the list."""
    urls: list[Any] = [path("messages/<int:pk>/", DeliveryView.as_view(), name="messaging_delivery")]
    if cast("MessagingConfig", apps.get_app_config("messaging")).started_as_demo:
        urls += [
            path("messages/demo/", DemoOutboxView.as_view(), name="messaging_demo_outbox"),
            path("messages/demo/<int:pk>/", DemoOutboxView.as_view(), name="messaging_demo"),
            path("messages/demo/<int:pk>/html/", demo_html, name="messaging_demo_html"),
        ]
    return urls


class DemoMenuItem(MenuItem):
    """Shown to those who may see messages at all."""

    def is_shown(self, request: Any) -> bool:
        return bool(self.url and settings.DEMO and request.user.has_perm("messaging.view_delivery"))


@hooks.register("register_admin_menu_item")
def register_demo_menu_item() -> MenuItem:
    """Return the way to the demo outbox."""
    try:
        url = reverse("messaging_demo_outbox")
    except NoReverseMatch:
        # The addresses were made without DEMO; it may have been switched on since.
        url = ""
    return DemoMenuItem(_("演示发件箱"), url, icon_name="mail", order=421, name="demo-outbox")


@hooks.register("construct_homepage_panels")
def add_homepage_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Say which results somebody has to settle."""
    panels += settling_panels(request.user)

"""Puts letters and subscribers into the admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import path
from wagtail import hooks

from newsletters.admin.dashboard import campaign_panels
from newsletters.admin.views import CampaignDeskView, mail_preview
from newsletters.admin.viewsets import CampaignViewSet, SubscriptionViewSet


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    """Return the lists and forms of this app."""
    return [CampaignViewSet(), SubscriptionViewSet()]


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Return the pages beside the lists."""
    return [
        path("newsletters/campaigns/<int:pk>/desk/", CampaignDeskView.as_view(), name="newsletters_campaign_desk"),
        path("newsletters/campaigns/<int:pk>/mail/", mail_preview, name="newsletters_campaign_mail"),
    ]


@hooks.register("construct_homepage_panels")
def add_homepage_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Say which letters wait, and for whom."""
    panels += campaign_panels(request.user)

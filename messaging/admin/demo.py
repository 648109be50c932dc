"""The outbox of demo settings, which shows every message as it was sent."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from messaging.models import Delivery, SentCopy

_PER_PAGE = 30


def demo_url(row: Delivery) -> str:
    """Return where the message can be read as it was sent; nothing where there is no such page."""
    if not settings.DEMO or not SentCopy.objects.filter(delivery=row).exists():
        return ""
    try:
        return reverse("messaging_demo", args=[row.pk])
    except NoReverseMatch:
        return ""


def _require_demo(request: HttpRequest) -> None:
    """The route exists in demo settings only; this stands behind it."""
    if not settings.DEMO:
        raise Http404
    if not request.user.has_perm("messaging.view_delivery"):  # type: ignore[union-attr]
        raise PermissionDenied


class DemoOutboxView(WagtailAdminTemplateMixin, TemplateView):
    """Every message of the demo as it was sent, so that a newcomer needs neither mail server nor phone."""

    template_name = "messaging/admin/demo_outbox.html"
    page_title = gettext_lazy("演示发件箱")
    header_icon = "mail"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _require_demo(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        copies = SentCopy.objects.select_related("delivery__contact_point").order_by("-delivery_id")
        page = Paginator(copies, _PER_PAGE).get_page(self.request.GET.get("p"))
        chosen = kwargs.get("pk")
        shown = get_object_or_404(copies, delivery_id=chosen) if chosen else next(iter(page), None)
        return {**super().get_context_data(**kwargs), "page": page, "copies": list(page), "shown": shown}


def demo_html(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the HTML of a message for the frame; it may load nothing and run nothing."""
    _require_demo(request)
    copy = get_object_or_404(SentCopy, delivery_id=pk)
    if not copy.html:
        raise Http404
    response = HttpResponse(copy.html)
    response["X-Robots-Tag"] = "noindex"
    return response


class _DemoMenuItem(MenuItem):
    """Shown to those who may see messages at all."""

    def is_shown(self, request: Any) -> bool:
        return bool(self.url and settings.DEMO and request.user.has_perm("messaging.view_delivery"))


class DemoOutbox(ViewSet):
    """The way to the demo outbox; its addresses exist in demo settings only."""

    name = "messaging_demo_entry"
    icon = "view"
    menu_label = gettext_lazy("演示发件箱")
    menu_name = "demo-outbox"
    menu_item_class = _DemoMenuItem

    @property
    def menu_url(self) -> str:  # type: ignore[override]
        try:
            return reverse("messaging_demo_outbox")
        except NoReverseMatch:
            # The addresses were made without DEMO; it may have been switched on since.
            return ""

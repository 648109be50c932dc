"""Headers and the access log."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from wagtail.admin.admin_url_finder import AdminURLFinder

from core.errors import PublicationRefusedError

GetResponse = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger("access")
# In the address of every form for something new.
_ADDING = "/add/"


class RequestLogMiddleware:
    """Writes one line a request: method, route, status, milliseconds. The route is a pattern, so it holds no token."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        logger.info(
            "request",
            extra={
                "method": request.method,
                "route": match.route if match else "-",
                "status": response.status_code,
                "ms": round((time.perf_counter() - started) * 1000, 1),
                "cache": response.headers.get("X-Page-Cache", "-"),
            },
        )
        return response


class SecurityHeadersMiddleware:
    """Adds what Django's own middleware does not, and the looser content policy of the admin."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"
        )
        if request.path_info.startswith("/cms/"):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class MethodPageMiddleware:
    """Gives the refusal of a method a page with a way on: who reloads the address of a form would see nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not request.path_info.startswith("/cms/"):
            response.content = render_to_string("405.html", {}, request)
            response.headers["Content-Type"] = "text/html; charset=utf-8"
            response.headers["Cache-Control"] = "private, no-store"
        return response


class PublicationRefusalMiddleware:
    """Turns a refusal of the publish gate in the admin into a message where the member of staff came from."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say in the admin what the gate said; anything else goes its usual way."""
        if not isinstance(exception, PublicationRefusedError) or not request.path_info.startswith("/cms/"):
            return None
        messages.error(request, str(exception))
        came_from = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}):
            came_from = reverse("wagtailadmin_home")
        if _ADDING in came_from and exception.subject is not None:
            # It was stored as a draft: the empty form would hide that.
            came_from = AdminURLFinder(request.user).get_edit_url(exception.subject) or came_from
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            # What Wagtail's dialogs expect: leave the dialog and load this address.
            return JsonResponse({"step": "success", "redirect": came_from})
        return HttpResponseRedirect(came_from)

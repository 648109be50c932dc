"""Pages that belong to no app: errors, and proofs that the site is the operator's."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.context_processors import site
from core.preferences import read_preferences


@never_cache
@require_safe
def wechat_verification(request: HttpRequest, token: str) -> HttpResponse:
    """Answer ``/MP_verify_<token>.txt`` with the token, for those of ``WECHAT_VERIFY_TOKENS``."""
    if token not in settings.WECHAT_VERIFY_TOKENS:
        raise Http404
    return HttpResponse(token, content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form waited too long and offer the way back; the reason stays in the log."""
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the address or the form makes no sense, or is too large; the details stay in the log."""
    if isinstance(exception, RequestDataTooBig):
        return _bare_page(request, "413.html", 413)
    if isinstance(exception, TooManyFieldsSent):
        return _bare_page(request, "413_fields.html", 413)
    return _bare_page(request, "400.html", 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke here, without the database, the session or the cache."""
    return _bare_page(request, "500.html", 500)


def _bare_page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """Render ``template`` in the reader's language and print size from cookies alone."""
    preferences = read_preferences(request)
    context: dict[str, Any] = {**site(request), "preferences": preferences, "is_staff_browser": False}
    with translation.override(preferences.language):
        response = HttpResponse(render_to_string(template, context), status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response

"""The gate in front of the admin, and the marker that keeps staff out of the page cache."""

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.sessions import used_second_factor
from core.pagecache import STAFF_COOKIE

# Wagtail's own doors, which know nothing of a second factor.
_SIDE_DOORS = ("/cms/login/", "/cms/password_reset/")
# Bulk actions on users would take in everybody who ever signed up.
_CLOSED = ("/cms/bulk/accounts/user/",)


class StaffGateMiddleware:
    """Lets into ``/cms/`` only staff whose session used a second factor (demo settings ask for none).

    Marks the browsers of staff, so that the page cache lets them through, and takes the mark away when they sign out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        in_admin = path.startswith("/cms/")
        refusal = None
        if in_admin:
            refusal = _admin_refusal(request)
        elif path.startswith("/accounts/2fa/") and request.user.is_authenticated and not request.user.is_staff:
            refusal = _forbidden(request)
        response = refusal or self.get_response(request)
        if getattr(request, "staff_signed_out", False):
            response.delete_cookie(STAFF_COOKIE, samesite="Lax")
        elif in_admin and refusal is None and STAFF_COOKIE not in request.COOKIES:
            response.set_cookie(STAFF_COOKIE, "1", samesite="Lax", httponly=True, secure=request.is_secure())
        return response


def _admin_refusal(request: HttpRequest) -> HttpResponse | None:
    """Return what to answer instead of the admin's page, or None when the person may enter."""
    user, path = request.user, request.path_info
    if path.startswith(_SIDE_DOORS):
        return _redirect("accounts:staff_login", request.GET.get("next", "/cms/"))
    if not user.is_authenticated:
        return _redirect("accounts:staff_login", request.get_full_path())
    if not user.is_staff or path.startswith(_CLOSED):
        return _forbidden(request)
    if settings.DEMO or path == "/cms/logout/" or used_second_factor(request, user):
        return None
    has_factor = get_adapter().is_mfa_enabled(user)
    return _redirect("mfa_reauthenticate" if has_factor else "mfa_activate_totp", request.get_full_path())


def _redirect(name: str, target: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': target})}")


def _forbidden(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/staff_only.html", status=403)

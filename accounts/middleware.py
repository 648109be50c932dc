"""The gate in front of the admin and the marker that keeps staff out of the page cache."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core.pagecache import STAFF_COOKIE


class StaffGateMiddleware:
    """Marks the browsers of staff, so that the page cache lets them through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            request.path_info.startswith("/cms/")
            and request.user.is_authenticated
            and STAFF_COOKIE not in request.COOKIES
        ):
            response.set_cookie(STAFF_COOKIE, "1", samesite="Lax", httponly=True, secure=request.is_secure())
        return response

"""How a reader wants to see the site: language, print size, colours. Kept in cookies, without an account."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

SIZES = ("l", "xl")
THEMES = ("light", "dark")
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
_YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Preferences:
    """Validated values; the empty string stands for the default."""

    language: str
    size: str
    theme: str


def _chosen(request: HttpRequest, name: str, allowed: tuple[str, ...]) -> str:
    value = request.COOKIES.get(name, "")
    return value if value in allowed else ""


def read_preferences(request: HttpRequest) -> Preferences:
    """Return the preferences in the cookies of ``request``; unknown values count as not set."""
    return Preferences(
        language=_chosen(request, "lang", LANGUAGES) or settings.LANGUAGE_CODE,
        size=_chosen(request, "size", SIZES),
        theme=_chosen(request, "theme", THEMES),
    )


class PreferencesMiddleware:
    """Puts ``request.preferences`` in place and activates the language.

    The browser's Accept-Language is not asked: the site is Chinese first, and the page cache needs few variants.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.preferences = read_preferences(request)  # type: ignore[attr-defined]
        with translation.override(request.preferences.language):  # type: ignore[attr-defined]
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.to_locale(request.LANGUAGE_CODE).replace("_", "-"))
        return response


@require_GET
def set_preference(request: HttpRequest) -> HttpResponse:
    """Remember one or more of ``lang``, ``size``, ``theme`` in cookies and go back to ``next``.

    A GET, so that it works without JavaScript and without a token on cached pages: it changes only how this browser
    sees the site. An empty value forgets the choice.
    """
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    response = HttpResponseRedirect(target)
    for name, allowed in (("lang", LANGUAGES), ("size", SIZES), ("theme", THEMES)):
        value = request.GET.get(name)
        if value in allowed:
            response.set_cookie(
                name, value, max_age=_YEAR_SECONDS, samesite="Lax", secure=request.is_secure(), httponly=True
            )
        elif value == "":
            response.delete_cookie(name, samesite="Lax")
    response.headers["Cache-Control"] = "private, no-store"
    return response

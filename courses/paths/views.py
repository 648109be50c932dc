"""The list of paths, the page of one, and somebody's own progress in it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.sessions import reader_of
from core.fragments import kept_for_reader
from core.pdf_fonts import pdf_fonts
from courses.models import LearningPath
from courses.paths.queries import progress_in, public_paths, shown_paths


@require_safe
def paths(request: HttpRequest) -> HttpResponse:
    """List the public paths."""
    context = {
        "paths": shown_paths(),
        "section": "courses",
        "crumbs": [{"title": _("学习"), "url": "/courses/"}],
    }
    return render(request, "courses/paths/path_list.html", context)


@require_safe
def path(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one path: the same page for everybody, how far somebody is comes as a fragment."""
    found = _public(slug)
    context = {**found.page_context(), "has_handbook": pdf_fonts() is not None and bool(found.steps)}
    return render(request, "courses/paths/path.html", context)


@kept_for_reader
@never_cache
@require_safe
def path_progress(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how far the reader is in a path: a fragment for a script, a page for a plain link.

    A script that asks for somebody who is not signed in gets nothing; a plain link leads to signing in.
    """
    fragment = request.headers.get("X-Requested-With") == "fetch"
    if not request.user.is_authenticated:
        address = f"{settings.LOGIN_URL}?{urlencode({'next': request.path})}"
        return HttpResponse(status=204) if fragment else redirect(address)
    found = _public(slug)
    context = {"path": found, "progress": progress_in(found, reader_of(request))}
    template = "courses/paths/progress_fragment.html" if fragment else "courses/paths/progress.html"
    return render(request, template, context)


def _public(slug: str) -> LearningPath:
    found: LearningPath = get_object_or_404(public_paths().select_related("follow_up"), slug=slug)
    return found

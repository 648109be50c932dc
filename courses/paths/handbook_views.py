"""The handbook of a path as a download."""

from datetime import timedelta
from http import HTTPStatus

from django.core.files import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import limits
from core.clients import client_of
from core.pdf_fonts import pdf_fonts
from courses.actions.handbooks import handbook_of
from courses.errors import HandbookBusyError
from courses.paths.queries import public_paths

# A class of forty behind one address, each taking all four and one again.
DOWNLOADS = limits.Limit(count=240, window=timedelta(hours=1))
RETRY_SECONDS = 5


@never_cache
@require_safe
def handbook(request: HttpRequest, slug: str, *, large: bool = False) -> HttpResponseBase:
    """Send the handbook of a public path; while another request builds it, a page that asks again by itself."""
    path = get_object_or_404(public_paths().select_related("follow_up"), slug=slug)
    if pdf_fonts() is None or not path.steps:
        raise Http404
    now = timezone.now()
    context = {"path": path, "large": large}
    try:
        key = f"courses.handbook.download:{client_of(request)}"
        limits.hit(key=key, limit=DOWNLOADS.count, window=DOWNLOADS.window, now=now)
        found = handbook_of(path=path, large=large, now=now)
        content: File[bytes] = found.file.open("rb")
    except limits.LimitExceeded as error:
        context["message"] = str(error)
        return render(request, "courses/paths/handbook_wait.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    except (HandbookBusyError, FileNotFoundError):
        # Busy, or replaced by a newer one between the look and the opening.
        return _wait(request, context)
    response = FileResponse(
        content,
        as_attachment=True,
        filename=(_("%(path)s：大字手册") if large else _("%(path)s：学习手册")) % {"path": path} + ".pdf",
        content_type="application/pdf",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _wait(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    response = render(request, "courses/paths/handbook_wait.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    response.headers["Refresh"] = str(RETRY_SECONDS)
    return response

"""The list of drills and the page of one. Neither takes anything from the reader but the page of the list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.drills.queries import by_kind, drills_in_order
from courses.models import Drill
from courses.pages.tree import paginate

DRILLS_A_PAGE = 12


@require_safe
def drills(request: HttpRequest) -> HttpResponse:
    """List the public drills, kind by kind, on several pages where they are many."""
    page = paginate(drills_in_order(), DRILLS_A_PAGE, request)
    context = {
        "drill_page": page,
        "groups": by_kind(page),
        "section": "courses",
        "crumbs": [{"title": _("学习"), "url": "/courses/"}],
    }
    return render(request, "courses/drills/drill_list.html", context)


@require_safe
def drill(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one drill whole: its page is the same for everybody, whatever they choose in it."""
    found = get_object_or_404(Drill.objects.filter(live=True), slug=slug)
    return render(request, "courses/drills/drill.html", found.page_context())

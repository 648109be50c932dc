"""``/tools/``: the list, tools whose numbers stand in the address, and planners whose numbers stand nowhere."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import limits
from core.clients import client_of
from courses.pages import LessonPage
from courses.tools import lab
from courses.tools.catalog import TOOLS, Tool
from courses.tools.forms import DOWN_UP, ONLY_DOWN, ONLY_UP, UP_DOWN, RegularForm, ToolForm
from courses.tools.lab_form import AllocationForm
from courses.tools.registry import MACHINES, Machine

# Draws of the lab: a class on one network may try as much as it likes, a program may not.
_DRAWS = limits.Limit(120, timedelta(minutes=1))
_SHARED_SECONDS = 60


@require_safe
def tool_list(request: HttpRequest) -> HttpResponse:
    """List the tools."""
    return render(request, "courses/tools/tool_list.html", {"tools": TOOLS, **_place()})


# Nothing is stored and nobody is known here, so there is nothing that a forged request could do.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def shared_tool(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a tool whose numbers stand in the address.

    Each set of numbers has one address: what is asked in another order or in other words is led to it, and so is a
    column that was too long for an address when it was pasted. The opening page is cached like any other; pages of
    numbers are not, because there are too many of them, but a cache in front of the site may keep them for a minute.
    """
    machine = MACHINES[slug]
    asked = request.POST if request.method == "POST" else request.GET
    fields = machine.form.starting_numbers()
    known = {name: str(value) for name, value in asked.items() if name in fields}
    form = machine.form.filled(known)
    if not known:
        return _page(request, machine, form)
    if not form.is_valid():
        return _private(_page(request, machine, form))
    address = f"{machine.tool.get_absolute_url()}?{form.query()}"
    if not request.headers.get("HX-Request") and (request.method == "POST" or list(known.items()) != form.stated()):
        return HttpResponseRedirect(address, status=303 if request.method == "POST" else 302)
    refused = _refusal(request, form)
    if refused:
        form.add_error(None, refused)
        return _private(_page(request, machine, form, status=429))
    response = _page(request, machine, form)
    if request.headers.get("HX-Request"):
        response.headers["HX-Replace-Url"] = address
        return _private(response)
    response.headers["Cache-Control"] = f"public, max-age=0, s-maxage={_SHARED_SECONDS}"
    patch_vary_headers(response, ["Cookie"])
    return response


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def personal_tool(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a planner: numbers come by POST, are answered on this page, and are kept nowhere."""
    machine = MACHINES[slug]
    form = machine.form.filled(request.POST if request.method == "POST" else {})
    return _private(_page(request, machine, form))


def _page(request: HttpRequest, machine: Machine, form: ToolForm, status: int = 200) -> HttpResponse:
    answer = machine.answer(form) if form.is_valid() else None
    fragment = bool(request.headers.get("HX-Request"))
    template = "courses/tools/includes/workbench.html" if fragment else "courses/tools/tool.html"
    context: dict[str, Any] = {
        "tool": machine.tool,
        "form": form,
        "answer": answer,
        "canonical": machine.tool.get_absolute_url(),
        "is_lab": isinstance(form, AllocationForm),
        "examples": _examples() if machine.form is RegularForm else [],
    }
    if not fragment:
        context |= {
            "explanation": machine.explanation,
            "lessons": lessons_of(machine.tool),
            "others": [tool for tool in TOOLS if tool != machine.tool],
            **_place(machine.tool),
        }
    return render(request, template, context, status=status)


def lessons_of(tool: Tool) -> list[LessonPage]:
    """Return the public lessons that belong to a tool, in the tool's order, in one query."""
    lessons = LessonPage.objects.live().public().filter(code__in=tool.lessons).defer("body", "sources")
    return sorted(lessons, key=lambda lesson: tool.lessons.index(lesson.code))


def _examples() -> list[dict[str, str]]:
    """Return the invented markets that the reader may try, as addresses."""
    named = ((_("先跌后涨"), DOWN_UP), (_("先涨后跌"), UP_DOWN), (_("一路涨"), ONLY_UP), (_("一路跌"), ONLY_DOWN))
    examples = []
    for name, returns in named:
        form = RegularForm.filled({"returns": returns})
        form.full_clean()
        examples.append({"name": name, "query": form.query()})
    return examples


def _refusal(request: HttpRequest, form: ToolForm) -> str:
    """Return a sentence when this client has had the lab draw too often; counts what must be drawn only."""
    if not isinstance(form, AllocationForm) or lab.is_known(form.assumptions()):
        return ""
    try:
        limits.hit(key=f"tools.lab:{client_of(request)}", limit=_DRAWS.count, window=_DRAWS.window, now=timezone.now())
    except limits.LimitExceeded as error:
        return str(error)
    return ""


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _place(tool: Tool | None = None) -> dict[str, Any]:
    crumbs = [{"title": _("学习"), "url": "/courses/"}]
    if tool:
        crumbs.append({"title": _("工具"), "url": "/tools/"})
    return {"section": "courses", "crumbs": crumbs}

"""The learner's desk."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.actions.accounts import rename_account
from accounts.forms import NameForm
from accounts.sessions import reader_of
from core.fragments import kept_for_reader
from core.registries import desk_panels


@never_cache
@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits for the learner: each app's panel, in order."""
    now = timezone.now()
    panels: list[dict[str, Any]] = []
    for name, entry in sorted(desk_panels, key=lambda item: item[1].order):
        filled = entry.context(reader_of(request), now)
        if filled is not None:
            panels.append({"name": name, "template": entry.template, "context": filled})
    context = {"panels": panels, "greeting": _greeting(timezone.localtime(now).hour), "section": "me"}
    return render(request, "me/desk.html", context)


def _greeting(hour: int) -> str:
    """Return a key for the part of the day: night, morning, noon, afternoon, evening."""
    for until, key in ((5, "night"), (11, "morning"), (13, "noon"), (18, "afternoon"), (23, "evening")):
        if hour < until:
            return key
    return "night"


@kept_for_reader
@require_GET
def header_fragment(request: HttpRequest) -> HttpResponse:
    """Return the personal link of the header, which cached pages fetch after they have been shown."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    login_url = reverse("account_login")
    inside = came_from.netloc == request.get_host() and not came_from.path.startswith("/accounts/")
    if inside:
        target = came_from.path + (f"?{came_from.query}" if came_from.query else "")
        login_url += "?" + urlencode({"next": target})
    response = render(request, "me/fragments/header.html", {"login_url": login_url})
    patch_cache_control(response, private=True, no_store=True)
    return response


@never_cache
@login_required
def rename(request: HttpRequest) -> HttpResponse:
    """Change how the site addresses the learner."""
    form = NameForm(
        request.POST if request.method == "POST" else None, initial={"display_name": reader_of(request).display_name}
    )
    if request.method == "POST" and form.is_valid():
        rename_account(user=reader_of(request), display_name=form.cleaned_data["display_name"])
        return redirect("me:privacy")
    return render(request, "me/name.html", {"form": form}, status=422 if form.errors else 200)

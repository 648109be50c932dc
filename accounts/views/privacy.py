"""The privacy centre: what we know, what was agreed to, a copy of it, and the way out."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.actions.accounts import delete_account, detach_contact, withdraw_consent
from accounts.enums import CodePurpose
from accounts.errors import AccountError
from accounts.forms import ContactForm, DeleteForm
from accounts.personal_data import collect_personal_data
from accounts.queries import consents_in_force, contact_points_of
from accounts.sessions import end_session, reader_of
from accounts.views.sign_in import send_and_remember


def _pressed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Run ``view`` on POST only; otherwise, as after signing in again, show the page with its button."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if request.method == "POST" else redirect("me:privacy")

    return inner


@never_cache
@login_required
@require_GET
def privacy_centre(request: HttpRequest) -> HttpResponse:
    """Show contact points (masked) and consents in force."""
    return _centre(request)


def _centre(request: HttpRequest, problem: str = "") -> HttpResponse:
    contacts = list(contact_points_of(reader_of(request)))
    context = {
        "contacts": contacts,
        "consents": consents_in_force(reader_of(request), contacts),
        "problem": problem,
        "section": "me",
    }
    return render(request, "me/privacy.html", context, status=409 if problem else 200)


@never_cache
@login_required
@_pressed
def export(request: HttpRequest) -> HttpResponse:
    """Send everything we know as a JSON file; on phones that open it instead, it is readable text."""
    data = collect_personal_data(user=reader_of(request), now=timezone.now())
    response = JsonResponse(data, encoder=DjangoJSONEncoder, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@never_cache
@login_required
@_pressed
def withdraw(request: HttpRequest, kind: str) -> HttpResponse:
    """Withdraw one kind of consent."""
    try:
        withdraw_consent(user=reader_of(request), kind=kind, source="me", now=timezone.now())
    except AccountError as error:
        return _centre(request, str(error))
    return redirect("me:privacy")


@never_cache
@login_required
def add_contact(request: HttpRequest) -> HttpResponse:
    """Ask for another phone number or address and send a code there."""
    now = timezone.now()
    form = ContactForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        error = send_and_remember(request, form, purpose=CodePurpose.ADD_CONTACT, next_url="/me/privacy/", now=now)
        if error is None:
            return redirect("accounts:code")
        form.add_error("contact", str(error))
    return render(request, "me/add_contact.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@login_required
@_pressed
def remove_contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Take a contact point from the account."""
    try:
        detach_contact(user=reader_of(request), contact_id=contact_id, now=timezone.now())
    except AccountError as error:
        return _centre(request, str(error))
    return redirect("me:privacy")


@never_cache
@login_required
def delete(request: HttpRequest) -> HttpResponse:
    """GET says what goes and what stays; POST with the tick deletes the account."""
    form = DeleteForm(request.POST if request.method == "POST" else None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        user = reader_of(request)
        try:
            delete_account(user=user, now=timezone.now())
        except AccountError as error:
            problem = str(error)
        else:
            end_session(request)
            return redirect("accounts:deleted")
    context = {"form": form, "problem": problem}
    return render(request, "me/delete.html", context, status=422 if form.errors or problem else 200)

"""Pages for people who hold a link or a short code."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import limits
from core.clients import client_of
from core.limits import LimitExceeded
from core.links import LinkError, read_token
from events.actions.registration import cancel_registration
from events.actions.waitlist import accept_offer
from events.calendar_words import moment_text
from events.errors import EventError
from events.forms import TicketCodeForm
from events.models import Registration
from events.queries import present_session, registration_by_code, waitlist_position
from events.shortcodes import code_resolvers, normalise_code
from events.tokens import MANAGE_PURPOSE, TICKET_PURPOSE, manage_token, ticket_token
from events.views.visitors import is_wechat

TRIES_PER_CLIENT = 10
TRIES_ON_SITE = 1000
_WINDOW = timedelta(minutes=10)


def _registration(token: str, purpose: str) -> Registration:
    subject = read_token(token, purpose=purpose, now=timezone.now())
    registrations = Registration.objects.select_related("session__page", "contact_point", "second_contact")
    registration = registrations.filter(pk=int(subject)).first()
    if registration is None:
        raise LinkError(_("没有找到这个报名。"))
    return registration


def _context(request: HttpRequest, registration: Registration) -> dict[str, Any]:
    now = timezone.now()
    expires_at = registration.offer_expires_at
    return {
        "section": "events",
        "registration": registration,
        "page": registration.session.page,
        "card": present_session(registration.session, now=now),
        "position": waitlist_position(registration),
        "deadline": moment_text(expires_at) if expires_at else "",
        "offer_open": bool(expires_at and now < expires_at),
        "can_cancel": registration.is_active and now < registration.session.starts_at,
        "is_wechat": is_wechat(request),
    }


def _link_problem(request: HttpRequest, error: LinkError) -> HttpResponse:
    return render(request, "events/link_problem.html", {"section": "events", "error": error}, status=HTTPStatus.GONE)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a registration; POST cancels it, or accepts or declines an offer."""
    try:
        registration = _registration(token, MANAGE_PURPOSE)
    except LinkError as error:
        return _link_problem(request, error)
    if request.method != "POST":
        context = _context(request, registration)
        context["ticket_url"] = reverse("events:ticket", args=[ticket_token(registration, now=timezone.now())])
        return render(request, "events/manage.html", context)
    try:
        if request.POST.get("action") == "accept":
            accept_offer(registration_id=registration.pk, now=timezone.now())
        elif request.POST.get("action") == "cancel":
            cancel_registration(registration_id=registration.pk, now=timezone.now())
    except EventError as error:
        registration.refresh_from_db()
        context = {**_context(request, registration), "error": str(error)}
        return render(request, "events/manage.html", context, status=HTTPStatus.CONFLICT)
    return redirect("events:manage", token=token)


@never_cache
@require_safe
def ticket(request: HttpRequest, token: str) -> HttpResponse:
    """The code as large text, to show at the door."""
    try:
        registration = _registration(token, TICKET_PURPOSE)
    except LinkError as error:
        return _link_problem(request, error)
    return render(request, "events/ticket.html", _context(request, registration))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def short_code(request: HttpRequest) -> HttpResponse:
    """``/j``: a person types the code from an SMS on the site they know, and comes to what it stands for."""
    form = TicketCodeForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                address = _open_code(request, form.cleaned_data["code"])
            except LimitExceeded as error:
                form.add_error("code", str(error))
                status = HTTPStatus.TOO_MANY_REQUESTS
            else:
                if address:
                    return redirect(address)
                form.add_error("code", _("没有找到这个码。请对照短信或邮件再看一眼，不分大小写，横线可以不填。"))
    return render(request, "events/short_code.html", {"section": "events", "form": form}, status=status)


def _open_code(request: HttpRequest, typed: str) -> str | None:
    """Return the address that ``typed`` opens, or None; count the try first."""
    now = timezone.now()
    limits.hit(key=f"events.j:{client_of(request)}", limit=TRIES_PER_CLIENT, window=_WINDOW, now=now)
    limits.hit(key="events.j", limit=TRIES_ON_SITE, window=_WINDOW, now=now)
    registration = registration_by_code(typed)
    if registration is not None:
        return reverse("events:manage", args=[manage_token(registration, now=now)])
    for _name, resolve in code_resolvers:
        address = resolve(normalise_code(typed), now)
        if address:
            return address
    return None

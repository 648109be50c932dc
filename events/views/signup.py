"""Sign-up: form, code, confirmed. Never cached."""

import time
import uuid
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actions.codes import next_code_at, request_code, verify_code
from accounts.actions.contacts import get_or_create_contact, mark_verified
from accounts.enums import Channel
from accounts.errors import CodeError, CodeNotSentError, CodeUsedError
from accounts.models import ContactPoint, User
from accounts.queries import contact_points_of
from core.clients import client_of
from events import drafts
from events.actions.registration import check_open, register_attendee
from events.drafts import Draft
from events.errors import EventError, RegistrationClosedError, SessionFullError
from events.forms import CodeForm, SignUpForm, access_text, session_from
from events.models import EventSession, Registration
from events.pages import EventPage
from events.queries import SessionCard, present_session, waiting_count, waitlist_position
from events.tokens import manage_token
from events.views.visitors import is_wechat

# How long the second of two equal requests waits for the first.
_TWIN_TRIES, _TWIN_PAUSE = 10, 0.2


def code_purpose(session_id: int) -> str:
    """Name what the code proves: this session's sign-up and nothing else."""
    return f"event:{session_id}"


def _event(slug: str) -> EventPage:
    return get_object_or_404(EventPage.objects.live(), slug=slug)


def _cards(page: EventPage, now: datetime) -> list[SessionCard]:
    sessions = list(page.ordered_sessions())
    for session in sessions:
        session.page = page
    return [present_session(session, now=now) for session in sessions]


def _contacts(request: HttpRequest) -> list[ContactPoint]:
    """The contact points that a signed-in person gets the confirmation at: one phone, one mail."""
    if not isinstance(request.user, User):
        return []
    by_channel: dict[str, ContactPoint] = {}
    for contact in contact_points_of(request.user):
        by_channel.setdefault(contact.channel, contact)
    return [by_channel[channel] for channel in (Channel.SMS, Channel.EMAIL) if channel in by_channel]


def _form(request: HttpRequest, page: EventPage, cards: list[SessionCard]) -> SignUpForm:
    usable = [card for card in cards if card.can_register or card.can_wait]
    contacts = _contacts(request)
    given: dict[str, Any] = {"cards": usable, "access_choices": page.access_choices(), "contacts": contacts}
    if request.method == "POST":
        return SignUpForm(request.POST, **given)
    draft = drafts.read_draft(request.session, {card.session.pk for card in usable})
    initial = dict(draft.form) if draft else {}
    if not initial and isinstance(request.user, User):
        initial["name"] = request.user.display_name
    return SignUpForm(initial=initial, **given)


def _form_context(page: EventPage, form: SignUpForm) -> dict[str, Any]:
    card = form.cards[0]
    waiting = waiting_count(card.session) if card.can_wait else 0
    return {
        "section": "events",
        "page": page,
        "card": card,
        "form": form,
        "waiting_next": waiting + 1 if card.can_wait and len(form.cards) == 1 else 0,
    }


def _closed(request: HttpRequest, page: EventPage, cards: list[SessionCard]) -> HttpResponse:
    """The page that says why nobody can sign up, and what else there is."""
    context = {"section": "events", "page": page, "card": cards[0] if cards else None}
    return render(request, "events/closed.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form; on POST register who is signed in, or send a code to a guest."""
    page, now = _event(slug), timezone.now()
    cards = _cards(page, now)
    if not any(card.can_register or card.can_wait for card in cards):
        return _closed(request, page, cards)
    form = _form(request, page, cards)
    if request.method != "POST":
        return render(request, "events/register.html", _form_context(page, form))
    if form.is_valid():
        try:
            return _proceed(request, page, form, now)
        except CodeNotSentError as error:
            form.add_error("phone" if form.cleaned_data.get("phone") else "email", str(error))
        except EventError as error:
            form.add_error(None, str(error))
    return render(request, "events/register.html", _form_context(page, form), status=HTTPStatus.UNPROCESSABLE_ENTITY)


@never_cache
@require_GET
def form_fragment(request: HttpRequest, slug: str) -> HttpResponse:
    """The same form for the side column of the cached event page."""
    page, now = _event(slug), timezone.now()
    cards = _cards(page, now)
    if not any(card.can_register or card.can_wait for card in cards):
        return render(request, "events/includes/closed_note.html", {"page": page, "card": cards[0] if cards else None})
    form = _form(request, page, cards)
    return render(request, "events/includes/form.html", _form_context(page, form))


def _proceed(request: HttpRequest, page: EventPage, form: SignUpForm, now: datetime) -> HttpResponse:
    session = session_from(form.cards, form.cleaned_data["session"])
    check_open(session, now=now)
    old = drafts.read_draft(request.session, {session.pk})
    typed = {key: value for key, value in form.cleaned_data.items() if key != "consent"}
    draft = Draft(session_id=session.pk, form=typed)
    if old is not None:
        draft.key = old.key
    if form.contacts:
        draft.contact_id = form.contacts[0].pk
        draft.second_contact_id = form.contacts[1].pk if len(form.contacts) > 1 else None
        draft.verified = True
        drafts.save_draft(request.session, draft)
        return _finish(request, page, draft, now)
    contacts = [
        get_or_create_contact(channel=channel, value=value, now=now) for channel, value in form.typed_contacts()
    ]
    draft.contact_id = contacts[0].pk
    draft.second_contact_id = contacts[1].pk if len(contacts) > 1 else None
    _send_code(request, contacts[0], session.pk, now)
    drafts.save_draft(request.session, draft)
    return redirect("events:register_code", slug=page.slug)


def _send_code(request: HttpRequest, contact: ContactPoint, session_id: int, now: datetime) -> None:
    """Send a code, unless one is under way: then a form sent twice goes on to the same page."""
    purpose = code_purpose(session_id)
    try:
        request_code(contact=contact, purpose=purpose, now=now, client=client_of(request))
    except CodeNotSentError:
        allowed_at = next_code_at(contact=contact, purpose=purpose)
        if allowed_at is None or allowed_at <= now:
            raise


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register_code(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the six digits; on POST check them and register, or send new ones."""
    page, now = _event(slug), timezone.now()
    session_ids = set(EventSession.objects.filter(page=page).values_list("pk", flat=True))
    draft = drafts.read_draft(request.session, session_ids)
    if draft is None:
        finished = drafts.finished_registration(request.session, session_ids)
        return redirect("events:register_done" if finished else "events:register", slug=slug)
    if draft.verified:
        return _finish(request, page, draft, now)
    contact = get_object_or_404(ContactPoint, pk=draft.contact_id)
    form = CodeForm(request.POST if request.method == "POST" and "resend" not in request.POST else None)
    note = ""
    if request.method == "POST":
        if "resend" in request.POST:
            note = _resend(request, contact, draft, now)
        elif form.is_valid():
            try:
                verify_code(
                    contact=contact, purpose=code_purpose(draft.session_id), code=form.cleaned_data["code"], now=now
                )
            except CodeError as error:
                if isinstance(error, CodeUsedError) and _made_meanwhile(draft):
                    return _finish(request, page, draft, now)
                form.add_error("code", str(error))
            else:
                mark_verified(contact=contact, now=now)
                draft.verified = True
                drafts.save_draft(request.session, draft)
                return _finish(request, page, draft, now)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {
        "section": "events",
        "page": page,
        "form": form,
        "contact": contact,
        "note": note,
        "by_sms": contact.channel == Channel.SMS,
    }
    return render(request, "events/register_code.html", context, status=status)


def _made_meanwhile(draft: Draft) -> bool:
    """Tell whether the same form, sent a moment earlier, used the code and registered; give it two seconds to."""
    for _attempt in range(_TWIN_TRIES):
        if Registration.objects.filter(request_key=draft.key).exists():
            return True
        time.sleep(_TWIN_PAUSE)
    return False


def _resend(request: HttpRequest, contact: ContactPoint, draft: Draft, now: datetime) -> str:
    try:
        request_code(contact=contact, purpose=code_purpose(draft.session_id), now=now, client=client_of(request))
    except CodeNotSentError as error:
        return str(error)
    return _("新的验证码已经发出，请填最新的那一条。")


def _finish(request: HttpRequest, page: EventPage, draft: Draft, now: datetime) -> HttpResponse:
    """Register what the draft holds; say clearly why not when a rule refuses."""
    form = draft.form
    try:
        registration = register_attendee(
            session_id=draft.session_id,
            contact=get_object_or_404(ContactPoint, pk=draft.contact_id),
            second_contact=ContactPoint.objects.filter(pk=draft.second_contact_id or 0).first(),
            user=request.user if isinstance(request.user, User) else None,
            name=form["name"],
            seats=int(form["seats"]),
            access_needs=access_text(form.get("access", []), form.get("access_other", "")),
            accept_waitlist=bool(form.get("wait")),
            request_key=uuid.UUID(draft.key),
            now=now,
        )
    except SessionFullError as error:
        context = {"section": "events", "page": page, "error": error, "seats": int(form["seats"])}
        return render(request, "events/full.html", context, status=HTTPStatus.CONFLICT)
    except RegistrationClosedError:
        return _closed(request, page, _cards(page, now))
    drafts.finish_draft(request.session, session_id=draft.session_id, registration_id=registration.pk)
    return HttpResponseRedirect(reverse("events:register_done", args=[page.slug]))


@never_cache
@require_http_methods(["POST"])
def join_waitlist(request: HttpRequest, slug: str) -> HttpResponse:
    """Wait, or come alone, after the seats went while the guest looked for the code."""
    page, now = _event(slug), timezone.now()
    session_ids = set(EventSession.objects.filter(page=page).values_list("pk", flat=True))
    draft = drafts.read_draft(request.session, session_ids)
    if draft is None or not draft.verified:
        return redirect("events:register", slug=slug)
    if "alone" in request.POST:
        draft.form["seats"] = 1
    else:
        draft.form["wait"] = True
    drafts.save_draft(request.session, draft)
    return _finish(request, page, draft, now)


@never_cache
@require_GET
def register_done(request: HttpRequest, slug: str) -> HttpResponse:
    """Confirmed or waiting: code, date, place and what happens next, as text."""
    page, now = _event(slug), timezone.now()
    session_ids = set(EventSession.objects.filter(page=page).values_list("pk", flat=True))
    registration_id = drafts.finished_registration(request.session, session_ids)
    if registration_id is None:
        return redirect("events:register", slug=slug)
    registrations = Registration.objects.select_related("session__page", "contact_point", "second_contact")
    registration = get_object_or_404(registrations, pk=registration_id)
    context = {
        "section": "events",
        "page": page,
        "registration": registration,
        "card": present_session(registration.session, now=now),
        "position": waitlist_position(registration),
        "manage_url": reverse("events:manage", args=[manage_token(registration, now=now)]),
        "is_wechat": is_wechat(request),
    }
    return render(request, "events/done.html", context)

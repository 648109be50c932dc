"""Signing in and signing up by a code, for everybody; by password in the demo."""

from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts import pending as waiting
from accounts.actions.accounts import attach_contact, create_account
from accounts.actions.codes import live_code_exists, next_code_at, request_code, request_code_to, verify_code
from accounts.actions.contacts import mark_verified
from accounts.actions.passwords import check_demo_password
from accounts.enums import CodePurpose
from accounts.errors import AccountError, CodeError, CodeExpiredError, CodeLockedError, CodeNotSentError, CodeUsedError
from accounts.forms import CodeForm, ContactForm, DemoPasswordForm, WelcomeForm
from accounts.models import ContactPoint
from accounts.pending import Pending
from accounts.queries import find_contact
from accounts.sessions import CODE, PASSWORD, begin_session, end_session, reader_of
from core.clients import client_of

DEFAULT_NEXT = "/me/"
# Where a code does not help any more and the page offers a new one instead of a field.
_DEAD = (CodeExpiredError, CodeLockedError, CodeUsedError)


def safe_next(request: HttpRequest, default: str = DEFAULT_NEXT) -> str:
    """Return ``next`` when it is an address of this site, else ``default``."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    inside = url_has_allowed_host_and_scheme(target, allowed_hosts=None, require_https=request.is_secure())
    return target if inside and target.startswith("/") else default


@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a phone number or an address and send a code there, whether or not an account exists."""
    now, next_url = timezone.now(), safe_next(request)
    if request.user.is_authenticated:
        return redirect(next_url)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        error = send_and_remember(request, form, purpose=CodePurpose.SIGN_IN, next_url=next_url, now=now)
        if error is None:
            return redirect("accounts:code")
        form.add_error("contact", str(error))
    pending = waiting.recall(request, now=now)
    context = {
        "form": form,
        "next": next_url,
        "waiting_contact": pending.contact() if pending and not pending.verified else None,
    }
    return render(request, "accounts/start.html", context, status=200 if not form.errors else 422)


def send_and_remember(
    request: HttpRequest, form: ContactForm, *, purpose: str, next_url: str, now: datetime
) -> CodeNotSentError | None:
    """Send a code and wait for it; return the error when none was sent and none that was sent before still works."""
    channel, value = form.cleaned_data["channel"], form.cleaned_data["normalised"]
    note = ""
    contact: ContactPoint | None
    try:
        contact = request_code_to(channel=channel, value=value, purpose=purpose, now=now, client=client_of(request))
    except CodeNotSentError as error:
        # Pressed twice, or came back for it: the code on the phone is still good.
        contact = find_contact(channel=channel, normalised=value)
        if contact is None or not live_code_exists(contact=contact, purpose=purpose, now=now):
            return error
        note = _("验证码刚才已经发出，请填写最新收到的那一条。")
    pending = waiting.remember(request, contact=contact, purpose=purpose, next_url=next_url, now=now)
    if note:
        waiting.leave_note(request, pending, note, now=now)
    return None


@never_cache
@sensitive_post_parameters("code")
def enter_code(request: HttpRequest) -> HttpResponse:
    """Check the code; then sign in, go on to signing up, or attach the contact point to the account."""
    now = timezone.now()
    pending = waiting.recall(request, now=now)
    contact = pending.contact() if pending else None
    if pending is None or contact is None:
        return _nothing_pending(request)
    if pending.verified:
        return redirect("accounts:welcome")
    form = CodeForm(request.POST if request.method == "POST" else None)
    problem: AccountError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            verify_code(contact=contact, purpose=pending.purpose, code=form.cleaned_data["code"], now=now)
            return _proved(request, pending, contact, now)
        except AccountError as error:
            problem = error
            if isinstance(error, CodeError) and not isinstance(error, _DEAD):
                form.add_error("code", str(error))
    return _code_page(request, pending, contact, form=form, problem=problem)


def _proved(request: HttpRequest, pending: Pending, contact: ContactPoint, now: datetime) -> HttpResponse:
    if pending.purpose == CodePurpose.ADD_CONTACT:
        if not request.user.is_authenticated:
            return _nothing_pending(request)
        attach_contact(user=reader_of(request), contact=contact, now=now)
        waiting.forget(request)
        return redirect(pending.next_url)
    mark_verified(contact=contact, now=now)
    if contact.user is None:
        waiting.mark_code_accepted(request, pending, now=now)
        return redirect("accounts:welcome")
    waiting.forget(request)
    return begin_session(request, user=contact.user, method=CODE, redirect_to=pending.next_url)


def _code_page(
    request: HttpRequest, pending: Pending, contact: ContactPoint, *, form: CodeForm, problem: AccountError | None
) -> HttpResponse:
    now = timezone.now()
    resend_at = next_code_at(contact=contact, purpose=pending.purpose)
    context = {
        "form": form,
        "contact": contact,
        "problem": problem,
        "dead": isinstance(problem, _DEAD),
        "used": isinstance(problem, CodeUsedError),
        "note": waiting.take_note(request, pending),
        "wait_seconds": max(0, round((resend_at - now).total_seconds())) if resend_at else 0,
        "adding": pending.purpose == CodePurpose.ADD_CONTACT,
        "next": pending.next_url,
    }
    return render(request, "accounts/code.html", context, status=422 if form.errors or problem else 200)


def _nothing_pending(request: HttpRequest) -> HttpResponse:
    """A bookmark, a second tab, or the second of two presses: say where things stand."""
    if request.user.is_authenticated:
        return redirect(DEFAULT_NEXT)
    return render(request, "accounts/nothing_pending.html", status=200 if request.method == "GET" else 409)


@never_cache
@require_POST
def resend_code(request: HttpRequest) -> HttpResponse:
    """Send a new code to the same contact point and go back to the page where it is typed."""
    now = timezone.now()
    pending = waiting.recall(request, now=now)
    contact = pending.contact() if pending else None
    if pending is None or contact is None or pending.verified:
        return _nothing_pending(request)
    try:
        request_code(contact=contact, purpose=pending.purpose, now=now, client=client_of(request))
        note = _("新的验证码已经发出，旧的不能再用。")
    except CodeNotSentError as error:
        note = str(error)
    waiting.leave_note(request, pending, note, now=now)
    return redirect("accounts:code")


@never_cache
def welcome(request: HttpRequest) -> HttpResponse:
    """First time here: ask for consent, and how to be addressed; then make the account and sign in."""
    now = timezone.now()
    pending = waiting.recall(request, now=now)
    contact = pending.contact() if pending else None
    if pending is None or contact is None:
        return _nothing_pending(request)
    if not pending.verified or pending.purpose != CodePurpose.SIGN_IN:
        return redirect("accounts:code")
    form = WelcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = create_account(
            contact=contact,
            display_name=form.cleaned_data["display_name"],
            wording=str(form.fields["agree"].label),
            now=now,
        )
        waiting.forget(request)
        return begin_session(request, user=user, method=CODE, redirect_to=pending.next_url, signup=True)
    context = {"form": form, "contact": contact}
    return render(request, "accounts/welcome.html", context, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters("password")
def demo_password(request: HttpRequest) -> HttpResponse:
    """Sign in a demo learner by password; this address does not exist outside the demo."""
    if not settings.DEMO:
        raise Http404
    next_url = safe_next(request)
    if request.user.is_authenticated:
        return redirect(next_url)
    form = DemoPasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = check_demo_password(
                typed=form.cleaned_data["contact"],
                password=form.cleaned_data["password"],
                client=client_of(request),
                now=timezone.now(),
            )
        except AccountError as error:
            form.add_error("password", str(error))
        else:
            return begin_session(request, user=user, method=PASSWORD, redirect_to=next_url)
    context = {"form": form, "next": next_url}
    return render(request, "accounts/demo_password.html", context, status=422 if form.errors else 200)


@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """GET asks, POST signs out."""
    if request.method == "POST":
        target = safe_next(request, default="/")
        end_session(request)
        return redirect(target)
    if not request.user.is_authenticated:
        return redirect("/")
    return render(request, "accounts/sign_out.html")


@never_cache
@require_GET
def inactive(request: HttpRequest) -> HttpResponse:
    """The account exists and is closed."""
    return render(request, "accounts/inactive.html", status=403)


@never_cache
@require_GET
def account_deleted(request: HttpRequest) -> HttpResponse:
    """Say that nothing is left, after the account was deleted."""
    return render(request, "accounts/deleted.html")

"""Asking to be written to, and proving a phone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.codes import next_code_at
from accounts.actions.contacts import get_or_create_contact
from accounts.enums import Channel
from core.clients import client_of
from core.errors import DomainError
from core.links import LinkError
from newsletters.actions.subscriptions import CODE_PURPOSE, confirm_by_code, request_subscription, resend_code
from newsletters.forms import CONSENT_WORDING, CodeForm, SubscribeForm
from newsletters.links import CODE, MANAGE, link_path, read_link
from newsletters.models import Subscription
from newsletters.views.pages import dead_link_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Show the form, or take it and go on: to the mailbox, or to the page where the phone's code is typed."""
    form = SubscribeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            contact = get_or_create_contact(channel=form.channel, value=form.cleaned_data["contact"], now=now)
            subscription = request_subscription(
                contact=contact,
                topics=form.cleaned_data["topics"],
                wording=str(CONSENT_WORDING),
                source="form",
                client=client_of(request),
                now=now,
            )
        except DomainError as error:
            form.add_error("contact", str(error))
        else:
            if form.channel == Channel.SMS:
                return redirect(link_path(kind=CODE, subscription=subscription, now=now))
            return redirect("newsletters:sent")
    return _form_page(request, form)


def _form_page(request: HttpRequest, form: SubscribeForm) -> HttpResponse:
    template = "newsletters/subscribe.html"
    if request.headers.get("HX-Request") == "true":
        template = "newsletters/includes/subscribe_form.html"
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way, in the same words whether the address was new, waiting or subscribed."""
    return render(request, "newsletters/sent.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, token: str) -> HttpResponse:
    """Take the six digits from the short message; ``again`` sends another."""
    now = timezone.now()
    try:
        link = read_link(token, kind=CODE, now=now)
        subscription = Subscription.objects.select_related("subscriber__contact_point").get(pk=link.subscription_id)
    except (LinkError, Subscription.DoesNotExist) as error:
        return dead_link_page(request, error, step="code")
    form = CodeForm(request.POST if request.method == "POST" and "again" not in request.POST else None)
    notice, problem = "", ""
    if request.method == "POST" and "again" in request.POST:
        try:
            resend_code(subscription=subscription, client=client_of(request), now=now)
            notice = "again"
        except DomainError as error:
            problem = str(error)
    elif form.is_bound and form.is_valid():
        try:
            subscription = confirm_by_code(subscription=subscription, code=form.cleaned_data["code"], now=now)
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            manage = link_path(kind=MANAGE, subscription=subscription, now=now)
            return render(request, "newsletters/confirmed.html", {"subscription": subscription, "manage": manage})
    again_at = next_code_at(contact=subscription.contact_point, purpose=CODE_PURPOSE)
    context = {
        "form": form,
        "masked": subscription.contact_point.masked,
        "notice": notice,
        "problem": problem,
        "wait": bool(again_at and again_at > now),
    }
    return render(request, "newsletters/code.html", context, status=422 if form.errors or problem else 200)

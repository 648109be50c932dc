"""Steps taken from a message, without an account: the link itself is the permission.

GET shows and changes nothing, because mail programs open links by themselves. POST needs no CSRF token: whoever could
forge it would need the link, and mail providers send RFC 8058's one-click POST without any cookie.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.links import LinkError
from newsletters.actions import subscriptions as actions
from newsletters.enums import SubscriptionStatus
from newsletters.errors import AlreadyConfirmedError, RequestWithdrawnError, SubscriptionError
from newsletters.forms import ChoicesForm
from newsletters.links import CONFIRM, MANAGE, UNSUBSCRIBE, LinkKind, link_path, read_link
from newsletters.models import Subscription
from newsletters.views.pages import GONE, dead_link_page


def _subscription(token: str, kind: LinkKind) -> tuple[Subscription, int]:
    """Return the link's subscription and round; raise ``LinkError`` or ``Subscription.DoesNotExist``."""
    link = read_link(token, kind=kind, now=timezone.now())
    rows = Subscription.objects.select_related("subscriber__contact_point").prefetch_related("topics")
    return rows.get(pk=link.subscription_id), link.round


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is to be confirmed; confirm on POST."""
    try:
        subscription, round_ = _subscription(token, CONFIRM)
    except (LinkError, Subscription.DoesNotExist) as error:
        return dead_link_page(request, error, step="confirm")
    already = subscription.is_active
    if request.method == "POST" and not already:
        try:
            subscription = actions.confirm_by_link(subscription_id=subscription.pk, round_=round_, now=timezone.now())
        except AlreadyConfirmedError:
            already = True
            subscription.refresh_from_db()
        except RequestWithdrawnError:
            return render(request, "newsletters/withdrawn.html", status=GONE)
    elif not already and (subscription.status != SubscriptionStatus.PENDING or subscription.round != round_):
        return render(request, "newsletters/withdrawn.html", status=GONE)
    if subscription.is_active:
        manage = link_path(kind=MANAGE, subscription=subscription, now=timezone.now())
        context = {"subscription": subscription, "manage": manage, "already": already}
        return render(request, "newsletters/confirmed.html", context)
    return render(request, "newsletters/confirm.html", {"subscription": subscription})


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show whose letters end; end them on POST, from the page or in one click by the mail program (RFC 8058)."""
    try:
        subscription, _round = _subscription(token, UNSUBSCRIBE)
    except Subscription.DoesNotExist:
        # Erased: nothing is sent any more, which is what the reader wants.
        return render(request, "newsletters/unsubscribed.html", {"masked": ""})
    except LinkError as error:
        return dead_link_page(request, error, step="unsubscribe")
    if request.method == "POST":
        source = "one-click" if request.POST.get("List-Unsubscribe") == "One-Click" else "link"
        actions.unsubscribe(subscription_id=subscription.pk, source=source, now=timezone.now())
        return render(request, "newsletters/unsubscribed.html", {"masked": subscription.contact_point.masked})
    context = {"subscription": subscription, "masked": subscription.contact_point.masked}
    if subscription.status == SubscriptionStatus.UNSUBSCRIBED:
        return render(request, "newsletters/unsubscribed.html", {**context, "already": True})
    context["manage"] = link_path(kind=MANAGE, subscription=subscription, now=timezone.now())
    return render(request, "newsletters/unsubscribe.html", context)


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, token: str) -> HttpResponse:
    """Show and change topics and frequency."""
    try:
        subscription, _round = _subscription(token, MANAGE)
    except (LinkError, Subscription.DoesNotExist) as error:
        return dead_link_page(request, error, step="manage")
    if not subscription.is_active:
        return render(request, "newsletters/unsubscribed.html", {"masked": subscription.contact_point.masked})
    stored = {"topics": subscription.topic_keys, "frequency": subscription.frequency}
    form = ChoicesForm(request.POST if request.method == "POST" else None, initial=stored)
    saved = False
    if request.method == "POST" and form.is_valid():
        try:
            subscription = actions.change_choices(
                subscription_id=subscription.pk, now=timezone.now(), **form.cleaned_data
            )
            saved = True
        except SubscriptionError as error:
            form.add_error("topics", str(error))
    context = {
        "form": form,
        "saved": saved,
        "masked": subscription.contact_point.masked,
        "unsubscribe": link_path(kind=UNSUBSCRIBE, subscription=subscription, now=timezone.now()),
    }
    return render(request, "newsletters/manage.html", context, status=422 if form.errors else 200)

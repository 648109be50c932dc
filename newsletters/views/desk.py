"""Letters of a signed-in person, by contact point."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from newsletters import queries
from newsletters.actions import subscriptions as actions
from newsletters.enums import Frequency
from newsletters.forms import CONSENT_WORDING, DeskForm


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_newsletters(request: HttpRequest) -> HttpResponse:
    """Show each contact point with its letters; change one on POST."""
    rows = queries.subscriptions_of(request.user)  # type: ignore[arg-type]
    posted: DeskForm | None = None
    if request.method == "POST":
        row = next((row for row in rows if str(row["contact"].pk) == request.POST.get("contact")), None)
        if row is None:
            return redirect("my_newsletters")
        posted = DeskForm(request.POST)
        if _change(request, row, posted):
            return redirect(reverse("my_newsletters") + f"?saved={row['contact'].pk}")
    for row in rows:
        row["form"] = posted if posted and posted.data.get("contact") == str(row["contact"].pk) else _form(row)
        row["active"] = row["subscription"] is not None and row["subscription"].is_active
        row["saved"] = request.GET.get("saved") == str(row["contact"].pk)
    context = {"rows": rows}
    return render(request, "newsletters/desk.html", context, status=422 if posted and posted.errors else 200)


def _form(row: dict[str, Any]) -> DeskForm:
    subscription = row["subscription"]
    active = subscription is not None and subscription.is_active
    return DeskForm(
        initial={
            "contact": row["contact"].pk,
            "topics": subscription.topic_keys if active else [],
            "frequency": subscription.frequency if active else Frequency.EVERY,
        }
    )


def _change(request: HttpRequest, row: dict[str, Any], form: DeskForm) -> bool:
    """Carry out what was posted for one contact point; put what is wrong into ``form``."""
    now, subscription = timezone.now(), row["subscription"]
    active = subscription is not None and subscription.is_active
    if "leave" in request.POST and subscription is not None:
        actions.unsubscribe(subscription_id=subscription.pk, source="me", now=now, user=request.user)  # type: ignore[arg-type]
        return True
    form.fields["consent"].required = not active
    if not form.is_valid():
        return False
    topics, frequency = form.cleaned_data["topics"], form.cleaned_data["frequency"]
    try:
        if active:
            actions.change_choices(subscription_id=subscription.pk, topics=topics, frequency=frequency, now=now)
        else:
            actions.subscribe_verified(
                user=request.user,  # type: ignore[arg-type]
                contact=row["contact"],
                topics=topics,
                frequency=frequency,
                wording=str(CONSENT_WORDING),
                now=now,
            )
    except DomainError as error:
        form.add_error("topics", str(error))
        return False
    return True

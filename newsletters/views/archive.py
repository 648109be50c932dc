"""What we send, and every letter that was sent, for anyone to read. Cacheable: nothing here knows the reader."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from newsletters import queries
from newsletters.letters import letter_parts, period_of


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show what we send and the letters so far."""
    letters = [
        {"slug": campaign.slug, "headline": campaign.headline, "preheader": campaign.preheader,
         "period": period_of(campaign)}
        for campaign in queries.archive().defer("body")[:60]
    ]  # fmt: skip
    return render(request, "newsletters/index.html", {"letters": letters})


@require_safe
def letter(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one letter as a page of the site."""
    campaign = get_object_or_404(queries.archive(), slug=slug)
    context = {"campaign": campaign, "parts": letter_parts(campaign), "period": period_of(campaign)}
    return render(request, "newsletters/letter.html", context)

"""Events among the site's search results."""

from typing import Any

from django.db.models import QuerySet
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from core.registries import SearchSource
from core.search.sources import model_source
from events.pages import EventPage


def event_search_source() -> SearchSource:
    """Return the source that finds published events."""
    return model_source(label=_("活动"), queryset=_published, hit=_hit)


def _published() -> QuerySet[Any]:
    return EventPage.objects.live().public()


def _hit(page: EventPage) -> tuple[str, str, str, str]:
    return page.plain_title, f"/events/{page.slug}/", "event", strip_tags(page.summary)[:120]

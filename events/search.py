"""Events among the site's search results."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from core.registries import SearchHit, SearchSource
from core.search.sources import model_source
from core.templatetags.typography import plain_title
from events.pages import EventPage


def event_search_source() -> SearchSource:
    """Return the source that finds published events."""
    return model_source(
        label=_("活动"), model=EventPage, queryset=_published, present=_hits, titles=_titles, weight=0.9
    )


def _published() -> QuerySet[Any]:
    return EventPage.objects.live().public().defer("body", "agenda", "speakers")


def _hits(pages: Sequence[EventPage]) -> Iterable[SearchHit]:
    for page in pages:
        yield SearchHit(
            title=page.plain_title,
            url=f"/events/{page.slug}/",
            type="event",
            summary=strip_tags(page.summary)[:120],
            keywords=f"{page.city} {page.get_kind_display()}",
            key=page.pk,
        )


def _titles() -> Iterable[str]:
    return [plain_title(title) for title in EventPage.objects.live().public().values_list("title", flat=True)]

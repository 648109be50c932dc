"""The search page, for people and for programs."""

from dataclasses import replace

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.facts import fill_in, keys_in, shown_facts
from core.registries import SearchHit, SearchSource, search_sources
from core.search.question import MAX_LENGTH, understand
from core.search.sources import model_source, search_everything
from core.templatetags.typography import plain_title
from edu_site.pages import InfoPage

PAGE_SIZE = 10
# A program gets at most this many; a person pages.
JSON_LIMIT = 50


@require_safe
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """Answer ``?q=`` as a page, or with ``format=json`` as ``{"query", "total", "results"}``.

    Never cached: what people ask is theirs.
    """
    query = "".join(character for character in request.GET.get("q", "") if character.isprintable()).strip()[:MAX_LENGTH]
    hits = search_everything(query) if query else []
    if request.GET.get("format") == "json":
        results = [{"title": hit.title, "url": hit.url, "type": hit.type} for hit in hits[:JSON_LIMIT]]
        return JsonResponse({"query": query, "total": len(hits), "results": results})
    kind = request.GET.get("type", "")
    counts = _counts(hits)
    shown = [hit for hit in hits if hit.type == kind] if kind in counts else hits
    page_obj = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    shown_facts(keys_in(text for hit in page_obj.object_list for text in (hit.title, hit.summary)))
    # Before words in them are marked, which could tear a reference apart.
    found = [replace(hit, title=fill_in(hit.title), summary=fill_in(hit.summary)) for hit in page_obj.object_list]
    question = understand(query) if query else None
    context = {
        "query": query,
        "results": found,
        "total": len(shown),
        "page_obj": page_obj,
        "kind": kind if kind in counts else "",
        "kinds": [(name, source.label, counts[name]) for name, source in search_sources if name in counts],
        "all_total": len(hits),
        "words": question.words if question else (),
    }
    return render(request, "edu_site/search.html", context)


def information() -> SearchSource:
    """Return the search source over help, rights and the other pages of information."""

    def hit(page: InfoPage) -> tuple[str, str, str, str]:
        return plain_title(page.title), page.url, "info", page.search_description or plain_title(page.intro)

    return model_source(label=_("帮助与说明"), queryset=InfoPage.objects.live, hit=hit)


def _counts(hits: list[SearchHit]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for hit in hits:
        counts[hit.type] = counts.get(hit.type, 0) + 1
    return counts

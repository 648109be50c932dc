"""The search page, for people and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import limits
from core.actions.search import record_vain_search
from core.clients import client_of
from core.facts import fill_in, keys_in, shown_facts
from core.registries import SearchHit, search_sources
from core.search.passages import passage
from core.search.question import MAX_LENGTH, words_of
from core.search.sources import Answer, search_everything, texts_of
from core.search.text import fold
from core.search.vocabulary import vocabulary
from courses.queries import newest_lessons
from edu_site.search_filters import Filter, asked_filters, matching, shown_filters

PAGE_SIZE = 10
# A program gets at most this many; a person pages.
JSON_LIMIT = 50
SUGGESTIONS = 8
_LESSONS_OFFERED = 4
# Words of somebody who may be losing money right now: the way to help stands above everything else.
_FRAUD = (
    "骗",
    "荐股",
    "群",
    "转账",
    "转钱",
    "提现",
    "验证码",
    "杀猪盘",
    "老师带",
    "内幕",
    "解冻",
    "保证金",
    "跑路",
    "报警",
    "盗",
)


@dataclass(frozen=True)
class Line:
    """A hit as the page shows it; ``label`` names its kind, ``passage`` says where the words stand in its text."""

    hit: SearchHit
    label: Any
    passage: str


@require_safe
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """Answer ``?q=`` as a page, or with ``format=json`` as ``{"query", "total", "results"}``.

    Never cached, and never logged with its query: what people ask is theirs.
    """
    typed = _typed(request)
    query = typed[:MAX_LENGTH]
    try:
        answer = _answer(query, request)
    except limits.LimitExceeded as error:
        return _too_often(request, query, error)
    asked = asked_filters(request.GET)
    shown = matching(answer.hits, asked)
    if request.GET.get("format") == "json":
        results = [{"title": hit.title, "url": hit.url, "type": hit.type} for hit in shown[:JSON_LIMIT]]
        return JsonResponse({"query": query, "total": len(shown), "results": results})
    if query and not answer.hits:
        record_vain_search(typed=query, client=client_of(request), now=timezone.now())
    filters = shown_filters(answer.hits, asked)
    page_obj = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "section": "search",
        "query": query,
        "cut_at": MAX_LENGTH if len(typed) > MAX_LENGTH else 0,
        "corrected": answer.corrected,
        "lines": _lines(list(page_obj.object_list), answer.marks),
        "marks": " ".join(answer.marks) or query,
        "total": len(shown),
        "all_total": len(answer.hits),
        "page_obj": page_obj,
        "kinds": _kind_links(query, filters[0], asked) if filters and filters[0].name == "type" else [],
        "filters": [one for one in filters if one.name != "type"],
        "asked": asked,
        "pages_query": urlencode({"q": query, **asked}),
        "urgent": any(word in fold(query) for word in _FRAUD),
        "lessons": newest_lessons(_LESSONS_OFFERED) if query and not shown else (),
    }
    return render(request, "edu_site/search.html", context)


@require_safe
@never_cache
def suggest(request: HttpRequest) -> HttpResponse:
    """Answer ``?q=`` with ``{"suggestions": [text, …]}``: names and headings to finish it with."""
    query = _typed(request)[:MAX_LENGTH]
    found: list[str] = []
    if query:
        try:
            _count(request)
        except limits.LimitExceeded:
            return JsonResponse({"suggestions": []}, status=429)
        found = [fill_in(text) for text in vocabulary().suggestions(query, SUGGESTIONS)]
    return JsonResponse({"suggestions": found})


def _typed(request: HttpRequest) -> str:
    return "".join(character for character in request.GET.get("q", "") if character.isprintable()).strip()


def _answer(query: str, request: HttpRequest) -> Answer:
    """Return what answers ``query``; raises ``LimitExceeded`` for who asks too often. Empty questions cost nothing."""
    if not words_of(query):
        return Answer([])
    _count(request)
    return search_everything(query)


def _count(request: HttpRequest) -> None:
    limits.hit(
        key=f"search:{client_of(request)}",
        limit=settings.SEARCHES_PER_MINUTE,
        window=timedelta(minutes=1),
        now=timezone.now(),
    )


def _too_often(request: HttpRequest, query: str, error: limits.LimitExceeded) -> HttpResponse:
    if request.GET.get("format") == "json":
        response: HttpResponse = JsonResponse(
            {"query": query, "total": 0, "results": [], "error": str(error)}, status=429
        )
    else:
        context = {"section": "search", "query": query, "refused": str(error)}
        response = render(request, "edu_site/search.html", context, status=429)
    response.headers["Retry-After"] = str(max(1, int((error.retry_at - timezone.now()).total_seconds())))
    return response


def _kind_links(query: str, kinds: Filter, asked: Mapping[str, str]) -> list[tuple[Any, int, str, bool]]:
    """Return the kinds to look at alone, and all, with number, address, and whether it is the one shown."""
    rest = {name: value for name, value in asked.items() if name != "type"}
    everything = (_("全部"), kinds.total, urlencode({"q": query, **rest}), not kinds.chosen)
    single = [
        (choice.label, choice.count, urlencode({"q": query, "type": choice.value, **rest}), choice.chosen)
        for choice in kinds.choices
    ]
    return [everything, *single]


def _lines(hits: Sequence[SearchHit], marks: Sequence[str]) -> list[Line]:
    """Return the hits of one page with their facts filled in and, where the summary says nothing of it, the passage."""
    silent = [hit for hit in hits if not any(mark in hit.summary.lower() for mark in marks)]
    texts: Mapping[str, str] = texts_of(silent)
    passages = {url: passage(text, marks) for url, text in texts.items()}
    shown_facts(keys_in(text for hit in hits for text in (hit.title, hit.summary, passages.get(hit.url, ""))))
    labels = {name: source.label for name, source in search_sources}
    return [
        # Before words in them are marked, which could tear a reference apart.
        Line(
            hit=replace(hit, title=fill_in(hit.title), summary=fill_in(hit.summary)),
            label=labels.get(hit.type, hit.type),
            passage=fill_in(passages.get(hit.url, "")),
        )
        for hit in hits
    ]

"""Glossary, archive of articles, robots."""

from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.dates import year_month_text
from core.facts import shown_facts
from courses.archive import archive_months, articles_of_month
from courses.pages import LessonPage
from courses.pages.articles import ARTICLES_A_PAGE
from courses.pages.tree import paginate
from courses.queries import public_terms, term_letters

TERMS_A_PAGE = 40


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """List the terms by pinyin; ``?letter=`` shows one letter."""
    letters = term_letters()
    letter = request.GET.get("letter", "").upper()
    if letter and letter not in letters:
        raise Http404
    terms = public_terms()
    if letter == "#":
        terms = terms.exclude(pinyin__regex=r"^[a-z]")
    elif letter:
        terms = terms.filter(pinyin__startswith=letter.lower())
    context = {
        "terms": paginate(terms, TERMS_A_PAGE, request),
        "letters": letters,
        "letter": letter,
        "letter_query": urlencode({"letter": letter}),
        "section": "courses",
        "crumbs": [{"title": _("学习"), "url": "/courses/"}],
    }
    return render(request, "courses/glossary.html", context)


@require_safe
def glossary_term(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one term with the public lessons that teach it."""
    term = get_object_or_404(public_terms(), slug=slug)
    lessons = LessonPage.objects.live().filter(glossaryterm=term).defer("body", "sources").order_by("path")
    crumbs = [{"title": _("学习"), "url": "/courses/"}, {"title": _("词典"), "url": "/glossary/"}]
    context = {
        "term": term,
        "lessons": lessons,
        "section": "courses",
        "crumbs": crumbs,
        "used_facts": list(shown_facts(term.shown_fact_keys()).values()),
    }
    return render(request, "courses/glossary_term.html", context)


@require_safe
def article_archive(request: HttpRequest) -> HttpResponse:
    """List the months in which articles appeared, by year."""
    months = archive_months()
    years = [(year, list(group)) for year, group in groupby(months, key=lambda month: month.year)]
    return render(request, "courses/article_archive.html", {"years": years, **_article_context()})


@require_safe
def article_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """List the articles of one month, with the way to the months before and after; a month without any is not found."""
    months = archive_months()
    place = next((place for place, row in enumerate(months) if (row.year, row.first.month) == (year, month)), None)
    if place is None:
        raise Http404
    context = {
        "month": months[place],
        "here": year_month_text(date(year, month, 1)),
        "later": months[place - 1] if place else None,
        "earlier": months[place + 1] if place + 1 < len(months) else None,
        "articles": paginate(articles_of_month(months[place].first), ARTICLES_A_PAGE, request),
        **_article_context(),
    }
    context["crumbs"] += [{"title": _("往期文章"), "url": reverse("article_archive")}]
    return render(request, "courses/article_month.html", context)


def _article_context() -> dict[str, Any]:
    return {"section": "articles", "crumbs": [{"title": _("文章"), "url": "/articles/"}]}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what is personal or endless, and where the site map is."""
    lines = [
        "User-agent: *",
        *(
            f"Disallow: {path}"
            for path in (
                "/cms/",
                "/accounts/",
                "/me/",
                "/mode/",
                "/search/",
                "/j",
                "/courses/progress/",
                "/courses/clarity/",
            )
        ),
        f"Sitemap: {settings.BASE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

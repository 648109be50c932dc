"""Reads about facts: their live values, where they are used, what has to be looked at again."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from wagtail.admin.admin_url_finder import AdminURLFinder

from compliance.models import Fact, FactReference
from core.registries import DueReview, FactUse, ShownFact, fact_users, review_dues


def as_shown(fact: Fact) -> ShownFact:
    """Return ``fact`` as readers get it."""
    return ShownFact(
        key=fact.key,
        text=fact.inline,
        statement=fact.statement,
        source=fact.source,
        as_of=fact.as_of,
        checked_on=fact.checked_on,
        certain=fact.certain,
        revision_id=fact.live_revision_id,
        dial=fact.dial,
    )


def live_facts() -> QuerySet[Fact]:
    """Return the facts that may be named: those that a second person has approved."""
    return Fact.objects.filter(live=True)


def shown(keys: Sequence[str]) -> list[ShownFact]:
    """Return the live facts among ``keys``, in one query."""
    return [as_shown(fact) for fact in live_facts().filter(key__in=keys)]


def uses_of(keys: Sequence[str]) -> list[FactUse]:
    """Return every place that names one of ``keys``, what readers see first."""
    uses = [use for _name, users in fact_users for use in users(keys)]
    return sorted(uses, key=lambda use: (not use.live, use.label, use.title))


def published_with(key: str) -> list[Any]:
    """Return each live object whose public text holds the fact, once."""
    found: dict[tuple[type[Any], Any], Any] = {}
    for use in uses_of([key]):
        if use.live and use.published is not None:
            found.setdefault((type(use.published), use.published.pk), use.published)
    return list(found.values())


def indexed_uses(keys: Sequence[str]) -> list[FactUse]:
    """Return the pages, terms and quizzes that name one of ``keys`` in what is live or in their newest draft."""
    rows = FactReference.objects.filter(key__in=keys).select_related("content_type").prefetch_related("subject")
    finder = AdminURLFinder()
    return [
        FactUse(
            label=str(row.subject._meta.verbose_name),
            title=str(row.subject),
            edit_url=finder.get_edit_url(row.subject) or "",
            live=row.in_live,
            published=row.subject if row.in_live else None,
        )
        for row in rows
        if row.subject is not None
    ]


def due_facts(until: date) -> list[DueReview]:
    """Return the live facts due for another look on ``until`` or before, the earliest first."""
    finder = AdminURLFinder()
    rows = live_facts().filter(review_by__lte=until).order_by("review_by", "key")
    return [
        DueReview(
            label=str(Fact._meta.verbose_name),
            title=fact.statement,
            edit_url=finder.get_edit_url(fact) or "",
            due=fact.review_by,
            subject=fact,
        )
        for fact in rows
        if fact.review_by is not None
    ]


def due_for_review(today: date, within_days: int) -> list[DueReview]:
    """Return everything public, facts and pages, that is due within ``within_days`` or overdue, the earliest first."""
    until = today + timedelta(days=within_days)
    found = [due for _name, dues in review_dues for due in dues(until)]
    return sorted(found, key=lambda due: (due.due, due.label, due.title))

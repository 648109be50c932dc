"""Factories of the compliance app: facts, published the way people do it."""

from datetime import date
from typing import Any

from compliance.models import Fact
from core.actions.publishing import publish_through_review
from tests.factories.courses import NOW, CourseSite


def unsaved_fact(key: str = "fee_cap", **changes: Any) -> Fact:
    fields: dict[str, Any] = {
        "key": key,
        "statement": "申购费率最高0.8%，这是上限。",
        "value": "0.8",
        "unit": "percent",
        "source": "《销售费用管理规定》，2026年1月1日施行",
        "as_of": date(2026, 1, 31),
        "checked_on": date(2026, 11, 22),
        "confidence": "high",
        "review_months": 6,
    }
    return Fact(**{**fields, **changes})


def draft_fact(site: CourseSite, key: str = "fee_cap", **changes: Any) -> Fact:
    """Return a fact that nobody has approved."""
    fact = unsaved_fact(key, **changes)
    fact.save()
    fact.save_revision(user=site.author)
    return fact


def make_fact(site: CourseSite, key: str = "fee_cap", **changes: Any) -> Fact:
    """Return a live fact."""
    fact = unsaved_fact(key, **changes)
    fact.save()
    return publish_through_review(page=fact, author=site.author, reviewer=site.reviewer, now=NOW)


def change_fact(site: CourseSite, fact: Fact, *, publish: bool = True, **changes: Any) -> Fact:
    """Write another version of a live fact and, unless told otherwise, have it approved."""
    draft = fact.get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(draft, name, value)
    if not publish:
        draft.save_revision(user=site.author)
        return Fact.objects.get(pk=fact.pk)
    return publish_through_review(page=draft, author=site.author, reviewer=site.reviewer, now=NOW)

"""The facts that a new site starts with, from a parsed file."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from compliance.models import Fact
from core.actions.publishing import publish_through_review

START_FILE = Path(__file__).resolve().parent.parent / "facts_start.toml"


def import_facts(*, data: Mapping[str, Any], author: Any, reviewer: Any, now: datetime) -> list[Fact]:
    """Publish the facts of ``data`` that are not there yet, as two people would; return them.

    A fact whose key exists is left alone, whatever the file says: from then on it belongs to the editors, and a number
    that they checked since must not fall back to what it was when the file was written. Raises ``ValidationError`` for
    a fact that does not hold together, and what the publish gate raises.
    """
    there = set(Fact.objects.values_list("key", flat=True))
    with transaction.atomic():
        return [
            _publish(data={**data["defaults"], **entry}, author=author, reviewer=reviewer, now=now)
            for entry in data["facts"]
            if entry["key"] not in there
        ]


def _publish(*, data: Mapping[str, Any], author: Any, reviewer: Any, now: datetime) -> Fact:
    fact = Fact(**{**data, "value": str(data["value"])})
    fact.save()
    published: Fact = publish_through_review(page=fact, author=author, reviewer=reviewer, now=now)
    return published

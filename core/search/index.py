"""Asking the index of all kinds of content at once, in one statement.

Wagtail's own search asks for one model at a time, and on SQLite works out the rank of each row by searching again. The
tables are modelsearch's; ``tests/core/test_search_index.py`` breaks when they move.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection

from core.search.text import index_form

# Whole texts are given for so many of each kind: what stands further back is not shown on the first pages.
_READ = 30
# A word in a title says more than one in the text.
_TITLE_WEIGHT = 3

_PLACED = """
    SELECT placed.kind, placed.object_id, {text} FROM (
        SELECT kind, object_id, id, ROW_NUMBER() OVER (PARTITION BY kind ORDER BY score DESC, id) AS place
        FROM ({found}) AS found
    ) AS placed {joined} WHERE placed.place <= %s ORDER BY placed.kind, placed.place
"""
_SQLITE_FOUND = f"""
    SELECT entry.content_type_id AS kind, entry.object_id AS object_id, entry.id AS id,
           -bm25(wagtailsearch_indexentry_fts, 0, 1, {_TITLE_WEIGHT}) AS score
    FROM wagtailsearch_indexentry_fts AS words
    JOIN wagtailsearch_indexentry AS entry ON words.rowid = entry.id
    WHERE wagtailsearch_indexentry_fts MATCH %s AND entry.content_type_id IN ({{kinds}})
"""  # noqa: S608 -- a number of this module
_POSTGRESQL_FOUND = f"""
    SELECT entry.content_type_id AS kind, entry.object_id AS object_id, entry.id AS id,
           {_TITLE_WEIGHT} * ts_rank(entry.title, asked.words) + ts_rank(entry.body, asked.words, 1) AS score
    FROM wagtailsearch_indexentry AS entry, (SELECT {{words}} AS words) AS asked
    WHERE (entry.title || entry.body) @@ asked.words AND entry.content_type_id IN ({{kinds}})
"""  # noqa: S608 -- a number of this module


@dataclass(frozen=True)
class Match:
    """An object that the index found; ``text`` is what it holds, in index form, for the best of its kind."""

    key: str
    text: str


def matches(groups: Sequence[Sequence[str]], models: Sequence[Any], *, limit: int) -> dict[Any, list[Match]]:
    """Return for each of ``models`` at most ``limit`` objects, best first, that hold a word of each of ``groups``."""
    forms = [[form for word in group if (form := index_form(word))] for group in groups]
    forms = [group for group in forms if group]
    if not forms or not models:
        return {}
    kinds = {ContentType.objects.get_for_model(model).pk: model for model in models}
    build = _postgresql if connection.vendor == "postgresql" else _sqlite
    found, parameters, text = build(forms, len(kinds))
    statement = _PLACED.format(
        found=found,
        text=f"CASE WHEN placed.place <= {_READ} THEN {text} ELSE '' END",
        joined="JOIN wagtailsearch_indexentry AS held ON held.id = placed.id",
    )
    result: dict[Any, list[Match]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, *kinds, limit])
        for kind, key, held in cursor.fetchall():
            result.setdefault(kinds[kind], []).append(Match(key, held))
    return result


def _sqlite(groups: Sequence[Sequence[str]], number_of_kinds: int) -> tuple[str, list[str], str]:
    """Return the statement, its parameters and the column of the text for FTS5; words hold nothing that it obeys."""
    asked = " AND ".join("(" + " OR ".join(f'"{form}"' for form in group) + ")" for group in groups)
    found = _SQLITE_FOUND.format(kinds=", ".join(["%s"] * number_of_kinds))
    return found, [f"{{title body}} : ({asked})"], "held.title || ' ' || held.body"


def _postgresql(groups: Sequence[Sequence[str]], number_of_kinds: int) -> tuple[str, list[str], str]:
    one = "phraseto_tsquery('simple', %s)"
    asked = " && ".join("(" + " || ".join([one] * len(group)) + ")" for group in groups)
    found = _POSTGRESQL_FOUND.format(words=asked, kinds=", ".join(["%s"] * number_of_kinds))
    return found, [form for group in groups for form in group], "held.title_text || ' ' || held.body_text"

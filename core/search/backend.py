"""Wagtail's database search, taught Chinese, on SQLite (FTS5) and PostgreSQL.

It leans on modelsearch 1.3: ``add_items`` of the index, ``_search`` of the backend and ``build_tsrank`` of the SQLite
compiler. ``tests/core/test_search.py`` breaks when those move.
"""

import copy
from collections.abc import Iterable
from typing import Any

from django.db import connection
from modelsearch.backends.base import EmptySearchResults
from modelsearch.index import RelatedFields
from modelsearch.query import PlainText

from core.search.question import literal
from core.search.text import index_form


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 -- the name that Wagtail looks up in the module
    """Return the backend for the database in use."""
    if connection.vendor == "postgresql":
        return _postgresql_backend(params)
    return _sqlite_backend(params)


def _postgresql_backend(params: dict[str, Any]) -> Any:
    from modelsearch.backends.database.postgres.postgres import PostgresIndex, PostgresSearchBackend

    class ChineseIndex(_SegmentingIndex, PostgresIndex):  # type: ignore[misc]
        pass

    class ChineseBackend(_UnderstandingBackend, PostgresSearchBackend):  # type: ignore[misc]
        index_class = ChineseIndex

    return ChineseBackend({**params, "SEARCH_CONFIG": "simple"})


def _sqlite_backend(params: dict[str, Any]) -> Any:
    from modelsearch.backends.database.sqlite.query import BM25
    from modelsearch.backends.database.sqlite.sqlite import (
        SQLiteAutocompleteQueryCompiler,
        SQLiteIndex,
        SQLiteSearchBackend,
        SQLiteSearchQueryCompiler,
    )

    class WholeQueryRank:
        """FTS5's bm25() already ranks the whole query; combining it with itself for AND and OR reverses the order."""

        def build_tsrank(self, vector: Any, query: Any, config: Any = None, boost: float = 1.0) -> Any:
            return BM25()

    class ChineseCompiler(WholeQueryRank, SQLiteSearchQueryCompiler):  # type: ignore[misc]
        pass

    class ChineseAutocompleteCompiler(WholeQueryRank, SQLiteAutocompleteQueryCompiler):  # type: ignore[misc]
        pass

    class ChineseIndex(_SegmentingIndex, SQLiteIndex):  # type: ignore[misc]
        pass

    class ChineseBackend(_UnderstandingBackend, SQLiteSearchBackend):  # type: ignore[misc]
        index_class = ChineseIndex
        query_compiler_class = ChineseCompiler
        autocomplete_query_compiler_class = ChineseAutocompleteCompiler

    return ChineseBackend(params)


class _UnderstandingBackend:
    """Turns typed text into phrases of characters; text with nothing to search finds nothing."""

    def _search(self, query_compiler_class: Any, query: Any, model_or_queryset: Any, **kwargs: Any) -> Any:
        if isinstance(query, PlainText):
            query = query.query_string
        if isinstance(query, str):
            query = literal(query)
            if query is None:
                return EmptySearchResults()
        return super()._search(query_compiler_class, query, model_or_queryset, **kwargs)  # type: ignore[misc]


class _SegmentingIndex:
    """Writes every value to the index character by character."""

    def add_items(self, model: Any, objs: Iterable[Any]) -> None:
        super().add_items(model, [_Segmented(obj) for obj in objs])  # type: ignore[misc]


class _Segmented:
    """An object to be indexed whose search fields return their values in index form."""

    def __init__(self, obj: Any) -> None:
        self._obj = obj

    def __getattr__(self, name: str) -> Any:
        return getattr(self._obj, name)

    def get_search_fields(self) -> list[Any]:
        return [_segmenting(field, self._obj) for field in self._obj.get_search_fields()]


def _segmenting(field: Any, obj: Any | None = None) -> Any:
    """Return a copy of ``field`` that reads the real object and gives its value in index form."""
    wrapped = copy.copy(field)
    if isinstance(field, RelatedFields):
        wrapped.fields = [_segmenting(sub_field) for sub_field in field.fields]
        wrapped.get_value = lambda given: field.get_value(obj or given)
    else:
        wrapped.get_value = lambda given: _in_index_form(field.get_value(obj or given))
    return wrapped


def _in_index_form(value: Any) -> Any:
    if isinstance(value, str):
        return index_form(value)
    if isinstance(value, (list, tuple)):
        return [_in_index_form(item) for item in value]
    if isinstance(value, dict):
        return {key: _in_index_form(item) for key, item in value.items()}
    return value

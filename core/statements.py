"""Statements that are run thousands of times: written out, and on PostgreSQL planned once for a connection."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

_PREPARE_AFTER = 5  # runs of the same text


def run_often(sql: str, values: Sequence[Any]) -> tuple[int, list[tuple[Any, ...]]]:
    """Run ``sql`` in the current transaction, if any; return how many rows it touched and those that it gave back.

    The text must not vary with the values: each text is a prepared statement of its own. Django's own cursor writes the
    values into the text, and the server plans it anew every time, which for a statement of this kind takes longer than
    running it.
    """
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.rowcount, cursor.fetchall() if cursor.description else []
    from psycopg import Cursor

    connection.ensure_connection()
    # Django switches preparing off for its connections; its own cursors never prepare in any case.
    connection.connection.prepare_threshold = _PREPARE_AFTER
    with connection.wrap_database_errors, Cursor(connection.connection) as prepared:
        prepared.execute(sql, values)
        return prepared.rowcount, prepared.fetchall() if prepared.description else []

"""Statements that are run thousands of times: written out, and on PostgreSQL planned once for a connection."""

import itertools
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

_PREPARE_AFTER = 5  # runs of the same text
_KEPT = 100  # statements planned ahead for one connection by run_alone


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


def run_alone(sql: str, values: Sequence[Any], meanwhile: Callable[[], bool]) -> int:
    """Run ``sql`` as a transaction of its own and return how many rows it touched.

    While the server works, ``meanwhile`` is called again and again until it returns False or the answer is there; it
    must not raise and cannot use the database. Elsewhere than on PostgreSQL it is not called, and within a
    transaction neither: then this is ``run_often``. ``%s`` marks the values; ``sql`` holds no other per cent sign.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return run_often(sql, values)[0]
    from psycopg.adapt import PyFormat, Transformer

    connection.ensure_connection()
    server = connection.connection
    with connection.wrap_database_errors, connection.execute_wrapper(_refuse):
        dumper = Transformer(server)
        dumped = dumper.dump_sequence(values, [PyFormat.AUTO] * len(values))
        name = _planned(server, sql, dumper.types or ())
        server.pgconn.send_query_prepared(name, dumped, dumper.formats)
        return _answer(server.pgconn, meanwhile)


def _refuse(*_statement: Any) -> Any:
    raise RuntimeError("the connection waits for an answer")


def _answer(pgconn: Any, meanwhile: Callable[[], bool]) -> int:
    """Return how many rows the statement under way touched; psycopg's cursors wait for it, libpq need not."""
    try:
        pgconn.flush()
        while meanwhile():
            pgconn.consume_input()
            if not pgconn.is_busy():
                break
    finally:
        # Whatever happened, others can use the connection only when the answer has been read.
        result = pgconn.get_result()
        while pgconn.get_result() is not None:
            continue
    return int(_expect_ok(pgconn, result).command_tuples or 0)


def _expect_ok(pgconn: Any, result: Any) -> Any:
    from psycopg import errors
    from psycopg.pq import ConnStatus, ExecStatus

    if result is None or pgconn.status != ConnStatus.OK:
        raise errors.OperationalError("the server closed the connection")
    if result.status != ExecStatus.COMMAND_OK:
        raise errors.error_from_result(result)
    return result


# What each connection has planned: (text, types of the values) -> its name there, the least used first.
_plans: WeakKeyDictionary[Any, OrderedDict[tuple[str, tuple[int, ...]], bytes]] = WeakKeyDictionary()
_numbers = itertools.count(1)


def _planned(server: Any, sql: str, types: tuple[int, ...]) -> bytes:
    """Return the name of the prepared statement, planning it when the connection does not know it yet."""
    plans = _plans.setdefault(server, OrderedDict())
    key = (sql, types)
    if key in plans:
        plans.move_to_end(key)
        return plans[key]
    if len(plans) >= _KEPT:
        _key, oldest = plans.popitem(last=False)
        _expect_ok(server.pgconn, server.pgconn.exec_(b"DEALLOCATE " + oldest))
    name = b"alone_%d" % next(_numbers)
    text, *rest = sql.split("%s")
    numbered = text + "".join(f"${number}{part}" for number, part in enumerate(rest, start=1))
    _expect_ok(server.pgconn, server.pgconn.prepare(name, numbered.encode(), types))
    plans[key] = name
    return name

"""Triggers that keep ``EventSession.seats_taken`` equal to the seats of its registrations.

The check constraint on that column then stands behind every writer, including code that forgets the lock and SQL typed
by hand. They are installed after each ``migrate`` (Django rebuilds tables on SQLite, which would lose or break them)
and taken away before it there. docs/decisions/0010-seats.md gives the reasons.
"""

from typing import Any

from django.db import connections

from events.enums import SEATED

_SEATED = ", ".join(f"'{status.value}'" for status in SEATED)
_NAME = "events_registration_seats_taken"


def _held(row: str) -> str:
    return f"CASE WHEN {row}.status IN ({_SEATED}) THEN {row}.seats ELSE 0 END"


def _change(row: str, sign: str) -> str:
    held = _held(row)
    return f"UPDATE events_eventsession SET seats_taken = seats_taken {sign} {held} WHERE id = {row}.session_id;"  # noqa: S608 -- constants of this module


_SQLITE = {
    "insert": ("AFTER INSERT ON events_registration", f"NEW.status IN ({_SEATED})", _change("NEW", "+")),
    "delete": ("AFTER DELETE ON events_registration", f"OLD.status IN ({_SEATED})", _change("OLD", "-")),
    "update": (
        "AFTER UPDATE OF status, seats, session_id ON events_registration",
        f"{_held('NEW')} <> {_held('OLD')} OR NEW.session_id <> OLD.session_id",
        # One statement when the session stays: a check must not see the sum of old and new.
        (
            f"UPDATE events_eventsession SET seats_taken = seats_taken"  # noqa: S608 -- constants of this module
            f" + CASE WHEN id = NEW.session_id THEN {_held('NEW')} ELSE 0 END"
            f" - CASE WHEN id = OLD.session_id THEN {_held('OLD')} ELSE 0 END"
            " WHERE id IN (NEW.session_id, OLD.session_id);"
        ),
    ),
}

_POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {_NAME}() RETURNS trigger AS $body$
DECLARE
    was integer := 0;
    becomes integer := 0;
BEGIN
    IF TG_OP <> 'INSERT' THEN was := {_held("OLD")}; END IF;
    IF TG_OP <> 'DELETE' THEN becomes := {_held("NEW")}; END IF;
    IF TG_OP = 'UPDATE' AND NEW.session_id = OLD.session_id THEN
        IF was <> becomes THEN
            UPDATE events_eventsession SET seats_taken = seats_taken + becomes - was WHERE id = NEW.session_id;
        END IF;
        RETURN NULL;
    END IF;
    IF was <> 0 THEN
        UPDATE events_eventsession SET seats_taken = seats_taken - was WHERE id = OLD.session_id;
    END IF;
    IF becomes <> 0 THEN
        UPDATE events_eventsession SET seats_taken = seats_taken + becomes WHERE id = NEW.session_id;
    END IF;
    RETURN NULL;
END;
$body$ LANGUAGE plpgsql
"""  # noqa: S608 -- constants of this module


def _tables_exist(connection: Any) -> bool:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    return {"events_registration", "events_eventsession"} <= tables


def installed(using: str = "default") -> bool:
    """Tell whether every trigger is in place and switched on."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = %s AND tgenabled <> 'D'", [_NAME])
            return bool(cursor.fetchone()[0] == 1)
        names = [f"{_NAME}_{event}" for event in _SQLITE]
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return set(names) <= {row[0] for row in cursor.fetchall()}


def install(using: str = "default", **_kwargs: Any) -> None:
    """Put the triggers in place; doing it again changes nothing."""
    connection = connections[using]
    if not _tables_exist(connection) or installed(using):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
            cursor.execute(
                f"CREATE TRIGGER {_NAME} AFTER INSERT OR UPDATE OF status, seats, session_id OR DELETE "
                f"ON events_registration FOR EACH ROW EXECUTE FUNCTION {_NAME}()"
            )
            return
        for event, (when, condition, body) in _SQLITE.items():
            cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {_NAME}_{event} {when} WHEN {condition} BEGIN {body} END")


def remove_before_rebuild(using: str = "default", **_kwargs: Any) -> None:
    """Take the triggers away on SQLite, where a migration rebuilds whole tables."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for event in _SQLITE:
            cursor.execute(f"DROP TRIGGER IF EXISTS {_NAME}_{event}")

"""Databases that are migrated once and copied by whoever needs one: migrating takes longer than most tests.

Once for a parallel run of pytest; once for all runs and sites of deploy/test.sh, which names their folder in ``MIGRATED``
and has both databases made side by side: ``python -m tests.migrated make [SERVER]``, at the end ``… drop SERVER``.
"""

import fcntl
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db.backends.signals import connection_created

ROOT = Path(__file__).resolve().parent.parent


def shared() -> Path | None:
    """Return the folder that all runs share, or None where each run has its own."""
    return Path(os.environ["MIGRATED"]) if os.environ.get("MIGRATED") else None


def copy_migrated(folder: Path, run: str) -> None:
    """Let the test database of this process begin as a copy of the migrated one of ``run``.

    ``folder`` is shared by the processes of the run: the first of them migrates while the others wait.
    """
    address = os.environ.get("DATABASE_URL", "")
    if is_postgres(address):
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = migrated_database(address, folder, run)
    else:
        connection_created.connect(_filler(migrated_file(folder)), weak=False, dispatch_uid="migrated")


def forget_migrated(run: str) -> None:
    """Drop the migrated database of ``run``, if it was made on a server and for this run alone."""
    address = os.environ.get("DATABASE_URL", "")
    if is_postgres(address) and shared() is None:
        _drop(address, _name(run))


def migrated_file(folder: Path) -> Path:
    """Return the migrated SQLite file in ``folder``, or in the one that all runs share."""
    folder = shared() or folder
    file = folder / "migrated.sqlite3"
    with _alone(folder / "sqlite.lock"):
        if not file.exists():
            unfinished = folder / "unfinished.sqlite3"
            unfinished.unlink(missing_ok=True)
            _migrate(f"sqlite:///{unfinished}")
            unfinished.rename(file)
    return file


def migrated_database(server: str, folder: Path, run: str) -> str:
    """Return the name of the migrated database on ``server`` of ``run``, or of all runs that share a folder."""
    folder, name = shared() or folder, _name(run)
    done = folder / "postgres.done"
    with _alone(folder / "postgres.lock"):
        if not done.exists():
            _drop(server, name)
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            _migrate(urlsplit(server)._replace(path=f"/{name}").geturl())
            done.touch()
    return name


def is_postgres(address: str) -> bool:
    return urlsplit(address).scheme in {"postgres", "postgresql"}


def _name(run: str) -> str:
    folder = shared()
    return "test_migrated_" + re.sub("[^a-z0-9]", "_", (folder.name if folder else run).lower())


def _drop(server: str, name: str) -> None:
    with suppress(psycopg.Error), psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _migrate(address: str) -> None:
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "edu_site.settings.test"}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=environment, check=True)


def _filler(file: Path) -> Callable[..., None]:
    def fill(*, connection, **_signal) -> None:
        """Fill the database of a connection while it is empty."""
        if connection.alias != "default" or connection.vendor != "sqlite":
            return
        held = connection.connection
        if held.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            with sqlite3.connect(file) as migrated:
                migrated.backup(held)

    return fill


def _main(what: str, *servers: str) -> None:
    folder = shared()
    if folder is None:
        sys.exit("MIGRATED names no folder.")
    if what == "drop":
        for server in servers:
            _drop(server, _name(""))
        return
    with ThreadPoolExecutor() as side_by_side:
        file = side_by_side.submit(migrated_file, folder)
        databases = [side_by_side.submit(migrated_database, server, folder, "") for server in servers]
        for made in (file, *databases):
            made.result()


if __name__ == "__main__":
    _main(*sys.argv[1:])

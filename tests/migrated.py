"""A database that is migrated once and copied by every worker of a parallel run: migrating takes longer than most tests."""

import fcntl
import os
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db.backends.signals import connection_created

ROOT = Path(__file__).resolve().parent.parent


def copy_migrated(folder: Path, run: str) -> None:
    """Let the test database of this process begin as a copy of the migrated one of ``run``.

    ``folder`` is shared by the processes of the run: the first of them migrates while the others wait.
    """
    address = os.environ.get("DATABASE_URL", "")
    on_postgres = urlsplit(address).scheme in {"postgres", "postgresql"}
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if on_postgres:
            _migrate_once(folder, urlsplit(address)._replace(path=f"/{_template(run)}").geturl(), address)
            settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = _template(run)
        else:
            file = folder / "migrated.sqlite3"
            _migrate_once(folder, f"sqlite:///{file}")
            connection_created.connect(_filler(file), weak=False, dispatch_uid="migrated")


def forget_migrated(run: str) -> None:
    """Drop the migrated database of ``run``, if it was made on a server."""
    address = os.environ.get("DATABASE_URL", "")
    if urlsplit(address).scheme in {"postgres", "postgresql"}:
        with suppress(psycopg.Error), psycopg.connect(address, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {_template(run)}")


def _template(run: str) -> str:
    return f"test_migrated_{run}"


def _migrate_once(folder: Path, target: str, server: str = "") -> None:
    done = folder / "migrated"
    if done.exists():
        return
    if server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {urlsplit(target).path[1:]}")
    environment = {**os.environ, "DATABASE_URL": target, "DJANGO_SETTINGS_MODULE": "edu_site.settings.test"}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=environment, check=True)
    done.touch()


def _filler(file: Path):
    def fill(*, connection, **_signal) -> None:
        """Fill the database of a connection while it is empty."""
        if connection.alias != "default" or connection.vendor != "sqlite":
            return
        held = connection.connection
        if held.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            with sqlite3.connect(file) as migrated:
                migrated.backup(held)

    return fill

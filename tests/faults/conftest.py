"""Servers, databases and sites of the fault runs. Each database is a copy of one that was migrated once."""

import os
import shutil
import signal
from urllib.parse import urlsplit

import pytest

from tests.conftest import REQUIRE_SERVICES
from tests.faults.services import PostgresServer, RabbitServer, RedisServer, missing
from tests.faults.site import Site, copy_database, migrate
from tests.migrated import is_postgres, migrated_database, migrated_file, shared


@pytest.fixture(scope="session", autouse=True)
def _leave_nothing_behind():
    """A run that is ended from outside still ends its servers."""
    before = signal.signal(signal.SIGTERM, lambda *_signal: pytest.exit("ended from outside"))
    yield
    signal.signal(signal.SIGTERM, before)


def _start(server):
    absent = missing(*server.programs)
    if absent and REQUIRE_SERVICES:
        pytest.fail(f"{server.__name__}: this machine lacks {absent}")
    if absent:
        pytest.skip(f"{server.__name__}: this machine lacks {absent}")
    return server()


@pytest.fixture(scope="session")
def postgres_server():
    server = _start(PostgresServer)
    yield server
    server.close()


@pytest.fixture(scope="session")
def redis_server():
    server = _start(RedisServer)
    yield server
    server.close()


@pytest.fixture(scope="session")
def rabbitmq_server():
    server = _start(RabbitServer)
    yield server
    server.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    return migrated_file(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres_template(postgres_server, tmp_path_factory):
    name = postgres_server.create_database()
    server = os.environ.get("DATABASE_URL", "")
    if (folder := shared()) and is_postgres(server) and not missing("pg_dump", "psql"):
        migrated = urlsplit(server)._replace(path=f"/{migrated_database(server, folder, '')}").geturl()
        copy_database(migrated, postgres_server.url(name))
    else:
        migrate(postgres_server.url(name), tmp_path_factory.mktemp("template"))
    return name


@pytest.fixture
def make_site(request, tmp_path):
    """Make runs: ``make_site("sqlite" or "postgres", script=…, broker=…, SETTING=…)``."""
    sites = []

    def make(database="sqlite", *, script=None, broker=None, **environment):
        folder = tmp_path / str(len(sites))
        folder.mkdir()
        if database == "postgres":
            server = request.getfixturevalue("postgres_server")
            url = server.url(server.create_database(request.getfixturevalue("postgres_template")))
        else:
            shutil.copy(request.getfixturevalue("sqlite_template"), folder / "site.sqlite3")
            url = f"sqlite:///{folder / 'site.sqlite3'}"
        sites.append(Site(folder, url, script or {}, broker, **environment))
        return sites[-1]

    yield make
    for site in sites:
        site.close()

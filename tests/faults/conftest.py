"""Databases and sites of the fault runs. Each database is a copy of one that was migrated once."""

import os
import shutil
import uuid
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.faults.site import Site, migrate


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    migrate(f"sqlite:///{folder / 'site.sqlite3'}", folder)
    return folder / "site.sqlite3"


class PostgresServer:
    """Makes and drops databases on the server of ``DATABASE_URL``."""

    def __init__(self):
        self._url = urlsplit(os.environ["DATABASE_URL"])
        self._admin = self._url._replace(scheme="postgresql", path="/postgres").geturl()
        self._made = []

    def create(self, template=None):
        name = f"edu_fault_{uuid.uuid4().hex[:12]}"
        self._execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        self._made.append(name)
        return name

    def url(self, name):
        return self._url._replace(path=f"/{name}").geturl()

    def drop_all(self):
        for name in self._made:
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _execute(self, statement):
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_server():
    server = PostgresServer()
    yield server
    server.drop_all()


@pytest.fixture(scope="session")
def postgres_template(postgres_server, tmp_path_factory):
    name = postgres_server.create()
    migrate(postgres_server.url(name), tmp_path_factory.mktemp("template"))
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def make_site(request, tmp_path):
    sites = []

    def make(delay, **environment):
        folder = tmp_path / str(len(sites))
        folder.mkdir()
        if request.param == "postgres":
            server = request.getfixturevalue("postgres_server")
            url = server.url(server.create(template=request.getfixturevalue("postgres_template")))
        else:
            shutil.copy(request.getfixturevalue("sqlite_template"), folder / "site.sqlite3")
            url = f"sqlite:///{folder / 'site.sqlite3'}"
        sites.append(Site(folder, url, delay, **environment))
        return sites[-1]

    yield make
    for site in sites:
        site.close()

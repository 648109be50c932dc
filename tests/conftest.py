"""Fixtures of the whole suite, and the rule for services that are missing."""

import copy
import os
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import transaction
from django.db.models import Model

from tests.migrated import copy_migrated, forget_migrated, shared

REQUIRE_SERVICES = os.environ.get("REQUIRE_SERVICES") == "1"


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _missing_service(marker: str) -> str | None:
    if marker == "postgres" and urlsplit(os.environ.get("DATABASE_URL", "")).scheme not in {"postgres", "postgresql"}:
        return "DATABASE_URL names no PostgreSQL"
    if marker == "redis" and not _listens(6379):
        return "no Redis on 6379"
    if marker == "rabbitmq" and not _listens(5672):
        return "no RabbitMQ on 5672"
    if marker == "browser" and not (shutil.which("chromium") or Path("/usr/bin/chromium").exists()):
        return "no chromium"
    return None


def _asks_database(item: pytest.Item) -> bool:
    names = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(names) or any(item.get_closest_marker(name) for name in ("django_db", "postgres", "fault", "browser"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what needs a missing service, by name; with REQUIRE_SERVICES=1 let it fail instead.

    Tests of PostgreSQL alone do not count as missing in the SQLite run: the suite runs on both. With DATABASE_TESTS=1
    the tests that ask no database are left out: another run of the same suite has them.
    """
    if os.environ.get("DATABASE_TESTS") == "1":
        left_out = [item for item in items if not _asks_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _asks_database(item)]
    for item in items:
        if item.get_closest_marker("long") and os.environ.get("TEST_LONG") != "1":
            item.add_marker(pytest.mark.skip(reason="long form: make test-long"))
        for marker in ("postgres", "redis", "rabbitmq", "browser"):
            if not item.get_closest_marker(marker):
                continue
            reason = _missing_service(marker)
            if reason and not (REQUIRE_SERVICES and marker != "postgres"):
                item.add_marker(pytest.mark.skip(reason=f"{marker}: {reason}"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> None:
    """Name the databases as pytest-django does; workers, and all runs that share a migrated one, begin as its copy."""
    worker = getattr(request.config, "workerinput", None)
    if worker is not None or shared() is not None:
        copy_migrated(tmp_path_factory.getbasetemp().parent, worker["testrunuid"] if worker else "")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Drop what the workers copied, once they have ended."""
    session = config.pluginmanager.get_plugin("dsession")
    if session is not None:
        forget_migrated(str(session.nodemanager.testrunuid))


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="module")
def _planted_site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The tree of courses and articles, made once for the tests of a file: each runs in a savepoint within this."""
    from tests.factories.courses import CourseSite

    with django_db_blocker.unblock(), transaction.atomic():
        yield CourseSite()
        transaction.set_rollback(True)


@pytest.fixture
def course_site(_planted_site: Any, db: None) -> Any:
    """The tree of courses and articles with an author and a reviewer, as nobody has changed it."""
    site = copy.copy(_planted_site)
    for name, value in vars(_planted_site).items():
        if isinstance(value, Model):
            setattr(site, name, type(value)._base_manager.get(pk=value.pk))
    return site


@pytest.fixture
def now() -> datetime:
    """A Monday morning in Shanghai: 2026-11-23 10:00."""
    return datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

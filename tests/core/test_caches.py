"""A cache that is broken costs time, not pages."""

from unittest import mock

import pytest
from django.core.cache.backends.filebased import FileBasedCache
from environ import Env

from core.caches import ForgivingFileCache, ForgivingRedisCache
from edu_site.settings.services import cache_settings
from tests.factories.edu_site import make_home

DEAD_REDIS = "redis://127.0.0.1:1/0"


@pytest.fixture
def broken_folder(tmp_path):
    place = tmp_path / "cache"
    place.write_text("a file where the folder should be")
    return str(place)


def test_plain_cache_fails_there(broken_folder):
    with pytest.raises(FileExistsError):
        FileBasedCache(broken_folder, {})


@pytest.mark.parametrize("kind", ["folder", "redis"])
def test_every_operation_has_an_answer(broken_folder, kind):
    broken = ForgivingFileCache(broken_folder, {}) if kind == "folder" else ForgivingRedisCache(DEAD_REDIS, {})

    answers = [broken.get("a", "else"), broken.set("a", "1"), broken.get("a"), broken.delete("a")]

    assert answers == ["else", None, None, False]


def test_rubbish_in_a_file_counts_as_nothing(tmp_path):
    working = ForgivingFileCache(str(tmp_path), {})
    working.set("a", "1")
    next(tmp_path.iterdir()).write_bytes(b"junk")

    assert working.get("a") is None
    assert working.add("a", "2")
    assert working.get("a") == "2"


@pytest.mark.django_db
def test_pages_come_without_a_cache(client, settings, broken_folder):
    make_home()
    settings.CACHES = {"default": {"BACKEND": "core.caches.ForgivingFileCache", "LOCATION": broken_folder}}

    first, second = client.get("/"), client.get("/")

    assert [first.status_code, second.status_code] == [200, 200]
    assert "X-Page-Cache" not in second.headers


def test_production_and_default_caches_forgive(settings):
    with mock.patch.dict("os.environ", {"CACHE_URL": DEAD_REDIS}):
        redis = cache_settings(Env(), settings.VAR_DIR)["default"]["BACKEND"]
    with mock.patch.dict("os.environ", {"CACHE_URL": ""}):
        files = cache_settings(Env(), settings.VAR_DIR)["default"]["BACKEND"]

    assert (redis, files) == ("core.caches.ForgivingRedisCache", "core.caches.ForgivingFileCache")

"""The page cache on a real Redis."""

import pytest
from django.core.cache import cache

from core import pagecache

pytestmark = [pytest.mark.redis, pytest.mark.django_db]


@pytest.fixture
def redis_cache(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:6379/13",
                    "KEY_PREFIX": "edu-test"}
    }  # fmt: skip
    cache.clear()
    yield
    cache.clear()


def test_a_page_is_stored_served_and_forgotten(redis_cache, client):
    assert client.get("/newsletters/").headers["X-Page-Cache"] == "miss"
    assert client.get("/newsletters/").headers["X-Page-Cache"] == "hit"
    pagecache.purge()
    assert client.get("/newsletters/").headers["X-Page-Cache"] == "miss"


def test_a_cache_that_is_away_costs_no_page(settings, client):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    response = client.get("/newsletters/")
    assert response.status_code == 200
    assert "X-Page-Cache" not in response.headers

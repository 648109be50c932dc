"""Turns the service URLs of the environment into Django's settings."""

from pathlib import Path
from typing import Any

import environ


def database_settings(env: environ.Env, var_dir: Path) -> dict[str, Any]:
    """Return ``DATABASES["default"]`` from ``DATABASE_URL``; SQLite below ``var_dir`` when it is not set."""
    url = env("DATABASE_URL", default="") or f"sqlite:///{var_dir / 'site.sqlite3'}"
    config: dict[str, Any] = env.db_url_config(url)
    config["CONN_MAX_AGE"] = 60
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        config["CONN_HEALTH_CHECKS"] = True
    return config


def cache_settings(env: environ.Env, var_dir: Path) -> dict[str, Any]:
    """Return ``CACHES``: the page cache shared by all web processes (files by default, Redis by ``CACHE_URL``).

    ``fragments`` are personal: each process keeps its own in memory, 10 MB at the most.
    """
    fragments = {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "fragments",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    }
    if env("CACHE_URL", default=""):
        config: dict[str, Any] = env.cache_url("CACHE_URL")
        if "redis" in config["BACKEND"]:
            config["BACKEND"] = "core.caches.ForgivingRedisCache"
            config["OPTIONS"] = {"socket_connect_timeout": 1, "socket_timeout": 1}
        return {"default": config, "fragments": fragments}
    return {
        "default": {
            "BACKEND": "core.caches.ForgivingFileCache",
            "LOCATION": str(var_dir / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 5000},
        },
        "fragments": fragments,
    }


def storage_settings(env: environ.Env, media_root: Path, media_url: str, private_root: Path) -> dict[str, Any]:
    """Return ``STORAGES``; ``STORAGE_URL=s3://bucket?endpoint=https://…`` moves uploads to object storage."""
    static = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    url = env.url("STORAGE_URL", default="")
    if url.scheme != "s3":
        return {
            "default": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": str(media_root), "base_url": media_url},
            },
            "private": {"BACKEND": "core.storage.PrivateFileStorage", "OPTIONS": {"location": str(private_root)}},
            "staticfiles": static,
        }
    query = dict(pair.split("=", 1) for pair in url.query.split("&") if "=" in pair)
    options = {"bucket_name": url.hostname, "endpoint_url": query.get("endpoint") or None, "file_overwrite": False}
    backend = "storages.backends.s3.S3Storage"
    return {
        "default": {"BACKEND": backend, "OPTIONS": {**options, "location": "public", "querystring_auth": False}},
        "private": {"BACKEND": backend, "OPTIONS": {**options, "location": "private", "default_acl": "private"}},
        "staticfiles": static,
    }

"""Settings of the test suite: in-memory message backends, fast hashing, fixed secrets."""

import base64
import os
import tempfile
from pathlib import Path

os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="edu-test-"))
os.environ.setdefault("MEDIA_ROOT", str(Path(os.environ["VAR_DIR"]) / "media"))
_static = Path(os.environ["VAR_DIR"]) / "static"
_static.mkdir(parents=True, exist_ok=True)
os.environ.setdefault("STATIC_ROOT", str(_static))

from edu_site.settings.base import *  # noqa: F403
from edu_site.settings.base import CACHES, STORAGES, env

SECRET_KEY = "test-only-" + "s" * 40
FIELD_ENCRYPTION_KEYS = [base64.urlsafe_b64encode(b"k" * 32).decode()]
BLIND_INDEX_KEY = base64.urlsafe_b64encode(b"b" * 32).decode()
TICKET_SIGNING_KEY = base64.urlsafe_b64encode(b"t" * 32).decode()
DEMO_PASSWORD = "touzizhe-2026"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_URL = "memory:"
SMS_URL = "memory:"
CELERY_BROKER_URL = env("TEST_BROKER_URL", default="memory://")
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if not env("CACHE_URL", default=""):
    CACHES = {**CACHES, "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

"""Production refuses to start without its secrets, and Django's deployment check finds nothing."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
COMPLETE = {
    "SECRET_KEY": "long-" * 12 + "random-enough-1234567890",
    "FIELD_ENCRYPTION_KEYS": KEY,
    "BLIND_INDEX_KEY": KEY,
    "TICKET_SIGNING_KEY": KEY,
    "DATABASE_URL": "sqlite:////tmp/never-opened.sqlite3",
    "CELERY_BROKER_URL": "amqp://guest@127.0.0.1//",
    "CACHE_URL": "rediscache://127.0.0.1:6379/1",
    "EMAIL_URL": "smtps://user:password@127.0.0.1:465",
    "SMS_URL": "memory:",
    "BASE_URL": "https://edu.example.com",
    "ALLOWED_HOSTS": "edu.example.com",
}


def _check(tmp_path, environment):
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path),
             "DJANGO_SETTINGS_MODULE": "edu_site.settings.production", **environment},
    )  # fmt: skip


def test_the_deployment_check_is_clean(tmp_path):
    result = _check(tmp_path, COMPLETE)
    assert result.returncode == 0, result.stderr
    assert "System check identified no issues (0 silenced)." in result.stdout


def test_every_missing_secret_is_named(tmp_path):
    given = {name: value for name, value in COMPLETE.items() if name not in {"SECRET_KEY", "BLIND_INDEX_KEY"}}
    result = _check(tmp_path, given)
    assert result.returncode == 1
    assert "Production needs these environment variables: SECRET_KEY, BLIND_INDEX_KEY" in result.stderr


def test_demo_is_refused(tmp_path):
    result = _check(tmp_path, {**COMPLETE, "DEMO": "1"})
    assert result.returncode == 1
    assert "DEMO must not be set in production." in result.stderr

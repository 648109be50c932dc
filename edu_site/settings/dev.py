"""The embedded default of ``make run``: production's behaviour, demo content, secrets made on first start."""

import os

from edu_site.settings.secrets import load_or_create_secrets

os.environ.setdefault("DEMO", "1")
os.environ.setdefault("BASE_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")

from edu_site.settings.base import *  # noqa: F403
from edu_site.settings.base import VAR_DIR, env

_secrets = load_or_create_secrets(VAR_DIR / "secrets.json")
SECRET_KEY = env("SECRET_KEY", default=_secrets["SECRET_KEY"])
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS", default=[_secrets["FIELD_ENCRYPTION_KEY"]])
BLIND_INDEX_KEY = env("BLIND_INDEX_KEY", default=_secrets["BLIND_INDEX_KEY"])
TICKET_SIGNING_KEY = env("TICKET_SIGNING_KEY", default=_secrets["TICKET_SIGNING_KEY"])
DEMO_PASSWORD = env("DEMO_PASSWORD", default="touzizhe-2026")
DEBUG = env.bool("DEBUG", default=False)

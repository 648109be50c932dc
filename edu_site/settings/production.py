"""Production: refuses to start without its secrets, HTTPS only."""

from django.core.exceptions import ImproperlyConfigured

from edu_site.settings.base import *  # noqa: F403
from edu_site.settings.base import DEMO, env

_missing = [
    name
    for name in (
        "SECRET_KEY",
        "FIELD_ENCRYPTION_KEYS",
        "BLIND_INDEX_KEY",
        "TICKET_SIGNING_KEY",
        "DATABASE_URL",
        "CELERY_BROKER_URL",
        "CACHE_URL",
        "EMAIL_URL",
        "SMS_URL",
        "BASE_URL",
        "ALLOWED_HOSTS",
    )
    if not env(name, default="")
]
if _missing:
    raise ImproperlyConfigured("Production needs these environment variables: " + ", ".join(_missing))
if DEMO:
    raise ImproperlyConfigured("DEMO must not be set in production.")

SECRET_KEY = env("SECRET_KEY")
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS")
BLIND_INDEX_KEY = env("BLIND_INDEX_KEY")
TICKET_SIGNING_KEY = env("TICKET_SIGNING_KEY")

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True

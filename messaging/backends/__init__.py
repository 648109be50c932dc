"""The ports to the outside: one for mail, one for SMS, each chosen by a URL in the settings.

``memory:`` keeps messages in this process for tests, ``console:`` prints them, ``file:///folder`` writes one file each,
``smtp://`` and ``smtps://`` speak to a server.
"""

from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.enums import Channel
from messaging.backends.local import ConsoleBackend, FileBackend, MemoryBackend
from messaging.backends.port import Backend
from messaging.backends.smtp import SmtpBackend


def backend_for(channel: str) -> Backend:
    """Return this process's backend for ``channel``; it keeps its connection between messages."""
    return _open(channel, settings.SMS_URL if channel == Channel.SMS else settings.EMAIL_URL)


@lru_cache(maxsize=8)
def _open(channel: str, url: str) -> Backend:
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return MemoryBackend(channel)
    if parts.scheme == "console":
        return ConsoleBackend(channel)
    if parts.scheme == "file":
        return FileBackend(channel, parts.path)
    if parts.scheme in {"smtp", "smtps"} and channel == Channel.EMAIL:
        return SmtpBackend(url)
    name = "SMS_URL" if channel == Channel.SMS else "EMAIL_URL"
    raise ImproperlyConfigured(f"{name}: no backend for {parts.scheme}:")


def close_backends() -> None:
    """Close every kept connection of this process."""
    for channel in (Channel.EMAIL, Channel.SMS):
        backend_for(channel).close()
    _open.cache_clear()

"""The ports to the outside: one for mail, one for SMS, each chosen by a URL in the settings.

``memory:`` keeps messages in this process for tests, ``console:`` prints them, ``file:///folder`` writes one file each,
``smtp://`` and ``smtps://`` speak to a server, ``https+json://`` (and ``http+json://``) to an SMS gateway.
"""

from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.enums import Channel
from messaging.backends.http_json import HttpJsonBackend
from messaging.backends.local import ConsoleBackend, FileBackend, MemoryBackend
from messaging.backends.port import Backend
from messaging.backends.smtp import SmtpBackend


def backend_names(channel: str) -> list[str]:
    """Return the names of the channel's configured backends, the one to prefer first."""
    return [name for name, setting in _SETTINGS[channel] if getattr(settings, setting)]


def backend_url(name: str) -> str:
    """Return the URL that configures the backend called ``name``."""
    _channel, setting = _BY_NAME[name]
    return str(getattr(settings, setting))


def backend_for(name: str) -> Backend:
    """Return this process's backend called ``name``; it keeps its connection between messages."""
    channel, setting = _BY_NAME[name]
    return _open(name, channel, getattr(settings, setting))


# Each channel's backends by name, with the settings that hold their URLs: the usual one and the fall-back.
_SETTINGS: dict[str, tuple[tuple[str, str], ...]] = {
    Channel.EMAIL: (("email", "EMAIL_URL"), ("email-fallback", "EMAIL_FALLBACK_URL")),
    Channel.SMS: (("sms", "SMS_URL"), ("sms-fallback", "SMS_FALLBACK_URL")),
}
_BY_NAME = {name: (channel, setting) for channel, pair in _SETTINGS.items() for name, setting in pair}


@lru_cache(maxsize=8)
def _open(name: str, channel: str, url: str) -> Backend:
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return MemoryBackend(channel)
    if parts.scheme == "console":
        return ConsoleBackend(channel)
    if parts.scheme == "file":
        return FileBackend(channel, parts.path)
    if parts.scheme in {"smtp", "smtps"} and channel == Channel.EMAIL:
        return SmtpBackend(url)
    if parts.scheme in {"https+json", "http+json"} and channel == Channel.SMS:
        return HttpJsonBackend(name, url)
    raise ImproperlyConfigured(f"{_BY_NAME[name][1]}: no backend for {parts.scheme}:")


def close_backends() -> None:
    """Close every kept connection of this process."""
    for channel in Channel.values:
        for name in backend_names(channel):
            backend_for(name).close()
    _open.cache_clear()

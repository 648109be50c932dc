"""The cache may fail: a page then takes longer. Wagtail looks the site's root up in it for every address.

Each operation that cannot be done counts as nothing found or nothing kept. ``/readyz`` still tells that the cache is
down, because what it wrote does not come back.
"""

import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache

logger = logging.getLogger(__name__)

_REPORT_SECONDS = 60.0


class _Forgiving:
    """Mixed into a backend: its errors are logged once a minute and never reach a reader."""

    _reported = -_REPORT_SECONDS

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._tried(lambda: super(_Forgiving, self).get(key, default, version), default)  # type: ignore[misc]

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._tried(lambda: super(_Forgiving, self).set(key, value, *args, **kwargs), None)  # type: ignore[misc]

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._tried(lambda: super(_Forgiving, self).add(key, value, *args, **kwargs), False)  # type: ignore[misc]

    def delete(self, key: Any, version: int | None = None) -> Any:
        return self._tried(lambda: super(_Forgiving, self).delete(key, version), False)  # type: ignore[misc]

    def _tried(self, operation: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return operation()
        except Exception as error:  # noqa: BLE001 -- files, pickles and Redis each have errors of their own
            self._report(error)
            return otherwise

    def _report(self, error: Exception) -> None:
        if time.monotonic() - _Forgiving._reported >= _REPORT_SECONDS:
            _Forgiving._reported = time.monotonic()
            logger.warning("cache failed", extra={"error": type(error).__name__})


class ForgivingFileCache(_Forgiving, FileBasedCache):
    """A folder of files."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept. A file that cannot be read is removed: nothing could ever be added in its place."""
        try:
            return FileBasedCache.get(self, key, default, version)
        except OSError as error:
            self._report(error)
        except Exception as error:  # noqa: BLE001 -- what unpickling rubbish raises is not bounded
            self._report(error)
            self.delete(key, version)
        return default

    def _createdir(self) -> None:
        """Make the folder; where it cannot be made, each operation fails by itself instead of the first look."""
        with contextlib.suppress(OSError):
            super()._createdir()  # type: ignore[misc]


class ForgivingRedisCache(_Forgiving, RedisCache):
    """Redis."""

"""Structured logs: one JSON object a line, without personal data, query strings or tokens."""

import json
import logging
import re
from datetime import UTC, datetime

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
# What a person could be known by, or what opens a door: addresses, phone numbers, query strings, long tokens.
_SECRETS = [
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[mail]"),
    (re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)"), "[phone]"),
    (re.compile(r"\?[^\s\"']*"), "?[query]"),
    (re.compile(r"(?<![\w-])[\w-]{16,}:[\w:-]{6,}"), "[token]"),
    (re.compile(r"(?<!\d)\d{6}(?!\d)"), "[digits]"),
]


def scrub(text: str) -> str:
    """Return ``text`` with addresses, phone numbers, query strings, signed tokens and six-digit codes masked."""
    for pattern, mask in _SECRETS:
        text = pattern.sub(mask, text)
    return text


def _bare(value: object) -> object:
    """Return numbers as they are, and anything else as scrubbed text: Django passes the request with its address."""
    return value if isinstance(value, bool | int | float | None) else scrub(str(value))


class ScrubFilter(logging.Filter):
    """Masks secrets in the rendered message before any handler writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = scrub(record.getMessage())
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = scrub(logging.Formatter().formatException(record.exc_info))
        return True


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message, and whatever was passed in ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry.update(
            {
                key: value if key == "route" else _bare(value)
                for key, value in vars(record).items()
                if key not in _STANDARD
            }
        )
        if record.exc_info and not record.exc_text:
            record.exc_text = scrub(self.formatException(record.exc_info))
        if record.exc_text:
            entry["traceback"] = record.exc_text
        return json.dumps(entry, ensure_ascii=False, default=str)

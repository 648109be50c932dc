"""Where a gateway keeps what in its JSON, and what its codes mean: defaults, a TOML or JSON file, and the URL's query.

The defaults are what ``sms_simulator`` speaks. docs/sms-gateway.md has the table.
"""

import json
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

from messaging.enums import ReceiptKind

# Names of fields; dots lead into objects, and an empty name leaves a field out of what we post.
_FIELDS: dict[str, dict[str, str]] = {
    "request": {
        "phone": "phone",
        "text": "text",
        "signature": "",
        "template": "",
        "params": "",
        "id": "id",
        "phone_format": "national",
        "params_format": "object",
    },
    "headers": {"key": "X-Api-Key", "timestamp": "X-Timestamp", "signature": "X-Signature"},
    "reply": {"code": "code", "provider_id": "message_id"},
    "receipts": {
        "list": "receipts",
        "id": "id",
        "provider_id": "message_id",
        "client_id": "reference",
        "status": "status",
    },
    "replies": {"list": "replies", "id": "id", "phone": "phone", "text": "text"},
}
_CHOICES = {
    "phone_format": ("e164", "international", "national"),
    "params_format": ("object", "json", "list"),
}
# Constant fields that a gateway wants in every request.
_EXTRA = "extra"
# What a code means. In a reply a code that is not named is a refusal and is not tried again; in a receipt it is held.
_CODES: dict[str, dict[str, list[str]]] = {
    "codes": {
        "ok": ["0", "OK"],
        "throttled": ["THROTTLED"],
        "busy": ["BUSY"],
        "number_limit": ["NUMBER_LIMIT"],
        "account": ["NO_BALANCE", "ACCOUNT_DISABLED", "SIGN_ERROR", "IP_DENIED"],
        "number": ["BAD_NUMBER", "BLACKLISTED"],
        "content": ["CONTENT_REFUSED"],
        "unfiled": ["TEMPLATE_UNFILED", "SIGNATURE_UNFILED"],
    },
    "statuses": {
        "account": ["401", "403", "407"],
        "throttled": ["429"],
        "unavailable": ["301", "302", "307", "308", "404", "408", "425", "503"],
        "busy": [],
    },
    "receipt_codes": {
        ReceiptKind.DELIVERED.value: ["DELIVRD", "DELIVERED"],
        ReceiptKind.DELAYED.value: ["ACCEPTD", "ENROUTE"],
        ReceiptKind.SOFT_BOUNCE.value: ["EXPIRED", "UNDELIV", "REJECTD", "MI:0013", "MI:0024"],
        ReceiptKind.HARD_BOUNCE.value: ["MK:0000", "MK:0001", "MN:0001", "SGIP:1"],
        ReceiptKind.COMPLAINT.value: ["COMPLAINT"],
        ReceiptKind.UNSUBSCRIBE.value: ["UNSUBSCRIBED"],
    },
}
_CONNECTION = ("mapping", "timeout", "connect_timeout", "keep")


class GatewayMapping:
    """One gateway's names and codes; raises ``ImproperlyConfigured`` for a table, name or choice that is not known."""

    def __init__(self, changes: Mapping[str, Any]) -> None:
        unknown = sorted(set(changes) - {*_FIELDS, *_CODES})
        if unknown:
            raise ImproperlyConfigured(f"SMS gateway mapping: no table {unknown[0]}")
        self.extra: dict[str, Any] = dict(changes.get("request", {}).get(_EXTRA, {}))
        tables = {name: _fields(name, changes.get(name, {})) for name in _FIELDS}
        self.request, self.headers, self.reply = tables["request"], tables["headers"], tables["reply"]
        self.receipts, self.replies = tables["receipts"], tables["replies"]
        meanings = {name: _meanings(name, changes.get(name, {})) for name in _CODES}
        self._codes, self._statuses = meanings["codes"], meanings["statuses"]
        self._receipt_codes = meanings["receipt_codes"]

    def meaning_of(self, code: str) -> str:
        """Return ok, throttled, busy, number_limit, account, number, content, unfiled, or nothing for another code."""
        return self._codes.get(code, "")

    def status_meaning(self, status: int) -> str:
        """Return what an HTTP status alone says for certain, or nothing when a message may have been accepted."""
        return self._statuses.get(str(status), "")

    def receipt_kind(self, code: str) -> str:
        """Return the ``ReceiptKind`` of a receipt's code, or nothing for another code."""
        return self._receipt_codes.get(code, "")


@lru_cache(maxsize=8)
def mapping_of(url: str) -> GatewayMapping:
    """Return the mapping that a gateway's URL names: the file of ``?mapping=``, then ``?request.phone=mobile`` etc."""
    query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    changes: dict[str, dict[str, Any]] = _from_file(query["mapping"]) if query.get("mapping") else {}
    for name, value in query.items():
        table, _dot, key = name.partition(".")
        if key:
            changes.setdefault(table, {})[key] = value.split(",") if table in _CODES else value
        elif name not in _CONNECTION:
            raise ImproperlyConfigured(f"SMS gateway URL: no option {name}")
    return GatewayMapping(changes)


def dig(data: Any, path: str) -> Any:
    """Return what stands at ``path`` (``data.0.code``) in parsed JSON, or None."""
    for part in path.split(".") if path else ():
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and part.isdecimal() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def word(value: Any) -> str | None:
    """Return a JSON scalar as codes and ids are compared, or None for anything else."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int) else None


def put(data: dict[str, Any], path: str, value: Any) -> None:
    """Set ``path`` in ``data``, making the objects that lead there; an empty path sets nothing."""
    if not path:
        return
    *parents, last = path.split(".")
    for part in parents:
        data = data.setdefault(part, {})
    data[last] = value


def _from_file(name: str) -> dict[str, dict[str, Any]]:
    path = Path(name)
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"SMS gateway mapping {path}: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(table, dict) for table in found.values()):
        raise ImproperlyConfigured(f"SMS gateway mapping {path}: tables are expected")
    return found


def _fields(name: str, changes: Mapping[str, Any]) -> dict[str, str]:
    fields = {**_FIELDS[name], **{key: value for key, value in changes.items() if key != _EXTRA}}
    for key, value in fields.items():
        if key not in _FIELDS[name] or not isinstance(value, str) or value not in _CHOICES.get(key, (value,)):
            raise ImproperlyConfigured(f"SMS gateway mapping: {name}.{key} cannot be {value!r}")
    return fields


def _meanings(name: str, changes: Mapping[str, Any]) -> dict[str, str]:
    """Turn lists of codes by meaning to meanings by code; a list that is given replaces the default one."""
    unknown = sorted(set(changes) - set(_CODES[name]))
    if unknown:
        raise ImproperlyConfigured(f"SMS gateway mapping: {name} has no meaning {unknown[0]}")
    default = {code: key for key, codes in _CODES[name].items() if key not in changes for code in codes}
    given = [(str(code), key) for key, codes in changes.items() for code in codes]
    if len({code for code, _key in given}) < len(given):
        raise ImproperlyConfigured(f"SMS gateway mapping: a code stands twice in {name}")
    return {**default, **dict(given)}

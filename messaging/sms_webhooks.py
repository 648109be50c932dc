"""Where SMS gateways post receipts and replies; the gateway's mapping says what is called how."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import Http404, JsonResponse

from accounts.enums import Channel
from messaging.actions.sms_receipts import SmsReport, receive_sms_receipt
from messaging.actions.upstream import receive_reply
from messaging.backends import backend_names, backend_url
from messaging.backends.gateway_mapping import GatewayMapping, dig, mapping_of, word
from messaging.enums import ReceiptState
from messaging.signed_posts import MOST_ENTRIES, MalformedError, signed_post

_LONGEST_ID = 80
_LONGEST_CODE = 20
# Ours, with the domain of the sender in it.
_LONGEST_CLIENT_ID = 200


def _receipts(backend: str, data: Any, now: datetime) -> JsonResponse:
    mapping = _mapping(backend)
    reports = [_report(backend, mapping, entry) for entry in _entries(data, mapping.receipts["list"])]
    states = [receive_sms_receipt(report=report, now=now).state for report in reports]
    return JsonResponse({"received": len(states), "held": states.count(ReceiptState.HELD)})


def _replies(backend: str, data: Any, now: datetime) -> JsonResponse:
    names = _mapping(backend).replies
    replies = [
        (
            _required(entry, names["id"], _LONGEST_ID),
            _required(entry, names["phone"], _LONGEST_ID),
            _text(entry, names["text"]),
        )
        for entry in _entries(data, names["list"])
    ]
    for external_id, phone, text in replies:
        receive_reply(backend=backend, external_id=external_id, phone=phone, text=text, now=now)
    return JsonResponse({"received": len(replies)})


receipts = signed_post(_receipts)
replies = signed_post(_replies)


def _mapping(backend: str) -> GatewayMapping:
    if backend not in backend_names(Channel.SMS):
        raise Http404
    return mapping_of(backend_url(backend))


def _entries(data: Any, path: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a batch, or the one object that was posted alone; all are checked before any is used."""
    found = dig(data, path) if isinstance(data, dict) else data
    if found is None and isinstance(data, dict):
        found = [data]
    entries = found if isinstance(found, list) else [found]
    if len(entries) > MOST_ENTRIES:
        raise MalformedError("too many entries")
    for entry in entries:
        if not isinstance(entry, dict):
            raise MalformedError("an entry is no object")
        yield entry


def _report(backend: str, mapping: GatewayMapping, entry: dict[str, Any]) -> SmsReport:
    names = mapping.receipts
    code = _required(entry, names["status"], _LONGEST_CODE)
    provider_id = _optional(entry, names["provider_id"], _LONGEST_ID)
    client_id = _optional(entry, names["client_id"], _LONGEST_CLIENT_ID)
    if not provider_id and not client_id:
        raise MalformedError("a receipt names no message")
    # A gateway that numbers no receipts says each thing of a message once.
    receipt_id = _optional(entry, names["id"], _LONGEST_ID) or f"{(provider_id or client_id)[:_LONGEST_ID]} {code}"
    return SmsReport(backend, receipt_id, provider_id, client_id, mapping.receipt_kind(code), code)


def _required(entry: dict[str, Any], path: str, longest: int) -> str:
    value = word(dig(entry, path))
    if value is None or not value or len(value) > longest or not value.isprintable():
        raise MalformedError(f"{path} is missing or malformed")
    return value


def _optional(entry: dict[str, Any], path: str, longest: int) -> str:
    value = word(dig(entry, path)) if path else None
    if not value:
        return ""
    if len(value) > longest or not value.isascii() or not value.isprintable() or " " in value:
        raise MalformedError(f"{path} is malformed")
    return value


def _text(entry: dict[str, Any], path: str) -> str:
    value = dig(entry, path)
    if not isinstance(value, str):
        raise MalformedError(f"{path} is missing or malformed")
    # No database takes a NUL, and half a surrogate pair is no text.
    return value.replace("\x00", "").encode("utf-8", "ignore").decode()

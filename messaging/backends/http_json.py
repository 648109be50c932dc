"""SMS through a gateway that takes one JSON object over HTTP for each message, on one kept connection.

Until the whole request was written nothing can have been accepted, so the message may be tried again. Once it was
written, only an answer that is understood says what became of it; anything else means that nobody knows.
"""

import http.client
import json
import re
import select
import ssl
import time
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from messaging.actions.filing import filing_for
from messaging.backends.gateway_mapping import dig, mapping_of, put, word
from messaging.backends.port import Backend, Outcome, Parcel, Verdict
from messaging.enums import ErrorClass
from messaging.signing import signature_of
from messaging.templates import PLACEHOLDER

_CONNECT_SECONDS, _REPLY_SECONDS = 5.0, 15.0
# Gateways drop idle clients; a connection unused for this long is opened afresh rather than trusted.
_KEEP_SECONDS = 10.0
_LONGEST_REPLY = 64 * 1024
_LONGEST_ID = 100
_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,20}")
_MANY_DIGITS = re.compile(r"\d{7}")
_PROVIDER_ID = re.compile(rf"[\x21-\x7e]{{1,{_LONGEST_ID}}}")
_REFUSED_FROM, _REFUSED_BELOW = 400, 500

# What the gateway's own words (or a status without any) mean; only these are tried again.
_OUTCOMES: dict[str, tuple[Verdict, ErrorClass]] = {
    "throttled": (Verdict.WAIT, ErrorClass.THROTTLED),
    "account": (Verdict.WAIT, ErrorClass.ACCOUNT),
    "unavailable": (Verdict.WAIT, ErrorClass.UNAVAILABLE),
    "busy": (Verdict.RETRY, ErrorClass.TEMPORARY),
    "number_limit": (Verdict.RETRY, ErrorClass.THROTTLED),
    "number": (Verdict.FAILED, ErrorClass.RECIPIENT),
    "content": (Verdict.FAILED, ErrorClass.REFUSED),
    "unfiled": (Verdict.FAILED, ErrorClass.UNFILED),
}


class HttpJsonBackend(Backend):
    """``https+json://key:secret@host/path`` (``http+json://`` without TLS, for tests and trusted networks).

    ``?mapping=FILE`` and dotted options (``?request.phone=mobile&codes.throttled=42,43``) say what the gateway calls
    things; ``timeout``, ``connect_timeout`` and ``keep`` are in seconds. Each request is signed with the secret.
    """

    def __init__(self, name: str, url: str) -> None:
        parts = urlsplit(url)
        options = parse_qs(parts.query)
        self._name = name
        self._tls = parts.scheme == "https+json"
        self._path = parts.path or "/"
        self._key, self._secret = unquote(parts.username or ""), unquote(parts.password or "")
        self._mapping = mapping_of(url)
        try:
            self._host, self._port = parts.hostname or "127.0.0.1", parts.port
            self._reply_seconds = float(options.get("timeout", [_REPLY_SECONDS])[0])
            self._connect_seconds = float(options.get("connect_timeout", [_CONNECT_SECONDS])[0])
            self._keep_seconds = float(options.get("keep", [_KEEP_SECONDS])[0])
        except ValueError:
            # Its words would hold a part of the secret.
            raise ImproperlyConfigured("SMS gateway URL: percent-encode key and secret; times are numbers") from None
        if not (self._key.isascii() and self._key.isprintable() and self._host):
            raise ImproperlyConfigured("SMS gateway URL: the key goes into a header, so it is plain ASCII")
        self._connection: http.client.HTTPConnection | None = None
        self._used_at = 0.0

    def send(self, parcel: Parcel) -> Outcome:
        request = self._request(parcel)
        if isinstance(request, Outcome):
            return request
        kept = self._is_alive()
        sent = self._post(request)
        if kept and isinstance(sent, Outcome) and sent.verdict is Verdict.WAIT:
            # The kept connection died before the request was whole: that says nothing about the gateway.
            sent = self._post(request)
        return sent if isinstance(sent, Outcome) else self._read(*sent)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _request(self, parcel: Parcel) -> bytes | Outcome:
        """Return the body, or why there is none."""
        names = self._mapping.request
        data: dict[str, Any] = json.loads(json.dumps(self._mapping.extra))
        text = parcel.data.decode()
        if names["signature"]:
            put(data, names["signature"], settings.SMS_SIGNATURE)
            text = text.removeprefix(f"【{settings.SMS_SIGNATURE}】")
        put(data, names["phone"], _phone(parcel.recipient, names["phone_format"]))
        put(data, names["text"], text)
        put(data, names["id"], parcel.message_id.strip("<>"))
        put(data, names["params"], _params(parcel, names["params_format"]))
        if names["template"]:
            filing = filing_for(backend=self._name, template=parcel.template, text=parcel.filed_text)
            if filing is None or not filing.provider_code:
                return Outcome(Verdict.FAILED, ErrorClass.UNFILED)
            put(data, names["template"], filing.provider_code)
        return json.dumps(data, ensure_ascii=False).encode()

    def _post(self, body: bytes) -> tuple[int, bytes] | Outcome:
        """Return status and body of the answer, or what it means that there is none."""
        try:
            connection = self._open()
            connection.request("POST", self._path, body, self._headers(body))
        except (http.client.HTTPException, OSError) as error:
            self.close()
            return Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, type(error).__name__[:20])
        try:
            answer = connection.getresponse()
            raw = answer.read(_LONGEST_REPLY + 1)
        except (http.client.HTTPException, OSError, ValueError) as error:
            self.close()
            return Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, type(error).__name__[:20])
        if not answer.isclosed():
            # Longer than any answer of a gateway: what is left of it would be read as the next one.
            self.close()
        self._used_at = time.monotonic()
        return answer.status, raw

    def _headers(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(time.time()))
        names = self._mapping.headers
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Accept": "application/json",
            names["key"]: self._key,
            names["timestamp"]: timestamp,
            names["signature"]: signature_of(secret=self._secret, timestamp=timestamp, body=body),
        }

    def _read(self, status: int, raw: bytes) -> Outcome:
        try:
            answer = json.loads(raw) if len(raw) <= _LONGEST_REPLY else None
        except (ValueError, RecursionError):
            answer = None
        code = word(dig(answer, self._mapping.reply["code"])) if isinstance(answer, dict | list) else None
        if code is None:
            return self._by_status(status)
        meaning = self._mapping.meaning_of(code)
        if meaning in _OUTCOMES:
            return Outcome(*_OUTCOMES[meaning], _kept_code(code))
        if meaning and status < _REFUSED_FROM:
            return Outcome(Verdict.SENT, provider_id=_provider_id(dig(answer, self._mapping.reply["provider_id"])))
        if meaning or status >= _REFUSED_BELOW or self._mapping.status_meaning(status):
            return self._by_status(status)
        return Outcome(Verdict.FAILED, ErrorClass.REFUSED, _kept_code(code))

    def _by_status(self, status: int) -> Outcome:
        """Judge an answer that is not the gateway's: a page of a proxy, of a login, of an error.

        A proxy says 500, 502 and 504 also when the gateway took the message and then died or was slow.
        """
        code = f"HTTP{status}"
        meaning = self._mapping.status_meaning(status)
        if meaning:
            return Outcome(*_OUTCOMES[meaning], code)
        if _REFUSED_FROM <= status < _REFUSED_BELOW:
            return Outcome(Verdict.RETRY, ErrorClass.UNAVAILABLE, code)
        return Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, code)

    def _is_alive(self) -> bool:
        """Tell whether there is a kept connection that the other side has not closed."""
        connection = self._connection
        if connection is None or connection.sock is None or time.monotonic() - self._used_at > self._keep_seconds:
            return False
        # Nothing is owed to us: whatever can be read is the end of the connection, or belongs to nobody.
        return not select.select([connection.sock], [], [], 0)[0]

    def _open(self) -> http.client.HTTPConnection:
        if not self._is_alive():
            self.close()
        if self._connection is None:
            if self._tls:
                connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                    self._host, self._port, timeout=self._connect_seconds, context=ssl.create_default_context()
                )
            else:
                connection = http.client.HTTPConnection(self._host, self._port, timeout=self._connect_seconds)
            connection.connect()
            connection.sock.settimeout(self._reply_seconds)
            self._connection = connection
            self._used_at = time.monotonic()
        return self._connection


def _phone(number: str, form: str) -> str:
    if form == "e164":
        return number
    return number.removeprefix("+86") if form == "national" else number.removeprefix("+")


def _params(parcel: Parcel, form: str) -> Any:
    if form == "list":
        return [parcel.values.get(name, "") for name in PLACEHOLDER.findall(parcel.filed_text)]
    return json.dumps(dict(parcel.values), ensure_ascii=False) if form == "json" else dict(parcel.values)


def _kept_code(code: str) -> str:
    """Return a code as it may be kept: a gateway's words may hold a number."""
    return code if _CODE.fullmatch(code) and not _MANY_DIGITS.search(code) else "?"


def _provider_id(value: Any) -> str:
    identity = word(value) or ""
    return identity if _PROVIDER_ID.fullmatch(identity) else ""

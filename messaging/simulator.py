"""An SMS gateway for people and fault tests: it takes, delays, refuses, loses and reports like a real one.

It keeps nothing but counts and the identities of what it accepted, and speaks the default mapping of
``messaging.backends.gateway_mapping``.
"""

import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from messaging.signing import is_genuine, signature_of
from messaging.sms import count_segments

_LARGEST_BODY = 64 * 1024
_PATIENCE = 5.0
_TRIES = 5
_PAGE = b"<html><head><title>503</title></head><body><h1>503 Service Temporarily Unavailable</h1></body></html>"
_PROXY_PAGE = b"<html><head><title>OK</title></head><body><h1>It works!</h1></body></html>"


@dataclass(frozen=True)
class Behaviour:
    """How the gateway treats what it gets; rates are between 0 and 1, times in seconds.

    ``errors`` gives a rate to each code that is answered instead of accepting. ``accept_then_timeout`` accepts and
    never says so, ``html`` answers a page without accepting, ``receipt_codes`` gives a rate to each code that is
    reported instead of DELIVRD.
    """

    secret: str = "simulator"  # noqa: S105 -- a tool for tests; real gateways have their own
    webhook_secret: str = ""
    delay: float = 0.0
    throttle_per_second: int = 0
    errors: Mapping[str, float] = field(default_factory=dict)
    accept_then_timeout: float = 0.0
    hang: float = 30.0
    html: float = 0.0
    html_status: int = 503
    receipts_url: str = ""
    replies_url: str = ""
    receipt_delay: float = 1.0
    receipt_codes: Mapping[str, float] = field(default_factory=dict)
    idempotent: bool = False
    seed: int | None = None


class Simulator(ThreadingHTTPServer):
    """The gateway; ``record`` gets one JSON line for each accepted message before the answer leaves."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], behaviour: Behaviour, record: Path | None = None) -> None:
        super().__init__(address, _Handler)
        self.behaviour = behaviour
        self.counts: Counter[str] = Counter()
        self._chance = random.Random(behaviour.seed)  # noqa: S311 -- faults that can be repeated, no secret
        self._lock = threading.Lock()
        self._record = record.open("a", buffering=1, encoding="utf-8") if record else None
        self._recent: deque[float] = deque()
        self._known: dict[str, str] = {}
        self._number = 0

    def fate(self) -> str:
        """Draw what happens to the next message: an error code, html, timeout, or nothing at all."""
        with self._lock:
            draw = self._chance.random()
        fates = {**self.behaviour.errors, "html": self.behaviour.html, "timeout": self.behaviour.accept_then_timeout}
        for name, rate in fates.items():
            if draw < rate:
                return name
            draw -= rate
        return ""

    def throttled(self) -> bool:
        """Count one message against the second; tell whether that was one too many."""
        allowed = self.behaviour.throttle_per_second
        if not allowed:
            return False
        now = time.monotonic()
        with self._lock:
            while self._recent and self._recent[0] <= now - 1:
                self._recent.popleft()
            if len(self._recent) >= allowed:
                return True
            self._recent.append(now)
        return False

    def accept(self, reference: str, text: str) -> str:
        """Take a message and return our number of it; with ``idempotent`` a known reference is taken once."""
        with self._lock:
            if self.behaviour.idempotent and reference in self._known:
                self.counts["repeated"] += 1
                return self._known[reference]
            self._number += 1
            number = f"sim{self._number:08d}"
            self._known[reference] = number
            self.counts["accepted"] += 1
            if self._record is not None:
                line = {"reference": reference, "message_id": number, "segments": count_segments(text)}
                self._record.write(json.dumps(line) + "\n")
        if self.behaviour.receipts_url:
            timer = threading.Timer(self.behaviour.receipt_delay, self._report, (number, reference))
            timer.daemon = True
            timer.start()
        return number

    def count(self, what: str) -> None:
        """Add one to a count that ``GET /counts`` shows."""
        with self._lock:
            self.counts[what] += 1

    def tell(self, url: str, data: Any) -> int:
        """Post signed JSON to ``url`` until it is taken, a few times at most; return the last status, 0 for none."""
        body, status = json.dumps(data).encode(), 0
        for attempt in range(_TRIES):
            timestamp = str(int(time.time()))
            signature = signature_of(secret=self.behaviour.webhook_secret, timestamp=timestamp, body=body)
            headers = {"Content-Type": "application/json", "X-Timestamp": timestamp, "X-Signature": signature}
            request = urllib.request.Request(url, body, headers)  # noqa: S310 -- the address is the operator's own
            try:
                with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310 -- as above
                    self.count("told")
                    return int(answer.status)
            except urllib.error.HTTPError as error:
                status = error.code
            except OSError:
                status = 0
            time.sleep(0.2 * 2**attempt)
        self.count("not told")
        return status

    def upstream(self, phone: str, text: str) -> int:
        """Bring a person's reply to ``replies_url``; return the status."""
        with self._lock:
            self._number += 1
            number = f"mo{self._number:08d}"
        return self.tell(self.behaviour.replies_url, {"replies": [{"id": number, "phone": phone, "text": text}]})

    def _report(self, number: str, reference: str) -> None:
        with self._lock:
            draw = self._chance.random()
        status = "DELIVRD"
        for code, rate in self.behaviour.receipt_codes.items():
            if draw < rate:
                status = code
                break
            draw -= rate
        entry = {"id": f"rpt-{number}", "message_id": number, "reference": reference, "status": status}
        self.tell(self.behaviour.receipts_url, {"receipts": [entry]})


class _Handler(BaseHTTPRequestHandler):
    """``POST /send``, ``POST /reply`` for people, ``GET /counts``."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Simulator

    def do_GET(self) -> None:
        if self.path == "/counts":
            self._answer(200, dict(self.server.counts))
        else:
            self._answer(404, {"code": "NOT_FOUND"})

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LARGEST_BODY:
            self.close_connection = True
            self._answer(413, {"code": "TOO_LARGE"})
            return
        body = self.rfile.read(int(length))
        try:
            data = json.loads(body)
        except ValueError:
            data = None
        if not isinstance(data, dict):
            self._answer(400, {"code": "BAD_REQUEST", "message": "JSON object expected"})
        elif self.path == "/reply":
            status = self.server.upstream(str(data.get("phone", "")), str(data.get("text", "")))
            self._answer(200 if status == 200 else 502, {"status": status})  # noqa: PLR2004 -- OK
        elif self.path == "/send":
            self._send(data, body)
        else:
            self._answer(404, {"code": "NOT_FOUND"})

    def _send(self, data: dict[str, Any], body: bytes) -> None:
        server, behaviour = self.server, self.server.behaviour
        signed = is_genuine(
            secret=behaviour.secret,
            timestamp=self.headers.get("X-Timestamp", ""),
            signature=self.headers.get("X-Signature", ""),
            body=body,
            now=datetime.now(UTC),
        )
        if not signed:
            self._refuse(401, "SIGN_ERROR")
            return
        time.sleep(behaviour.delay)
        if server.throttled():
            self._refuse(429, "THROTTLED")
            return
        fate = server.fate()
        if fate == "html":
            server.count("html")
            page = _PAGE if behaviour.html_status >= 400 else _PROXY_PAGE  # noqa: PLR2004 -- the first error status
            self._write(behaviour.html_status, "text/html", page)
        elif fate and fate != "timeout":
            self._refuse(200, fate)
        else:
            number = server.accept(str(data.get("id", "")), str(data.get("text", "")))
            if fate == "timeout":
                server.count("accepted in silence")
                time.sleep(behaviour.hang)
                self.close_connection = True
            else:
                self._answer(200, {"code": "0", "message": "ok", "message_id": number})

    def _refuse(self, status: int, code: str) -> None:
        self.server.count(code)
        self._answer(status, {"code": code, "message": code.lower()})

    def _answer(self, status: int, data: Any) -> None:
        self._write(status, "application/json", json.dumps(data).encode())

    def _write(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name is the library's
        """Say nothing: what it got is counted, and the record has the identities."""

"""messaging.backends.http_json: what a gateway's answers, and its silence, mean."""

import contextlib
import json
import logging
import socket
import threading
import time
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured

from messaging import backends
from messaging.actions.filing import approve_filing, draft_filing, submit_filing
from messaging.backends.gateway_mapping import mapping_of
from messaging.backends.http_json import HttpJsonBackend
from messaging.backends.port import Outcome, Parcel, Verdict
from messaging.enums import ErrorClass
from messaging.signing import is_genuine, signature_of

PARCEL = Parcel(
    "+8613800138000",
    "【示例投教】王阿姨您好，报名成功。".encode(),
    "<d81.abc@example.com>",
    delivery_id=81,
    template="tests.plain",
    filed_text="{name}您好，{what}成功。",
    values={"what": "报名", "name": "王阿姨"},
)


def answer(body, status="200 OK", extra=""):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{extra}\r\n".encode() + body


OK = answer({"code": "0", "message_id": "m-1"})
PAGE = b"<html><body>nginx</body></html>"


class Gateway:
    """A socket that answers each request with the next of ``answers``.

    None closes without an answer; a function is called with the connection.
    """

    def __init__(self, *answers):
        self.answers, self.requests, self.connections = list(answers), [], 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while self.answers:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.settimeout(5)
            # A reset is how a client ends a connection whose answer it did not read on.
            with connection, contextlib.suppress(ConnectionError, TimeoutError):
                while self.answers and self._one(connection):
                    pass

    def _one(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            data = connection.recv(65536)
            if not data:
                return False
            head += data
        head, _blank, body = head.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
        while len(body) < int(headers["content-length"]):
            body += connection.recv(65536)
        self.requests.append((lines[0], headers, body))
        reply = self.answers.pop(0)
        if reply is None:
            return False
        if callable(reply):
            return reply(connection)
        connection.sendall(reply)
        return b"connection: close" not in reply.lower()

    def stop(self):
        self.answers = []
        self._socket.close()
        self._thread.join(5)


@pytest.fixture
def gateway():
    """Return a function that starts a gateway with answers, and a backend that speaks to it."""
    started = []

    def start(*answers, options=""):
        running = Gateway(*answers)
        backend = HttpJsonBackend("sms", f"http+json://key:s%40cret@127.0.0.1:{running.port}/send?timeout=0.5{options}")
        started.append((running, backend))
        return running, backend

    yield start
    for running, backend in started:
        backend.close()
        running.stop()


def sent_by(gateway, *, options):
    running, backend = gateway(OK, options=options)
    assert backend.send(PARCEL).verdict is Verdict.SENT
    return json.loads(running.requests[0][2])


# --- what is posted -------------------------------------------------------------------------------------------


def test_request_is_signed_and_names_our_message(gateway):
    running, backend = gateway(OK)
    assert backend.send(PARCEL) == Outcome(Verdict.SENT, provider_id="m-1")
    line, headers, body = running.requests[0]
    assert line == "POST /send HTTP/1.1"
    assert json.loads(body) == {
        "phone": "13800138000",
        "text": "【示例投教】王阿姨您好，报名成功。",
        "id": "d81.abc@example.com",
    }
    assert headers["x-api-key"] == "key"
    genuine = {"timestamp": headers["x-timestamp"], "signature": headers["x-signature"], "body": body}
    assert is_genuine(secret="s@cret", now=datetime.now(UTC), **genuine)
    assert not is_genuine(secret="other", now=datetime.now(UTC), **genuine)


def test_fields_may_have_other_names_and_forms(gateway):
    data = sent_by(
        gateway,
        options="&request.phone=to.0mobile&request.text=content&request.id=&request.phone_format=e164"
        "&request.params=vars&request.params_format=list&request.signature=sign",
    )
    assert data == {
        "to": {"0mobile": "+8613800138000"},
        "content": "王阿姨您好，报名成功。",
        "vars": ["王阿姨", "报名"],
        "sign": "示例投教",
    }


def test_mapping_comes_from_a_file_and_the_url_has_the_last_word(gateway, tmp_path):
    path = tmp_path / "gateway.toml"
    path.write_text(
        '[request]\nphone = "mobile"\nparams = "p"\nparams_format = "json"\nphone_format = "international"\n'
        '[request.extra]\naccount = 7\n[reply]\ncode = "result.0.status"\n[codes]\nok = ["200"]\n'
    )
    running, backend = gateway(
        answer({"result": [{"status": 200}], "message_id": 99}), options=f"&mapping={path}&request.phone=tel"
    )
    assert backend.send(PARCEL) == Outcome(Verdict.SENT, provider_id="99")
    data = json.loads(running.requests[0][2])
    assert (data["tel"], data["account"], json.loads(data["p"])) == ("8613800138000", 7, dict(PARCEL.values))
    as_json = tmp_path / "gateway.json"
    as_json.write_text('{"request": {"phone": "msisdn"}}')
    assert mapping_of(f"http+json://h/?mapping={as_json}").request["phone"] == "msisdn"


@pytest.mark.parametrize(
    "query",
    [
        "request.fone=x",
        "request.phone_format=short",
        "codes.fine=1",
        "codes.ok=1&codes.busy=1",
        "tables.x=1",
        "timeot=3",
        "mapping=/nonexistent.toml",
    ],
)
def test_mapping_that_cannot_be_meant_is_refused_at_the_start(query):
    with pytest.raises(ImproperlyConfigured, match="SMS gateway"):
        HttpJsonBackend("sms", f"http+json://key:geheim@127.0.0.1:1/?{query}")


@pytest.mark.parametrize(
    "address", ["key:ge/heim@host", "k%0Aey:geheim@host", "密钥:geheim@host", "key:geheim@host/?timeout=soon"]
)
def test_url_that_cannot_be_meant_is_refused_without_its_secret(address):
    with pytest.raises(ImproperlyConfigured) as refusal:
        HttpJsonBackend("sms", f"http+json://{address}")
    assert ("ge" in str(refusal.value).replace("gateway", ""), refusal.value.__cause__) == (False, None)


@pytest.mark.django_db
def test_gateways_template_is_that_of_the_approved_filing(gateway, now):
    running, backend = gateway(OK, options="&request.template=tpl&request.text=&request.params=vars")
    assert backend.send(PARCEL) == Outcome(Verdict.FAILED, ErrorClass.UNFILED)
    filing, _made = draft_filing(backend="sms", template="tests.plain", text=PARCEL.filed_text, now=now)
    submit_filing(filing_id=filing.pk, user=None, now=now)
    approve_filing(filing_id=filing.pk, provider_code="T1001", user=None, now=now)
    assert backend.send(PARCEL).verdict is Verdict.SENT
    (request,) = running.requests
    assert json.loads(request[2]) == {
        "phone": "13800138000",
        "id": "d81.abc@example.com",
        "vars": dict(PARCEL.values),
        "tpl": "T1001",
    }


# --- what the answer means ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (answer({"code": 0, "message_id": 17}), Outcome(Verdict.SENT, provider_id="17")),
        (answer({"code": "OK"}), Outcome(Verdict.SENT)),
        (answer({"code": "OK", "message_id": "字" * 9}), Outcome(Verdict.SENT)),
        (answer({"code": "THROTTLED"}), Outcome(Verdict.WAIT, ErrorClass.THROTTLED, "THROTTLED")),
        (answer({"code": "THROTTLED"}, "429 Too Many"), Outcome(Verdict.WAIT, ErrorClass.THROTTLED, "THROTTLED")),
        (answer({"code": "NO_BALANCE"}), Outcome(Verdict.WAIT, ErrorClass.ACCOUNT, "NO_BALANCE")),
        (answer({"code": "BUSY"}, "500 Oops"), Outcome(Verdict.RETRY, ErrorClass.TEMPORARY, "BUSY")),
        (answer({"code": "NUMBER_LIMIT"}), Outcome(Verdict.RETRY, ErrorClass.THROTTLED, "NUMBER_LIMIT")),
        (answer({"code": "BAD_NUMBER"}), Outcome(Verdict.FAILED, ErrorClass.RECIPIENT, "BAD_NUMBER")),
        (answer({"code": "CONTENT_REFUSED"}), Outcome(Verdict.FAILED, ErrorClass.REFUSED, "CONTENT_REFUSED")),
        (answer({"code": "TEMPLATE_UNFILED"}), Outcome(Verdict.FAILED, ErrorClass.UNFILED, "TEMPLATE_UNFILED")),
        # Not named: refused, and not tried again.
        (answer({"code": "E1234"}), Outcome(Verdict.FAILED, ErrorClass.REFUSED, "E1234")),
        (answer({"code": "E1234"}, "400 Bad"), Outcome(Verdict.FAILED, ErrorClass.REFUSED, "E1234")),
        # A code that is no code may hold a number: it is not kept.
        (answer({"code": "to 13800138000"}), Outcome(Verdict.FAILED, ErrorClass.REFUSED, "?")),
        (answer({"code": "E13800138000"}), Outcome(Verdict.FAILED, ErrorClass.REFUSED, "?")),
        # Pages of whoever stands in front.
        (answer(PAGE, "503 Down"), Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, "HTTP503")),
        (answer(PAGE, "429 Slow"), Outcome(Verdict.WAIT, ErrorClass.THROTTLED, "HTTP429")),
        (answer(PAGE, "403 No"), Outcome(Verdict.WAIT, ErrorClass.ACCOUNT, "HTTP403")),
        (answer(PAGE, "302 Login", "Location: /in\r\n"), Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, "HTTP302")),
        (answer(PAGE, "413 Big"), Outcome(Verdict.RETRY, ErrorClass.UNAVAILABLE, "HTTP413")),
        # The message may have been taken before that was said.
        (answer(PAGE, "502 Gone"), Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "HTTP502")),
        (answer(PAGE, "504 Slow"), Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "HTTP504")),
        (answer({"code": "E9"}, "500 Oops"), Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "HTTP500")),
        (answer(PAGE), Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "HTTP200")),
        (answer(b""), Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "HTTP200")),
        (answer(b'"0"'), Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "HTTP200")),
        (answer({"message": "ok"}), Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "HTTP200")),
        (answer({"code": {"x": 1}}), Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "HTTP200")),
        (answer(b"[" * 50_000), Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "HTTP200")),
        (answer(b"\xff\xfe"), Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "HTTP200")),
        (answer({"code": "0"}, "500 Oops"), Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "HTTP500")),
        (b"SSH-2.0-OpenSSH\r\n", Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "BadStatusLine")),
        (None, Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "RemoteDisconnected")),
        (OK[:-5], Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "HTTP200")),
    ],
)
def test_answer(gateway, reply, outcome):
    running, backend = gateway(reply)
    assert backend.send(PARCEL) == outcome
    assert len(running.requests) == 1


def test_operator_may_name_what_a_proxy_says_before_acceptance(gateway):
    _running, backend = gateway(answer(PAGE, "502 Gone"), options="&statuses.unavailable=502,503")
    assert backend.send(PARCEL) == Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, "HTTP502")


def test_answer_that_never_comes_is_unknown_and_not_asked_again(gateway):
    running, backend = gateway(lambda connection: time.sleep(1))
    assert backend.send(PARCEL) == Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "TimeoutError")
    assert len(running.requests) == 1


def test_nobody_there_waits():
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    outcome = HttpJsonBackend("sms", f"http+json://k:s@127.0.0.1:{port}/").send(PARCEL)
    assert outcome == Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, "ConnectionRefusedErr")


def test_plain_server_behind_a_tls_address_waits(gateway):
    running, _backend = gateway(OK)
    backend = HttpJsonBackend("sms", f"https+json://k:s@127.0.0.1:{running.port}/?connect_timeout=0.3")
    assert backend.send(PARCEL).verdict is Verdict.WAIT
    assert running.requests == []


# --- the kept connection --------------------------------------------------------------------------------------


def test_connection_is_kept(gateway):
    running, backend = gateway(OK, OK, OK)
    assert [backend.send(PARCEL).verdict for _ in range(3)] == [Verdict.SENT] * 3
    assert running.connections == 1


def test_connection_that_the_gateway_closed_is_opened_again(gateway):
    running, backend = gateway(answer({"code": "0"}, extra="Connection: close\r\n"), OK)
    assert [backend.send(PARCEL).verdict for _ in range(2)] == [Verdict.SENT] * 2
    assert running.connections == 2


def test_connection_that_ended_between_two_messages_costs_none(gateway):
    running, backend = gateway(lambda connection: connection.sendall(OK), OK)
    assert backend.send(PARCEL).verdict is Verdict.SENT
    deadline = time.monotonic() + 5
    while backend._is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert backend.send(PARCEL) == Outcome(Verdict.SENT, provider_id="m-1")
    assert (running.connections, len(running.requests)) == (2, 2)


def test_endless_answer_is_not_read_on(gateway):
    running, backend = gateway(answer(b" " * 200_000 + b'{"code": "0"}'), OK)
    assert backend.send(PARCEL).verdict is Verdict.UNKNOWN
    assert backend.send(PARCEL).verdict is Verdict.SENT
    assert running.connections == 2


# --- wiring and silence ---------------------------------------------------------------------------------------


def test_setting_chooses_the_adapter_for_sms_only(settings):
    backends._open.cache_clear()
    settings.SMS_URL = settings.EMAIL_URL = "https+json://key:secret@sms.example.com/send"
    assert isinstance(backends.backend_for("sms"), HttpJsonBackend)
    with pytest.raises(ImproperlyConfigured, match=r"EMAIL_URL: no backend for https\+json:"):
        backends.backend_for("email")
    backends._open.cache_clear()


def test_nothing_of_the_person_or_the_account_is_logged(gateway, caplog):
    _running, backend = gateway(answer(PAGE), answer({"code": "no 13800138000"}), None)
    with caplog.at_level(logging.DEBUG):
        outcomes = [backend.send(PARCEL) for _ in range(3)]
    said = caplog.text + repr(outcomes)
    assert [secret for secret in ("13800138000", "王阿姨", "s@cret", "key") if secret in said] == []


def test_signature_covers_time_and_body():
    signature = signature_of(secret="s", timestamp="1764122400", body=b"{}")
    moment = datetime.fromtimestamp(1764122400, tz=UTC)
    good = {"secret": "s", "timestamp": "1764122400", "signature": signature, "body": b"{}", "now": moment}
    assert is_genuine(**good)
    assert is_genuine(**{**good, "now": datetime.fromtimestamp(1764122400 + 300, tz=UTC)})
    wrong = [
        {"now": datetime.fromtimestamp(1764122400 + 301, tz=UTC)},
        {"now": datetime.fromtimestamp(1764122400 - 301, tz=UTC)},
        {"body": b"{ }"},
        {"timestamp": "1764122401"},
        {"timestamp": "1764122400.0"},
        {"timestamp": "１７６４１２２４００"},
        {"timestamp": "9" * 40},
        {"timestamp": ""},
        {"signature": "é"},
        {"signature": ""},
        {"secret": ""},
    ]
    assert [change for change in wrong if is_genuine(**{**good, **change})] == []

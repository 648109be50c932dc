"""The gateway that tests and people use: alone, and as a real process behind the real adapter and the engine."""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from messaging import backends
from messaging.actions.delivering import send_due
from messaging.backends.http_json import HttpJsonBackend
from messaging.backends.port import Outcome, Parcel, Verdict
from messaging.enums import ErrorClass
from messaging.models import Delivery, Suppression
from messaging.simulator import Behaviour, Simulator
from tests.factories.messaging import DeliveryFactory, sms_contact

ROOT = Path(__file__).resolve().parents[2]
WEBHOOK_SECRET = "gateway-and-us"


def parcel(number=1):
    return Parcel("+8613800138000", "【示例投教】您好".encode(), f"<d{number}.abc@example.com>")


@contextmanager
def simulator(*, secret="simulator", timeout=2.0, record=None, **behaviour):
    """A simulator in this process, and a backend that speaks to it."""
    server = Simulator(("127.0.0.1", 0), Behaviour(**behaviour), record)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    backend = HttpJsonBackend(
        "sms", f"http+json://key:{secret}@127.0.0.1:{server.server_address[1]}/send?timeout={timeout}"
    )
    try:
        yield server, backend
    finally:
        backend.close()
        server.shutdown()
        server.server_close()


def accepted(record):
    return [json.loads(line)["reference"] for line in record.read_text().splitlines()]


def test_accepts_and_records_without_number_or_text(tmp_path):
    record = tmp_path / "log"
    with simulator(record=record) as (server, backend):
        assert backend.send(parcel()) == Outcome(Verdict.SENT, provider_id="sim00000001")
        assert server.counts == {"accepted": 1}
    assert json.loads(record.read_text()) == {
        "reference": "d1.abc@example.com",
        "message_id": "sim00000001",
        "segments": 1,
    }


@pytest.mark.parametrize(("idempotent", "times"), [(False, 2), (True, 1)])
def test_repeated_reference_is_another_message_unless_told_otherwise(tmp_path, idempotent, times):
    record = tmp_path / "log"
    with simulator(record=record, idempotent=idempotent) as (_server, backend):
        first, second = backend.send(parcel()), backend.send(parcel())
    assert (accepted(record), first == second) == (["d1.abc@example.com"] * times, idempotent)


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        ({"errors": {"BAD_NUMBER": 1}}, Outcome(Verdict.FAILED, ErrorClass.RECIPIENT, "BAD_NUMBER")),
        ({"errors": {"BUSY": 1}}, Outcome(Verdict.RETRY, ErrorClass.TEMPORARY, "BUSY")),
        ({"html": 1}, Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, "HTTP503")),
        ({"html": 1, "html_status": 200}, Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "HTTP200")),
        ({"secret": "other"}, Outcome(Verdict.WAIT, ErrorClass.ACCOUNT, "SIGN_ERROR")),
    ],
)
def test_faults_without_acceptance(tmp_path, behaviour, outcome):
    secret = "simulator"
    server = Simulator(("127.0.0.1", 0), Behaviour(**behaviour), tmp_path / "log")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    backend = HttpJsonBackend("sms", f"http+json://key:{secret}@127.0.0.1:{server.server_address[1]}/send")
    assert backend.send(parcel()) == outcome
    backend.close()
    server.shutdown()
    server.server_close()
    assert (accepted(tmp_path / "log"), server.counts["accepted"]) == ([], 0)


def test_silence_after_acceptance_is_unknown(tmp_path):
    record = tmp_path / "log"
    with simulator(record=record, timeout=0.3, accept_then_timeout=1, hang=1) as (_server, backend):
        assert backend.send(parcel()) == Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "TimeoutError")
    assert accepted(record) == ["d1.abc@example.com"]


def test_throttling_lets_so_many_through():
    with simulator(throttle_per_second=3) as (server, backend):
        server._recent.extend([time.monotonic() + 60] * 2)
        outcomes = [backend.send(parcel(number)) for number in range(3)]
    assert [outcome.error_class for outcome in outcomes] == ["", ErrorClass.THROTTLED, ErrorClass.THROTTLED]


def test_same_seed_draws_the_same_faults():
    behaviour = Behaviour(errors={"BUSY": 0.3, "BAD_NUMBER": 0.2}, accept_then_timeout=0.1, seed=7)
    draws = []
    for _run in range(2):
        server = Simulator(("127.0.0.1", 0), behaviour)
        draws.append([server.fate() for _ in range(200)])
        server.server_close()
    assert draws[0] == draws[1]
    assert set(draws[0]) == {"BUSY", "BAD_NUMBER", "timeout", ""}


@pytest.mark.parametrize("rate", ["BUSY", "BUSY=much", "=0.1", "BUSY=1.5"])
def test_rate_that_is_none_is_refused(rate):
    with pytest.raises(CommandError, match="CODE=RATE"):
        call_command("sms_simulator", "--port=0", f"--error-rate={rate}")


# --- a real process behind the engine -------------------------------------------------------------------------


class Mailbox(ThreadingHTTPServer):
    """Takes what the gateway posts, for the test to hand it to the site: the database stays in one thread."""

    daemon_threads = True

    def __init__(self):
        self.posts = []
        super().__init__(("127.0.0.1", 0), _Taker)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def hand_over(self, client, path, count):
        """Wait for ``count`` posts to ``path`` and give them to the site; return the statuses."""
        deadline = time.monotonic() + 60
        while len(self._of(path)) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return [
            client.post(
                path,
                body,
                content_type="application/json",
                headers={"X-Timestamp": headers["X-Timestamp"], "X-Signature": headers["X-Signature"]},
            ).status_code
            for headers, body in self._of(path)
        ]

    def _of(self, path):
        return [(headers, body) for where, headers, body in list(self.posts) if where == path]


class _Taker(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, dict(self.headers), body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def mailbox():
    server = Mailbox()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def gateway(settings, tmp_path, mailbox):
    """Return a function that starts ``manage.py sms_simulator`` and points the site to it."""
    settings.VAR_DIR = tmp_path
    settings.SMS_WEBHOOK_SECRET = WEBHOOK_SECRET
    processes = []

    def start(*arguments):
        process = subprocess.Popen(
            [
                sys.executable,
                "manage.py",
                "sms_simulator",
                "--port=0",
                f"--webhook-secret={WEBHOOK_SECRET}",
                f"--receipts-url={mailbox.url}/hooks/messaging/sms/sms/receipts/",
                f"--replies-url={mailbox.url}/hooks/messaging/sms/sms/replies/",
                "--receipt-delay=0.05",
                f"--log={tmp_path / 'accepted'}",
                *arguments,
            ],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "edu_site.settings.test"},
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        address = process.stdout.readline().split()[-1]
        settings.SMS_URL = address.replace("http://", "http+json://key:simulator@") + "?timeout=1"
        backends.close_backends()
        return address.removesuffix("/send")

    yield start
    backends.close_backends()
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.django_db
def test_none_lost_none_twice_and_what_was_unknown_is_settled_by_its_receipt(
    gateway, mailbox, client, plain_template, tmp_path
):
    gateway(
        "--error-rate=BUSY=0.15",
        "--error-rate=BAD_NUMBER=0.1",
        "--accept-then-timeout-rate=0.1",
        "--hang=1.2",
        "--seed=20261126",
    )
    start = timezone.now()
    for number in range(40):
        contact = sms_contact(f"1380013{number:04d}")
        DeliveryFactory(contact_point=contact, created_at=start, due_at=start)
    clock = start
    for _turn in range(12):
        send_due(clock=lambda moment=clock: moment, seconds=60.0)
        clock += timedelta(hours=9)
    references = accepted(tmp_path / "accepted")
    rows = {row.message_id.strip("<>"): row for row in Delivery.objects.all()}
    states = {row.state for row in rows.values()}
    left = {reference for reference, row in rows.items() if row.state in {"sent", "unknown"}}
    assert states == {"sent", "unknown", "failed"}
    assert len(references) == len(set(references))
    assert set(references) == left

    statuses = mailbox.hand_over(client, "/hooks/messaging/sms/sms/receipts/", len(references))

    assert statuses == [200] * len(references)
    states_after = dict(Delivery.objects.values_list("message_id", "state"))
    assert {states_after[f"<{reference}>"] for reference in references} == {"delivered"}
    assert set(states_after.values()) == {"delivered", "failed"}
    assert sorted(accepted(tmp_path / "accepted")) == sorted(references)


@pytest.mark.django_db
def test_reply_typed_at_the_simulator_opts_out(gateway, mailbox, client):
    address = gateway()
    body = json.dumps({"phone": "13800138000", "text": "TD"}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{address}/reply", body), timeout=20) as answer:
        assert json.load(answer) == {"status": 200}
    assert mailbox.hand_over(client, "/hooks/messaging/sms/sms/replies/", 1) == [200]
    assert Suppression.objects.get().reason == "upstream"
    with urllib.request.urlopen(f"{address}/counts", timeout=20) as answer:
        assert json.load(answer) == {"told": 1}

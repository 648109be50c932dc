"""The SMTP backend against a real server in a thread."""

import asyncio
import socket
import threading

import pytest
from aiosmtpd.smtp import SMTP

from messaging.backends.port import Parcel, Verdict
from messaging.backends.smtp import SmtpBackend

DATA = b"Subject: x\r\nMessage-ID: <1@example.com>\r\n\r\nhello\r\n.dot\r\n"
PARCEL = Parcel("li@example.com", DATA, "<1@example.com>")


class Server:
    """aiosmtpd with scripted replies; counts connections and keeps what it accepted."""

    def __init__(self):
        self.accepted = []
        self.connections = 0
        self.replies = {}
        self.drop_at = None
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        self._ready.wait(5)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._listener = self._loop.run_until_complete(self._loop.create_server(self._protocol, "127.0.0.1", 0))
        self.port = self._listener.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()

    def _protocol(self):
        self.connections += 1
        return SMTP(self, loop=self._loop, hostname="sink")

    async def _reply(self, server, stage):
        if self.drop_at == stage:
            self.drop_at = None
            server.transport.abort()
            await asyncio.sleep(0.1)
        return self.replies.pop(stage, "250 OK")

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return await self._reply(server, "mail")

    async def handle_RCPT(self, server, session, envelope, address, options):
        reply = await self._reply(server, "rcpt")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):
        reply = await self._reply(server, "done")
        if reply.startswith("250"):
            self.accepted.append(envelope.content)
        return reply

    def stop(self):
        self._loop.call_soon_threadsafe(self._loop.stop)


@pytest.fixture
def server():
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def backend(server):
    made = SmtpBackend(f"smtp://127.0.0.1:{server.port}")
    yield made
    made.close()


def _result(outcome):
    return (outcome.verdict, str(outcome.error_class), outcome.error_code)


def test_messages_share_one_connection_and_arrive_byte_for_byte(server, backend):
    outcomes = [backend.send(PARCEL).verdict for _number in range(3)]
    assert (outcomes, server.connections, server.accepted) == ([Verdict.SENT] * 3, 1, [DATA] * 3)


def test_connection_that_died_while_idle_is_reopened(server, backend):
    backend.send(PARCEL)
    backend._connection.sock.shutdown(socket.SHUT_RDWR)
    assert backend.send(PARCEL).verdict is Verdict.SENT
    assert (server.connections, len(server.accepted)) == (2, 2)


@pytest.mark.parametrize("code", [421, 450, 451, 452])
def test_named_temporary_codes_of_a_recipient_are_tried_again(code, server, backend):
    server.replies["rcpt"] = f"{code} later"
    assert _result(backend.send(PARCEL)) == (Verdict.RETRY, "temporary", str(code))
    assert backend.send(PARCEL).verdict is Verdict.SENT


@pytest.mark.parametrize("code", [550, 551, 553])
def test_refused_recipient_fails_and_the_next_one_goes(code, server, backend):
    server.replies["rcpt"] = f"{code} no such user"
    assert _result(backend.send(PARCEL)) == (Verdict.FAILED, "recipient", str(code))
    assert (backend.send(PARCEL).verdict, server.connections) == (Verdict.SENT, 1)


@pytest.mark.parametrize(
    ("reply", "result"),
    [
        ("554 content refused", (Verdict.FAILED, "refused", "554")),
        ("552 too large", (Verdict.FAILED, "refused", "552")),
        ("451 greylisted", (Verdict.RETRY, "temporary", "451")),
        ("499 unheard of", (Verdict.FAILED, "refused", "499")),
    ],
)
def test_refusal_after_the_data_is_an_answer(reply, result, server, backend):
    server.replies["done"] = reply
    assert _result(backend.send(PARCEL)) == result
    assert server.accepted == []


def test_connection_lost_after_the_data_is_unknown(server, backend):
    server.drop_at = "done"
    outcome = backend.send(PARCEL)
    assert (outcome.verdict, str(outcome.error_class)) == (Verdict.UNKNOWN, "connection_lost")


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
def test_connection_lost_before_the_data_waits(stage, server, backend):
    server.drop_at = stage
    outcome = backend.send(PARCEL)
    assert (outcome.verdict, str(outcome.error_class)) == (Verdict.WAIT, "unavailable")
    assert backend.send(PARCEL).verdict is Verdict.SENT


def test_server_that_says_goodbye_before_a_message_is_called_again(server, backend):
    backend.send(PARCEL)
    server.replies["mail"] = "421 enough for one connection"
    assert backend.send(PARCEL).verdict is Verdict.SENT
    assert server.connections == 2


def test_nobody_listens():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    outcome = SmtpBackend(f"smtp://127.0.0.1:{port}").send(PARCEL)
    assert (outcome.verdict, str(outcome.error_class), outcome.error_code) == (
        Verdict.WAIT,
        "unavailable",
        "ConnectionRefusedErr",
    )


def test_login_without_encryption_is_refused(server):
    outcome = SmtpBackend(f"smtp://user:secret@127.0.0.1:{server.port}").send(PARCEL)
    assert (outcome.verdict, server.accepted) == (Verdict.WAIT, [])

"""The SMTP backend against a server on a socket that follows a script: pipelining, limits, and every way to break off."""

import socket
import threading
import time

import pytest

from messaging.backends.port import Parcel, Verdict
from messaging.backends.smtp import SmtpBackend
from messaging.verp import delivery_of


def parcel(number, recipient=None, data=None):
    body = data or f"Subject: {number}\r\n\r\n.dot {number}\r\n".encode()
    return Parcel(recipient or f"p{number}@example.com", body, f"<{number}@example.com>", delivery_id=number)


class ScriptedServer:
    """A plain socket server. ``replies[(stage, n)]`` answers the n-th command of a stage (from 1, over all connections)
    with a line, ``"drop"`` or ``"accept-and-drop"``; ``chunk`` is how many bytes of an answer leave at once."""

    def __init__(self, *, extensions=("PIPELINING",), chunk=0):
        self.extensions = extensions
        self.chunk = chunk
        self.replies = {}
        self.counts = {}
        self.accepted = []
        self.senders = []
        self.mail_lines = []
        self.reads = []
        self.connections = 0
        self.chunks = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                with connection:
                    self._talk(connection)
            except (OSError, ConnectionError):
                continue

    def _talk(self, connection):
        connection.settimeout(5)
        state = {"buffer": b"", "recipients": [], "mail": None}
        verbs = {"EHLO": self._ehlo, "RSET": self._rset, "MAIL": self._mail, "RCPT": self._rcpt, "DATA": self._begin}
        if "CHUNKING" in self.extensions:
            verbs["BDAT"] = self._bdat
        self._say(connection, "220 sink")
        while (line := self._line(connection, state)) is not None:
            verb = line.split(b" ")[0].split(b":")[0].upper().decode()
            if verb not in verbs:
                self._say(connection, "221 bye")
                return
            if not verbs[verb](connection, state, line):
                return

    def _ehlo(self, connection, state, line):
        self._say(connection, "\r\n".join([f"250-{name}" for name in ("sink", *self.extensions)] + ["250 HELP"]))
        return True

    def _rset(self, connection, state, line):
        state["recipients"], state["mail"] = [], None
        self._say(connection, "250 OK")
        return True

    def _mail(self, connection, state, line):
        self.mail_lines.append(line.decode())
        goes_on = self._answer(connection, "mail", "503 nested" if state["mail"] else "250 OK")
        if self.last.startswith("250"):
            state["mail"] = line.split(b"<")[1].split(b">")[0].decode()
        return goes_on

    def _rcpt(self, connection, state, line):
        goes_on = self._answer(connection, "rcpt", "250 OK" if state["mail"] else "503 no MAIL")
        if self.last.startswith("250"):
            state["recipients"].append(line.split(b"<")[1].split(b">")[0].decode())
        return goes_on

    def _begin(self, connection, state, line):
        goes_on = self._answer(connection, "data", "354 go" if state["recipients"] else "503 no recipient")
        return goes_on and (not self.last.startswith("354") or self._data(connection, state))

    def _data(self, connection, state):
        lines = []
        while True:
            line = self._line(connection, state)
            if line is None:
                return False
            if line == b".":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        return self._done(connection, state, b"\r\n".join([*lines, b""]))

    def _bdat(self, connection, state, line):
        _verb, length, last = line.split()
        assert last == b"LAST"
        while len(state["buffer"]) < int(length):
            data = connection.recv(65536)
            if not data:
                return False
            self.reads.append(data)
            state["buffer"] += data
        text, state["buffer"] = state["buffer"][: int(length)], state["buffer"][int(length) :]
        self.chunks += 1
        return self._done(connection, state, text)

    def _done(self, connection, state, text):
        recipients, sender = state["recipients"], state["mail"]
        state["recipients"], state["mail"] = [], None
        if not recipients:
            self._say(connection, "554 nobody")
            return True
        reply = self.replies.get(("done", self.counts.get("done", 0) + 1), "250 queued")
        if reply.startswith(("250", "accept")):
            self.accepted.append((recipients[0], text))
            self.senders.append(sender)
        return self._answer(connection, "done", "250 queued")

    def _answer(self, connection, stage, usual):
        number = self.counts[stage] = self.counts.get(stage, 0) + 1
        self.last = self.replies.get((stage, number), usual)
        if self.last in {"drop", "accept-and-drop"}:
            return False
        self._say(connection, self.last)
        return not self.last.startswith("421")

    def _line(self, connection, state):
        while b"\r\n" not in state["buffer"]:
            data = connection.recv(65536)
            if not data:
                return None
            self.reads.append(data)
            state["buffer"] += data
        line, _end, state["buffer"] = state["buffer"].partition(b"\r\n")
        return line

    def _say(self, connection, text):
        data = f"{text}\r\n".encode()
        for start in range(0, len(data), self.chunk or len(data)):
            connection.sendall(data[start : start + (self.chunk or len(data))])
            if self.chunk:
                time.sleep(0.0005)

    def stop(self):
        self._listener.close()


@pytest.fixture
def serve():
    running = []

    def start(*, query="", **options):
        server = ScriptedServer(**options)
        backend = SmtpBackend(f"smtp://127.0.0.1:{server.port}{query}")
        running.append((server, backend))
        return server, backend

    yield start
    for server, backend in running:
        backend.close()
        server.stop()


def verdicts(outcomes):
    return [(outcome.verdict.value, outcome.error_code) for outcome in outcomes]


def send(backend, count=3):
    return list(backend.send_window([parcel(number) for number in range(1, count + 1)]))


SENT = ("sent", "")
OFFERS = [("PIPELINING",), (), ("PIPELINING", "CHUNKING"), ("CHUNKING",)]


@pytest.mark.parametrize("chunk", [0, 1, 3, 7])
@pytest.mark.parametrize("extensions", OFFERS)
def test_a_window_arrives_whole_whatever_the_size_of_the_answers_pieces(chunk, extensions, serve):
    server, backend = serve(chunk=chunk, extensions=extensions)
    assert verdicts(send(backend, 4)) == [SENT] * 4
    assert server.accepted == [(f"p{n}@example.com", parcel(n).data) for n in range(1, 5)]
    assert server.connections == 1


def test_the_next_envelope_travels_with_the_dot(serve):
    server, backend = serve()
    send(backend, 2)
    seen = b"|".join(server.reads)
    assert b"MAIL FROM:<edu@example.com>\r\nRCPT TO:<p1@example.com>\r\nDATA\r\n|" in seen
    assert b".\r\nMAIL FROM:<edu@example.com>\r\nRCPT TO:<p2@example.com>\r\nDATA\r\n" in seen


def test_without_pipelining_each_command_waits_for_its_answer(serve):
    server, backend = serve(extensions=())
    send(backend, 2)
    assert not any(b"MAIL" in data and b"RCPT" in data for data in server.reads)


@pytest.mark.parametrize("extensions", OFFERS)
@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("550 no such user", ("failed", "550")),
        ("450 greylisted", ("retry", "450")),
        ("451 greylisted", ("retry", "451")),
        ("552 mailbox full", ("retry", "552")),
        ("552-5.2.2 full\r\n552 over quota", ("retry", "552")),
    ],
)
def test_one_refused_recipient_is_only_their_own_matter(reply, expected, extensions, serve):
    server, backend = serve(extensions=extensions)
    server.replies["rcpt", 2] = reply
    assert verdicts(send(backend)) == [SENT, expected, SENT]
    assert [who for who, _data in server.accepted] == ["p1@example.com", "p3@example.com"]
    assert server.connections == 1


def test_a_server_that_asks_for_data_without_a_recipient_gets_the_dot_alone(serve):
    server, backend = serve()
    server.replies["rcpt", 2] = "550 no"
    server.replies["data", 2] = "354 go on"
    assert verdicts(send(backend)) == [SENT, ("failed", "550"), SENT]
    assert [who for who, _data in server.accepted] == ["p1@example.com", "p3@example.com"]


@pytest.mark.parametrize("extensions", OFFERS)
def test_only_the_message_whose_end_was_not_answered_is_unknown(extensions, serve):
    server, backend = serve(extensions=extensions)
    server.replies["done", 2] = "accept-and-drop"
    outcomes = send(backend, 4)
    assert [outcome.verdict for outcome in outcomes] == [Verdict.SENT, Verdict.UNKNOWN, Verdict.SENT, Verdict.SENT]
    assert [who for who, _data in server.accepted] == [f"p{n}@example.com" for n in (1, 2, 3, 4)]
    assert server.connections == 2


@pytest.mark.parametrize(
    ("stage", "extensions"),
    [
        (stage, offers)
        for stage in ("mail", "rcpt", "data")
        for offers in OFFERS
        if stage != "data" or "CHUNKING" not in offers
    ],
)
def test_a_connection_closed_before_the_text_costs_nothing(stage, extensions, serve):
    server, backend = serve(extensions=extensions)
    server.replies[stage, 2] = "drop"
    assert verdicts(send(backend)) == [SENT] * 3
    assert [who for who, _data in server.accepted] == [f"p{n}@example.com" for n in (1, 2, 3)]
    assert server.connections == 2


@pytest.mark.parametrize("extensions", OFFERS)
def test_a_server_that_closes_after_some_messages_is_called_again(extensions, serve):
    server, backend = serve(extensions=extensions)
    server.replies["mail", 3] = "421 enough for one connection"
    assert verdicts(send(backend, 4)) == [SENT] * 4
    assert (server.connections, len(server.accepted)) == (2, 4)


@pytest.mark.parametrize("extensions", OFFERS)
def test_a_goodbye_in_answer_to_the_end_means_not_accepted(extensions, serve):
    server, backend = serve(extensions=extensions)
    server.replies["done", 1] = "421 shutting down"
    assert verdicts(send(backend, 2)) == [("retry", "421"), SENT]


def test_once_the_server_is_gone_the_rest_waits_untried(serve):
    server, backend = serve()
    server.replies.update({("mail", number): "421 closed" for number in range(2, 9)})
    assert verdicts(send(backend, 4)) == [SENT, ("wait", "421"), ("wait", "421"), ("wait", "421")]
    assert len(server.accepted) == 1


def test_an_answer_that_is_no_smtp_after_the_dot_is_unknown(serve):
    server, backend = serve()
    server.replies["done", 1] = "<html>502 Bad Gateway</html>"
    outcomes = send(backend, 2)
    assert [outcome.verdict for outcome in outcomes] == [Verdict.UNKNOWN, Verdict.SENT]


def test_a_window_left_in_the_middle_leaves_nothing_half_said(serve):
    server, backend = serve()
    window = backend.send_window([parcel(1), parcel(2)])
    assert next(window).verdict is Verdict.SENT
    window.close()
    assert verdicts(send(backend, 1)) == [SENT]
    assert [who for who, _data in server.accepted] == ["p1@example.com", "p1@example.com"]


def test_a_message_over_the_announced_size_is_not_tried(serve):
    server, backend = serve(extensions=("PIPELINING", "SIZE 60"))
    window = [parcel(1), parcel(2, data=b"x" * 61 + b"\r\n"), parcel(3)]
    assert verdicts(backend.send_window(window)) == [SENT, ("failed", "size"), SENT]
    assert server.mail_lines[0] == f"MAIL FROM:<edu@example.com> SIZE={len(window[0].data)}"


def test_a_name_before_the_at_in_chinese_goes_where_the_server_takes_it(serve):
    server, backend = serve(extensions=("PIPELINING", "SMTPUTF8"))
    assert verdicts(backend.send_window([parcel(1, "李@xn--fsqu00a.xn--0zwm56d")])) == [SENT]
    assert server.mail_lines == ["MAIL FROM:<edu@example.com> BODY=8BITMIME SMTPUTF8"]
    assert server.accepted[0][0] == "李@xn--fsqu00a.xn--0zwm56d"


def test_elsewhere_it_fails_by_name(serve):
    server, backend = serve()
    outcome = backend.send(parcel(1, "李@example.com"))
    assert (outcome.verdict.value, str(outcome.error_class), outcome.error_code) == ("failed", "recipient", "smtputf8")
    assert server.mail_lines == []


def test_each_message_has_its_own_signed_return_address(serve):
    server, backend = serve(query="?verp=bounce.example.com")
    send(backend, 2)
    assert [delivery_of(sender) for sender in server.senders] == [1, 2]
    assert all(sender.endswith("@bounce.example.com") for sender in server.senders)


CHUNKING = ("PIPELINING", "CHUNKING")


def window_of(backend, number, coming=None):
    """Send a window of one message; ``coming`` is the one that may follow it."""
    return verdicts(backend.send_window([parcel(number)], lambda: coming))


def test_a_text_goes_in_one_chunk_with_its_dots_as_they_are(serve):
    server, backend = serve(extensions=CHUNKING)
    send(backend, 2)
    seen = b"".join(server.reads)
    assert (server.chunks, b"DATA" in seen, b"..dot" in seen) == (2, False, False)
    assert b"BDAT %d LAST\r\n%b" % (len(parcel(1).data), parcel(1).data) in seen


def test_an_address_can_say_that_chunks_are_not_wanted(serve):
    server, backend = serve(extensions=CHUNKING, query="?chunking=no")
    assert verdicts(send(backend, 2)) == [SENT] * 2
    assert server.chunks == 0


@pytest.mark.parametrize("extensions", [("PIPELINING",), CHUNKING])
def test_the_message_that_comes_next_is_announced_and_its_text_stays_here(extensions, serve):
    server, backend = serve(extensions=extensions)
    coming = parcel(2)
    assert window_of(backend, 1, coming) == [SENT]
    deadline = time.monotonic() + 5
    while server.counts.get("rcpt", 0) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (server.counts["rcpt"], len(server.accepted)) == (2, 1)
    assert verdicts(backend.send_window([coming])) == [SENT]
    assert [who for who, _data in server.accepted] == ["p1@example.com", "p2@example.com"]
    assert (server.counts["mail"], server.connections) == (2, 1)


@pytest.mark.parametrize("extensions", [("PIPELINING",), CHUNKING])
@pytest.mark.parametrize("reply", ["250 OK", "550 no such user"])
def test_an_announced_message_that_does_not_go_leaves_no_trace(reply, extensions, serve):
    server, backend = serve(extensions=extensions)
    server.replies["rcpt", 2] = reply
    window_of(backend, 1, parcel(2))
    assert window_of(backend, 3) == [SENT]
    assert [who for who, _data in server.accepted] == ["p1@example.com", "p3@example.com"]
    assert server.connections == 1


@pytest.mark.parametrize("extensions", [("PIPELINING",), CHUNKING])
@pytest.mark.parametrize("reply", ["drop", "421 enough"])
def test_a_server_that_leaves_after_an_announcement_is_called_again(reply, extensions, serve):
    server, backend = serve(extensions=extensions)
    server.replies["mail", 2] = reply
    coming = parcel(2)
    assert window_of(backend, 1, coming) == [SENT]
    assert verdicts(backend.send_window([coming])) == [SENT]
    assert [who for who, _data in server.accepted] == ["p1@example.com", "p2@example.com"]
    assert server.connections == 2


def test_a_refused_announcement_is_the_answer_to_that_message_alone(serve):
    server, backend = serve(extensions=CHUNKING)
    server.replies["rcpt", 2] = "550 no such user"
    coming = parcel(2)
    window_of(backend, 1, coming)
    assert verdicts(backend.send_window([coming, parcel(3)])) == [("failed", "550"), SENT]
    assert [who for who, _data in server.accepted] == ["p1@example.com", "p3@example.com"]


def test_a_message_that_cannot_go_is_not_announced(serve):
    server, backend = serve(extensions=CHUNKING)
    window_of(backend, 1, parcel(2, "李@example.com"))
    assert window_of(backend, 3) == [SENT]
    assert server.counts["mail"] == 2


def test_a_server_that_does_not_know_its_own_offer_gets_the_text_by_data(serve):
    server, backend = serve(extensions=CHUNKING)
    server.replies["done", 1] = "502 BDAT not known"
    assert verdicts(send(backend, 2)) == [SENT, SENT]
    assert ([who for who, _data in server.accepted], server.chunks) == (["p1@example.com", "p2@example.com"], 1)


def test_a_window_of_chunks_left_in_the_middle_goes_on_over_the_same_connection(serve):
    server, backend = serve(extensions=CHUNKING)
    window = backend.send_window([parcel(1), parcel(2)])
    assert next(window).verdict is Verdict.SENT
    window.close()
    assert window_of(backend, 3) == [SENT]
    assert ([who for who, _data in server.accepted], server.connections) == (["p1@example.com", "p3@example.com"], 1)

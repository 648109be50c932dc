"""Mail over SMTP on one kept connection.

Which replies mean what is listed here and nowhere else. Until the end of a message was sent nothing can have been
accepted, so it may be tried again; once it was sent, silence means that nobody knows.
"""

import contextlib
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from messaging.backends.port import SENT, Backend, Meanwhile, Outcome, Parcel, Verdict, nothing_meanwhile
from messaging.enums import ErrorClass
from messaging.mime import ascii_address
from messaging.verp import return_address

_TIMEOUT = 30.0
# Servers drop idle clients; a connection unused for this long is opened afresh rather than trusted.
_IDLE_SECONDS = 45.0
_CLOSING = 421
_OK = frozenset({250, 251, 252})
_GO_AHEAD = 354
_NO_ROOM = 552
_LOWEST, _HIGHEST = 200, 599
_STAGES = ("mail", "rcpt", "data")
_DATA, _RSET = b"DATA\r\n", b"RSET\r\n"
# RFC 5321 section 4.2 and RFC 4954 section 6. What is not named here is a refusal and is not tried again.
_TEMPORARY = frozenset({421, 450, 451, 452, 455})
_LOGIN = frozenset({432, 454, 530, 534, 535, 538})
_RECIPIENT = frozenset({510, 511, 512, 515, 521, 550, 551, 553, 556})
# A command that the server does not know, RFC 5321 section 4.2.4.
_NOT_KNOWN = frozenset({500, 502})
# The server offered BDAT and did not know it: nothing was accepted, and the message goes again by DATA.
_BDAT_REFUSED = Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, "bdat")


class SmtpBackend(Backend):
    """``smtp://[user:password@]host[:25]`` or ``smtps://…[:465]``.

    With a user name plain ``smtp://`` insists on STARTTLS; ``?starttls=no`` or ``?starttls=yes`` says otherwise.
    ``?verp=bounce.example.com`` gives each message a signed return address in that domain; ``?chunking=no`` keeps to
    DATA where the server offers BDAT.

    Where the server offers PIPELINING (RFC 2920), it hears sender and recipient of the next message while it works on
    the one before. A message's text never leaves before the answers to its own sender and recipient are read, which
    also shows that the connection lives. With CHUNKING (RFC 3030) the text then goes at once, without asking first.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        options = parse_qs(parts.query)
        self._implicit_tls = parts.scheme == "smtps"
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or (465 if self._implicit_tls else 25)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._starttls = options.get("starttls", ["yes" if self._user else "no"])[0] == "yes" and not self._implicit_tls
        self._sender = ascii_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
        self._verp_domain = options.get("verp", [""])[0]
        if self._verp_domain:
            self._verp_domain = ascii_address(f"b@{self._verp_domain}").partition("@")[2]
        self._may_chunk = options.get("chunking", ["yes"])[0] != "no"
        self._connection: smtplib.SMTP | None = None
        self._used_at = 0.0
        # The parcel whose sender and recipient the server has heard already, and whether it was asked for the text too.
        self._ahead: Parcel | None = None
        self._asked = False

    def send(self, parcel: Parcel) -> Outcome:
        return next(iter(list(self.send_window([parcel]))))

    def send_window(self, parcels: Sequence[Parcel], meanwhile: Meanwhile = nothing_meanwhile) -> Iterator[Outcome]:
        """Send ``parcels`` in order; once the server cannot be reached, the rest wait untried."""
        down: Outcome | None = None
        try:
            for number, parcel in enumerate(parcels):
                if down is None:
                    following = parcels[number + 1] if number + 1 < len(parcels) else None
                    outcome = self._deliver(parcel, following, meanwhile)
                    if outcome.verdict is Verdict.WAIT:
                        down = outcome
                    yield outcome
                else:
                    yield down
        finally:
            if self._asked:
                self._drop()

    def close(self) -> None:
        connection = self._take_connection()
        if connection is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def _deliver(self, parcel: Parcel, following: Parcel | None, meanwhile: Meanwhile) -> Outcome:
        kept = self._connection is not None
        outcome = self._try(parcel, following, meanwhile)
        if outcome is _BDAT_REFUSED or (kept and outcome.verdict is Verdict.WAIT):
            # The kept connection had died before this message began: that says nothing about the server.
            outcome = self._try(parcel, following, meanwhile)
        return outcome

    def _try(self, parcel: Parcel, following: Parcel | None, meanwhile: Meanwhile) -> Outcome:
        try:
            connection = self._open()
            refusal = self._impossible(connection, parcel)
            if refusal is not None:
                return refusal
            code, stage = self._envelope(connection, parcel)
        except smtplib.SMTPAuthenticationError as error:
            self._drop()
            return Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, str(error.smtp_code))
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, type(error).__name__[:20])
        if code != _GO_AHEAD or stage != "data":
            return self._refused(code, stage)
        return self._send_data(connection, parcel, following, meanwhile)

    def _impossible(self, connection: smtplib.SMTP, parcel: Parcel) -> Outcome | None:
        """Say why the server will not take the parcel, by what it announced."""
        if not parcel.recipient.isascii() and not connection.has_extn("smtputf8"):
            return Outcome(Verdict.FAILED, ErrorClass.RECIPIENT, "smtputf8")
        limit = connection.esmtp_features.get("size", "")
        if limit.isdecimal() and 0 < int(limit) < len(parcel.data):
            return Outcome(Verdict.FAILED, ErrorClass.REFUSED, "size")
        return None

    def _chunks(self, connection: smtplib.SMTP) -> bool:
        return self._may_chunk and connection.has_extn("chunking")

    def _names(self, connection: smtplib.SMTP, parcel: Parcel) -> tuple[bytes, bytes]:
        """Return the two commands that say who writes to whom."""
        sender = self._sender
        if self._verp_domain and parcel.delivery_id:
            sender = return_address(delivery_id=parcel.delivery_id, domain=self._verp_domain)
        mail = f"MAIL FROM:<{sender}>"
        if connection.has_extn("size"):
            mail += f" SIZE={len(parcel.data)}"
        if not parcel.recipient.isascii():
            mail += " BODY=8BITMIME SMTPUTF8"
        return f"{mail}\r\n".encode(), f"RCPT TO:<{parcel.recipient}>\r\n".encode()

    def _envelope(self, connection: smtplib.SMTP, parcel: Parcel) -> tuple[int, str]:
        """Say who writes to whom; return the reply that decides and which command it answers."""
        names = self._names(connection, parcel)
        if connection.has_extn("pipelining"):
            return self._envelope_at_once(connection, parcel, names)
        for stage, command in zip(_STAGES[:2], names, strict=True):
            connection.send(command)
            code = _reply(connection)
            if code not in _OK:
                return code, stage
        if self._chunks(connection):
            return _GO_AHEAD, "data"
        connection.send(_DATA)
        return _reply(connection), "data"

    def _envelope_at_once(
        self, connection: smtplib.SMTP, parcel: Parcel, names: tuple[bytes, bytes]
    ) -> tuple[int, str]:
        ask = b"" if self._chunks(connection) else _DATA
        if self._ahead is not parcel:
            forget = b"" if self._ahead is None else _RSET
            connection.send(forget + b"".join(names) + ask)
            if forget:
                for _answer in ("mail", "rcpt", "rset"):
                    _reply(connection)
        elif ask and not self._asked:
            connection.send(ask)
        self._ahead, self._asked = None, False
        refused: tuple[int, str] | None = None
        code = _GO_AHEAD
        for stage in _STAGES if ask else _STAGES[:2]:
            code = _reply(connection)
            if code == _CLOSING:
                return refused or (code, stage)
            if refused is None and stage != "data" and code not in _OK:
                refused = code, stage
        if refused is not None and code == _GO_AHEAD:
            # It waits for a message to nobody: RFC 2920, section 3.1, ends it with the dot alone.
            connection.send(b".\r\n")
            _reply(connection)
        return refused or (code if ask else _GO_AHEAD, "data")

    def _send_data(
        self, connection: smtplib.SMTP, parcel: Parcel, following: Parcel | None, meanwhile: Meanwhile
    ) -> Outcome:
        chunks = self._chunks(connection)
        text, ending = _chunk(parcel.data) if chunks else _dotted(parcel.data)
        ahead = following if following is not None and self._may_hear(connection, following) else None
        if ahead is not None:
            ending += b"".join(self._names(connection, ahead)) + (b"" if chunks else _DATA)
        try:
            connection.send(text)
        except (smtplib.SMTPException, OSError) as error:
            # Without its end no server has accepted it.
            self._drop()
            return Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, type(error).__name__[:20])
        try:
            connection.send(ending)
            self._ahead, self._asked = ahead, ahead is not None and not chunks
            coming = meanwhile()
            if following is None and coming is not None:
                self._announce(connection, coming)
            code = _reply(connection)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, type(error).__name__[:20])
        self._used_at = time.monotonic()
        if code in _OK:
            return SENT
        if chunks and code in _NOT_KNOWN:
            # It offers what it does not do; what it took for commands is not worth finding out.
            self._drop()
            self._may_chunk = False
            return _BDAT_REFUSED
        return self._refused(code, "done")

    def _may_hear(self, connection: smtplib.SMTP, parcel: Parcel) -> bool:
        return connection.has_extn("pipelining") and self._impossible(connection, parcel) is None

    def _announce(self, connection: smtplib.SMTP, parcel: Parcel) -> None:
        """Say who writes to whom in a message that may follow; one that does not is forgotten by RSET."""
        if not self._may_hear(connection, parcel) or connection.sock is None:
            return
        # Not by the connection's own method: where that fails, it throws away the answer that is still to be read.
        with contextlib.suppress(OSError):
            connection.sock.sendall(b"".join(self._names(connection, parcel)))
            self._ahead = parcel

    def _refused(self, code: int, stage: str) -> Outcome:
        if code == _CLOSING:
            self._drop()
            # Said before this message: the server closes the connection, not the door.
            verdict = Verdict.WAIT if stage == "mail" else Verdict.RETRY
            return Outcome(verdict, ErrorClass.UNAVAILABLE if stage == "mail" else ErrorClass.TEMPORARY, str(code))
        if stage != "done":
            self._reset()
        if code in _LOGIN:
            self._drop()
            return Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, str(code))
        # RFC 5321, section 4.5.3.1.10: 552 to a recipient is meant as 452.
        if code in _TEMPORARY or (code == _NO_ROOM and stage == "rcpt"):
            return Outcome(Verdict.RETRY, ErrorClass.TEMPORARY, str(code))
        kind = ErrorClass.RECIPIENT if stage == "rcpt" and code in _RECIPIENT else ErrorClass.REFUSED
        return Outcome(Verdict.FAILED, kind, str(code))

    def _open(self) -> smtplib.SMTP:
        if self._connection is not None and time.monotonic() - self._used_at > _IDLE_SECONDS:
            self.close()
        if self._connection is None:
            connection: smtplib.SMTP
            if self._implicit_tls:
                context = ssl.create_default_context()
                connection = smtplib.SMTP_SSL(self._host, self._port, timeout=_TIMEOUT, context=context)
            else:
                connection = smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT)
            try:
                connection.ehlo_or_helo_if_needed()
                if self._starttls:
                    connection.starttls(context=ssl.create_default_context())
                    connection.ehlo()
                if self._user:
                    connection.login(self._user, self._password)
            except BaseException:
                connection.close()
                raise
            if connection.sock is not None:
                # A message and its dot are two writes: the second must not wait until the first is acknowledged.
                connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connection = connection
        self._used_at = time.monotonic()
        return self._connection

    def _drop(self) -> None:
        connection = self._take_connection()
        if connection is not None:
            connection.close()

    def _take_connection(self) -> smtplib.SMTP | None:
        connection, self._connection = self._connection, None
        self._ahead, self._asked = None, False
        return connection

    def _reset(self) -> None:
        if self._connection is not None:
            try:
                self._connection.rset()
            except (smtplib.SMTPException, OSError):
                self._drop()


def _dotted(data: bytes) -> tuple[bytes, bytes]:
    """Return a text for DATA and its end, RFC 5321 section 4.5.2. Every line end of ours is CRLF."""
    text = data.replace(b"\n.", b"\n..")
    return (b"." + text if text.startswith(b".") else text), b".\r\n"


def _chunk(data: bytes) -> tuple[bytes, bytes]:
    """Return a text as its only chunk, RFC 3030 section 2, in two parts: until the last byte it is not whole."""
    return b"BDAT %d LAST\r\n%b" % (len(data), data[:-1]), data[-1:]


def _reply(connection: smtplib.SMTP) -> int:
    """Return the next reply's code; raise ``SMTPServerDisconnected`` where there is none."""
    code, _text = connection.getreply()
    if not _LOWEST <= code <= _HIGHEST:
        raise smtplib.SMTPServerDisconnected("no SMTP")
    return code

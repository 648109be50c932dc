"""Mail over SMTP on one kept connection.

Which replies mean what is listed here and nowhere else. Until the final dot was sent nothing can have been accepted,
so the message may be tried again; once it was sent, silence means that nobody knows.
"""

import re
import smtplib
import ssl
import time
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from messaging.backends.port import SENT, Backend, Outcome, Parcel, Verdict
from messaging.enums import ErrorClass
from messaging.mime import ascii_address

_TIMEOUT = 30.0
# Servers drop idle clients; a connection unused for this long is opened afresh rather than trusted.
_IDLE_SECONDS = 45.0
_CLOSING = 421
_OK = frozenset({250, 251, 252})
_GO_AHEAD = 354
# RFC 5321 section 4.2 and RFC 4954 section 6. What is not named here is a refusal and is not tried again.
_TEMPORARY = frozenset({421, 450, 451, 452, 455})
_LOGIN = frozenset({432, 454, 530, 534, 535, 538})
_RECIPIENT = frozenset({510, 511, 512, 515, 521, 550, 551, 553, 556})


class SmtpBackend(Backend):
    """``smtp://[user:password@]host[:25]`` or ``smtps://…[:465]``.

    With a user name plain ``smtp://`` insists on STARTTLS; ``?starttls=no`` or ``?starttls=yes`` says otherwise.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._implicit_tls = parts.scheme == "smtps"
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or (465 if self._implicit_tls else 25)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        wanted = parse_qs(parts.query).get("starttls", ["yes" if self._user else "no"])[0]
        self._starttls = wanted == "yes" and not self._implicit_tls
        self._sender = ascii_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
        self._connection: smtplib.SMTP | None = None
        self._used_at = 0.0

    def send(self, parcel: Parcel) -> Outcome:
        kept = self._connection is not None
        outcome = self._try(parcel)
        if kept and outcome.verdict is Verdict.WAIT:
            # The kept connection had died before this message began: that says nothing about the server.
            outcome = self._try(parcel)
        return outcome

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def _try(self, parcel: Parcel) -> Outcome:
        try:
            connection = self._open()
            code, _text = connection.mail(self._sender)
            stage = "mail"
            if code in _OK:
                code, _text = connection.rcpt(parcel.recipient)
                stage = "rcpt"
            if code in _OK:
                code, _text = connection.docmd("DATA")
                stage = "data"
        except smtplib.SMTPAuthenticationError as error:
            self._drop()
            return Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, str(error.smtp_code))
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, type(error).__name__[:20])
        if code != _GO_AHEAD or stage != "data":
            return self._refused(code, stage)
        return self._send_data(connection, parcel.data)

    def _send_data(self, connection: smtplib.SMTP, data: bytes) -> Outcome:
        try:
            connection.send(re.sub(rb"(?m)^\.", b"..", data) + b".\r\n")
            code, _text = connection.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, type(error).__name__[:20])
        self._used_at = time.monotonic()
        if code in _OK:
            return SENT
        return self._refused(code, "done")

    def _refused(self, code: int, stage: str) -> Outcome:
        if code == _CLOSING:
            self._drop()
            # Said before this message: the server closes the connection, not the door.
            verdict = Verdict.WAIT if stage == "mail" else Verdict.RETRY
            return Outcome(verdict, ErrorClass.UNAVAILABLE if stage == "mail" else ErrorClass.TEMPORARY, str(code))
        self._reset()
        if code in _LOGIN:
            return Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, str(code))
        if code in _TEMPORARY:
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
            self._connection = connection
        self._used_at = time.monotonic()
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _reset(self) -> None:
        if self._connection is not None:
            try:
                self._connection.rset()
            except (smtplib.SMTPException, OSError):
                self._drop()

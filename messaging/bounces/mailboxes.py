"""Where returned messages lie: a maildir, an mbox file, or a mailbox on a server."""

import imaplib
import mailbox
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from messaging.bounces.reading import LONGEST, UnreadableError
from messaging.errors import MessagingError

_TIMEOUT = 30.0
_PORT, _PORT_TLS = 143, 993


class MailboxError(MessagingError):
    """The mailbox is not there, or does not open."""


@dataclass(frozen=True)
class Returned:
    """One message in a mailbox: ``read`` raises ``UnreadableError``; ``done`` takes it out of what is new."""

    read: Callable[[], bytes]
    done: Callable[[], None]


def open_mailbox(place: str) -> Iterator[Returned]:
    """Return what is new at ``place``, a folder, a file or an imaps:// address; raise ``MailboxError``."""
    if place.startswith(("imap://", "imaps://")):
        return _of_server(place)
    path = Path(place)
    if (path / "new").is_dir():
        return _of_maildir(path)
    if path.is_file():
        return _of_mbox(path)
    raise MailboxError(_("没有这个信箱：给一个 maildir 文件夹、一个 mbox 文件，或者 imaps:// 地址。"))


def _of_maildir(path: Path) -> Iterator[Returned]:
    seen = path / "cur"
    seen.mkdir(exist_ok=True)
    for file in sorted((path / "new").iterdir()):
        if file.is_file() and not file.name.startswith("."):
            yield Returned(read=lambda file=file: _limited(file), done=lambda file=file: _mark_seen(file, seen))  # type: ignore[misc]


def _mark_seen(file: Path, seen: Path) -> None:
    # Another run may have been faster; the message itself was applied once all the same.
    file.rename(seen / f"{file.name.partition(':')[0]}:2,S") if file.exists() else None


def _limited(file: Path) -> bytes:
    if file.stat().st_size > LONGEST:
        raise UnreadableError("size")
    return file.read_bytes()


def _of_mbox(path: Path) -> Iterator[Returned]:
    """Messages of a file are not marked: a second reading of each changes nothing."""
    with closing(mailbox.mbox(path, create=False)) as box:
        for key in box.iterkeys():
            yield Returned(read=lambda key=key: _limited_entry(box, key), done=lambda: None)  # type: ignore[misc]


def _limited_entry(box: mailbox.mbox, key: str) -> bytes:
    with closing(box.get_file(key)) as file:
        data = file.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise UnreadableError("size")
    return bytes(data)


def _of_server(url: str) -> Iterator[Returned]:
    parts = urlsplit(url)
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    if re.search(r'[\x00-\x1f"\\]', folder):
        raise MailboxError(_("信箱文件夹的名字不对。"))
    with _speaking():
        connection = _connect(parts.scheme, parts.hostname or "127.0.0.1", parts.port)
    try:
        with _speaking():
            connection.login(unquote(parts.username or ""), unquote(parts.password or ""))
            connection.select(f'"{folder}"')
            uids = _unseen(connection)
        for uid in uids:
            yield Returned(
                read=lambda uid=uid: _fetched(connection, uid),  # type: ignore[misc]
                done=lambda uid=uid: _flag(connection, uid),  # type: ignore[misc]
            )
    finally:
        connection.shutdown()


@contextmanager
def _speaking() -> Iterator[None]:
    try:
        yield
    except (imaplib.IMAP4.error, OSError) as error:
        # The server's words may repeat the password.
        raise MailboxError(_("连不上信箱：%(kind)s。") % {"kind": type(error).__name__}) from None


def _connect(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port or _PORT_TLS, ssl_context=context, timeout=_TIMEOUT)
    connection = imaplib.IMAP4(host, port or _PORT, timeout=_TIMEOUT)
    if host not in {"127.0.0.1", "localhost", "::1"}:
        # A password does not cross a network in the clear.
        connection.starttls(context)
    return connection


def _unseen(connection: imaplib.IMAP4) -> list[str]:
    _ok, found = connection.uid("SEARCH", "UNSEEN")
    return [uid.decode() for uid in (found[0] or b"").split()]


def _fetched(connection: imaplib.IMAP4, uid: str) -> bytes:
    with _speaking():
        _ok, answer = connection.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LONGEST + 1}>)")
    data = b"".join(bytes(part[1]) for part in answer if isinstance(part, tuple))
    if len(data) > LONGEST:
        raise UnreadableError("size")
    return data


def _flag(connection: imaplib.IMAP4, uid: str) -> None:
    with _speaking():
        connection.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")

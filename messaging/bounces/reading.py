"""Reading one returned message: what it says, of whom, and which of our messages it shows.

Reads RFC 3464 reports of any charset, RFC 5965 complaints, and what flufl.bounce recognises of the rest. Whoever writes
to the return address decides what stands in it: nothing here is believed, it is only read.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses, parseaddr

from flufl.bounce import all_failures

from messaging.enums import ReceiptKind
from messaging.errors import MessagingError

LONGEST = 2_000_000
_MOST_PARTS = 60
_MOST_RECIPIENTS = 20
_DIAGNOSTIC = 500
# Where a mail server writes to whom it delivered.
_ENVELOPE_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to")
_IDENTITIES = ("message-id", "original-message-id", "x-original-message-id")
_MESSAGE_ID = re.compile(r"<d[0-9]{1,19}\.[0-9a-f]{20}@[A-Za-z0-9.-]+>")
_STATUS = re.compile(r"\b([245])\.([0-9]{1,3})\.([0-9]{1,3})\b")
# RFC 3463: addresses that are not there, or not any more. Everything else may be good another day.
_DEAD = re.compile(r"5\.1\.(?:[0-3]|6|10)|5\.2\.1|5\.4\.4")
_DEAD_WORDS = re.compile(
    r"user unknown|unknown user|no such user|does ?n[o']t exist|mailbox (?:not found|unavailable)|invalid recipient"
    r"|用户不存在|帐号不存在|账号不存在|地址不存在|无此用户|收件人不存在|邮箱不存在|用戶不存在|信箱不存在|收件人地址(?:错误|無效|无效)",
    re.IGNORECASE,
)
_FULL_WORDS = re.compile(r"quota|mailbox (?:is )?full|over ?limit|邮箱已?满|空间不足|容量不足|信箱已滿", re.IGNORECASE)
_FROM_SERVER = re.compile(r"(?:mailer-daemon|postmaster)@", re.IGNORECASE)
_COMPLAINTS = {"abuse": ReceiptKind.COMPLAINT, "fraud": ReceiptKind.COMPLAINT, "opt-out": ReceiptKind.UNSUBSCRIBE}
_ACTIONS = {"delayed": ReceiptKind.DELAYED, "delivered": ReceiptKind.DELIVERED}
_CHARSETS = ("utf-8", "gb18030", "big5")

# Its records of an error may hold what somebody wrote.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)


class UnreadableError(MessagingError):
    """Too large, too deeply nested or broken: a person may look at it, no program should."""


@dataclass(frozen=True)
class Statement:
    """What a report says of one recipient."""

    kind: str
    recipient: str = ""
    status_code: str = ""
    diagnostic: str = ""


@dataclass(frozen=True)
class Reading:
    """A returned message: its statements (none when it is no report), where it came back to, what it encloses."""

    statements: tuple[Statement, ...] = ()
    returned_to: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = field(default=())


def read_return(data: bytes) -> Reading:
    """Read ``data``; raise ``UnreadableError`` for what no mail server writes."""
    if len(data) > LONGEST:
        raise UnreadableError("size")
    lower = data.lower()
    if b"\x00" in data or lower.count(b"boundary=") + lower.count(b"message/rfc822") > _MOST_PARTS:
        raise UnreadableError("structure")
    try:
        return _read(BytesParser(policy=compat32).parsebytes(data))
    except (RecursionError, ValueError, TypeError, AttributeError, LookupError, AssertionError) as error:
        # What the standard parser and the detectors raise over input that is not mail.
        raise UnreadableError(type(error).__name__) from error


def _read(message: Message) -> Reading:
    parts = list(message.walk())
    if len(parts) > _MOST_PARTS:
        raise UnreadableError("structure")
    statements = tuple(_statements(message, parts))
    if not statements:
        return Reading()
    return Reading(statements, tuple(_returned_to(message)), tuple(dict.fromkeys(_enclosed_ids(parts))))


def _statements(message: Message, parts: list[Message]) -> Iterator[Statement]:
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            yield from _complaint(part, parts)
            return
    reports = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    if reports:
        words = _words(parts)
        for report in reports:
            for block in _blocks(report)[1 : _MOST_RECIPIENTS + 1]:
                yield from _recipient(block, words)
        return
    if not _is_automatic_answer(message):
        yield from _recognised(message, parts)


def _is_automatic_answer(message: Message) -> bool:
    """Out of office and the like: they came from a mailbox that works."""
    return (
        _header(message, "auto-submitted").lower().startswith("auto-replied")
        or _header(message, "precedence").lower() in {"auto_reply", "auto-reply"}
        or any(name in message for name in ("x-autoreply", "x-autorespond"))
    )


def _complaint(report: Message, parts: list[Message]) -> Iterator[Statement]:
    fields = (_blocks(report) or [Message()])[0]
    kind = _COMPLAINTS.get(_header(fields, "feedback-type").lower())
    if kind is not None:
        recipient = parseaddr(_header(fields, "original-rcpt-to"))[1]
        yield Statement(kind, recipient, diagnostic=_header(fields, "user-agent")[:_DIAGNOSTIC])


def _recipient(block: Message, words: str) -> Iterator[Statement]:
    action = _header(block, "action").lower().split("(")[0].strip()
    address = _header(block, "final-recipient") or _header(block, "original-recipient")
    if not action or not address:
        return
    diagnostic = _header(block, "diagnostic-code")
    status = _status(_header(block, "status"), diagnostic)
    kind: str | None = _ACTIONS.get(action)
    if action in {"failed", "error"}:
        dead = _DEAD.fullmatch(status) or (status.endswith(".0.0") and _DEAD_WORDS.search(diagnostic or words))
        kind = ReceiptKind.HARD_BOUNCE if dead and not status.startswith("4") else ReceiptKind.SOFT_BOUNCE
    if kind is not None:
        recipient = parseaddr(address.rpartition(";")[2])[1]
        yield Statement(kind, recipient, status, diagnostic[:_DIAGNOSTIC])


def _status(status: str, diagnostic: str) -> str:
    """Return the most telling status: many servers write 5.0.0 and the real one into the diagnostic."""
    found = _STATUS.search(status)
    told = _STATUS.search(diagnostic)
    if told and (found is None or found[0].endswith(".0.0")):
        found = told
    return found[0] if found else ("4.0.0" if status.startswith("4") else "5.0.0")


def _recognised(message: Message, parts: list[Message]) -> Iterator[Statement]:
    """Read what follows no standard, by the patterns of flufl.bounce and by the words of Chinese hosts."""
    temporary, permanent = all_failures(message)
    words = _words(parts)
    found = _STATUS.search(words)
    status = found[0] if found else ""
    dead = bool(_DEAD.fullmatch(status) or _DEAD_WORDS.search(words))
    told = [(address.decode("ascii", "replace"), dead) for address in sorted(permanent)]
    told += [(address.decode("ascii", "replace"), False) for address in sorted(temporary)]
    if not told and _FROM_SERVER.search(_header(message, "from")) and (dead or _FULL_WORDS.search(words)):
        told = [("", dead)]
    for address, is_dead in told[:_MOST_RECIPIENTS]:
        kind = ReceiptKind.HARD_BOUNCE if is_dead else ReceiptKind.SOFT_BOUNCE
        yield Statement(kind, address, status, words[:_DIAGNOSTIC])


def _returned_to(message: Message) -> Iterator[str]:
    for name in _ENVELOPE_HEADERS:
        yield from (address for _name, address in getaddresses(_headers(message, name)) if address)


def _enclosed_ids(parts: list[Message]) -> Iterator[str]:
    """Identities of ours that the report encloses, as the message itself, as its headers or in its words."""
    for part in parts:
        for name in () if part is parts[0] else _IDENTITIES:
            yield from _MESSAGE_ID.findall(_header(part, name))
        if not part.is_multipart() and part.get_content_maintype() in {"text", "message"}:
            yield from _MESSAGE_ID.findall(_decoded(part))
    for name in ("in-reply-to", "references"):
        yield from _MESSAGE_ID.findall(_header(parts[0], name))


def _blocks(report: Message) -> list[Message]:
    """Return the groups of fields in a report: the parser makes messages of them, or leaves them as text."""
    payload = report.get_payload()
    if isinstance(payload, list):
        return [block for block in payload if isinstance(block, Message)]
    text = _decoded(report)
    groups = re.split(r"\r?\n\s*\r?\n", text.strip())
    return [BytesParser(policy=compat32).parsebytes(group.encode("utf-8", "replace")) for group in groups]


def _words(parts: list[Message]) -> str:
    texts = [_decoded(part) for part in parts if part.get_content_maintype() == "text" and not part.is_multipart()]
    return "\n".join(texts)[:20_000]


def _decoded(part: Message) -> str:
    raw = part.get_payload(decode=True)
    return decode_words(raw, part.get_content_charset()) if isinstance(raw, bytes) else ""


def decode_words(raw: bytes, charset: str | None) -> str:
    """Return ``raw`` as text, whatever it says of its charset: many reports in Chinese say us-ascii or nothing."""
    for name in (charset if charset not in {None, "us-ascii", "iso-8859-1", "unknown-8bit"} else None, *_CHARSETS):
        try:
            if name:
                return raw.decode("gb18030" if name.lower() in {"gb2312", "gbk", "x-gbk"} else name)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("gb18030", "replace")


def _headers(message: Message, name: str) -> list[str]:
    """Return the headers of ``name`` as text; raw bytes of another charset in them are decoded."""
    raw = [str(value).encode("utf-8", "surrogateescape") for key, value in message.raw_items() if key.lower() == name]
    return [" ".join(decode_words(value, None).split()) for value in raw]


def _header(message: Message, name: str) -> str:
    return (_headers(message, name) or [""])[0]

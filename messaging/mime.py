"""Writing an internet message (RFC 5322, 2045, 2047, 8058) byte by byte.

Built by hand because the library folds long addresses into encoded words, and because a campaign builds one for each
person. Every value passes one of three encoders, none of which lets a line break through.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime, parseaddr
from functools import lru_cache

from django.conf import settings

from messaging.enums import Category
from messaging.frames import one_line
from messaging.models import Delivery
from messaging.rendering import Rendered

_WORD_BYTES = 45  # 60 base64 characters: an encoded word stays under its 75
_PLAIN_WIDTH = 66
_LONGEST_ADDRESS = 900  # RFC 5322: no line over 998
_LINE_WIDTH = 76
_SAFE_NAME = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]+")


def message_id(delivery_id: int) -> str:
    """Return the Message-ID of a row: always the same, and not to be guessed by whoever forges a bounce."""
    tag = hmac.new(settings.TICKET_SIGNING_KEY.encode(), f"message-id:{delivery_id}".encode(), hashlib.sha256)
    return f"<d{delivery_id}.{tag.hexdigest()[:20]}@{_sender_domain()}>"


def _sender_domain() -> str:
    return _domain_of(settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=8)
def _domain_of(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def ascii_address(address: str) -> str:
    """Return ``address`` with its domain in ASCII (RFC 5891); raise ``ValueError`` when that is not enough."""
    local, _at, domain = one_line(address).rpartition("@")
    encoded = f"{local}@{domain.encode('idna').decode('ascii')}"
    if not local or not encoded.isascii() or re.search(r"[\s<>,;:()\\]", encoded):
        raise ValueError("address")
    return encoded


def build_mail(
    *,
    delivery: Delivery,
    rendered: Rendered,
    recipient: str,
    now: datetime,
    unsubscribe_url: str = "",
    list_id: str = "",
) -> bytes:
    """Return the message as it goes over the wire, CRLF line ends, no line longer than 998 bytes."""
    boundary = f"=_{hashlib.sha256(message_id(delivery.pk).encode()).hexdigest()[:24]}"
    headers = [
        ("Date", format_datetime(now)),
        ("From", _mailbox(settings.DEFAULT_FROM_EMAIL)),
        ("To", recipient),
        ("Subject", _words(rendered.subject)),
        ("Message-ID", message_id(delivery.pk)),
        ("MIME-Version", "1.0"),
        ("Content-Language", "zh-CN"),
    ]
    if delivery.category != Category.CAMPAIGN:
        headers.append(("Auto-Submitted", "auto-generated"))
    if unsubscribe_url:
        headers += [
            ("List-Unsubscribe", f"<{_address(unsubscribe_url)}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    if list_id:
        headers.append(("List-Id", f"<{re.sub(r'[^A-Za-z0-9.-]', '', list_id)}.{_sender_domain()}>"))
    if not rendered.html:
        return _join([*headers, *_part_headers("plain", rendered.text)]) + _body(rendered.text)
    headers.append(("Content-Type", f'multipart/alternative; boundary="{boundary}"'))
    pieces = [_join(headers)]
    for subtype, content in (("plain", rendered.text), ("html", rendered.html)):
        pieces += [f"--{boundary}\r\n".encode(), _join(_part_headers(subtype, content)), _body(content)]
    pieces.append(f"--{boundary}--\r\n".encode())
    return b"".join(pieces)


def _join(headers: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii") + b"\r\n"


@lru_cache(maxsize=8)
def _mailbox(value: str) -> str:
    name, address = parseaddr(one_line(value))
    if not name:
        return ascii_address(address)
    shown = name if _SAFE_NAME.fullmatch(name) else _words(name, always=not name.isascii())
    if shown == name and not _SAFE_NAME.fullmatch(name):
        shown = _words(name, always=True)
    return f"{shown} <{ascii_address(address)}>"


def _words(value: str, *, always: bool = False) -> str:
    """Return ``value`` as it is when it is short ASCII, else as folded encoded words (RFC 2047, section 2)."""
    text = one_line(value)
    if not always and text.isascii() and len(text) <= _PLAIN_WIDTH and "=?" not in text:
        return text
    words, chunk = [], b""
    for character in text:
        encoded = character.encode("utf-8", "replace")
        if len(chunk) + len(encoded) > _WORD_BYTES:
            words.append(chunk)
            chunk = b""
        chunk += encoded
    words.append(chunk)
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in words)


def _address(url: str) -> str:
    if not url.isascii() or len(url) > _LONGEST_ADDRESS or re.search(r"[\s<>\x00-\x1f]", url):
        raise ValueError("unsubscribe_url")
    return url


def _is_plain(content: str) -> bool:
    return content.isascii() and "\r" not in content and max(map(len, content.split("\n"))) <= _LINE_WIDTH


def _part_headers(subtype: str, content: str) -> list[tuple[str, str]]:
    return [
        ("Content-Type", f"text/{subtype}; charset=utf-8"),
        ("Content-Transfer-Encoding", "7bit" if _is_plain(content) else "base64"),
    ]


def _body(content: str) -> bytes:
    if _is_plain(content):
        return content.rstrip("\n").replace("\n", "\r\n").encode("ascii") + b"\r\n"
    encoded = base64.b64encode(content.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "replace"))
    lines = [encoded[start : start + _LINE_WIDTH] for start in range(0, len(encoded), _LINE_WIDTH)]
    return b"\r\n".join(lines) + b"\r\n"

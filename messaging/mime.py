"""Writing an internet message (RFC 5322, 2045, 2047, 8058) byte by byte.

Built by hand because the library folds long addresses into encoded words, and because a campaign builds one for each
person. Every value passes one of three encoders, none of which lets a line break through.
"""

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import format_datetime, parseaddr
from functools import lru_cache

import idna
from django.conf import settings

from messaging.dkim import current_signer
from messaging.enums import Category
from messaging.frames import one_line
from messaging.models import Delivery
from messaging.rendering import Rendered
from messaging.transfer import QUOTED_PRINTABLE, encoded

_WORD_BYTES = 45  # 60 base64 characters: an encoded word stays under its 75
_PLAIN_WIDTH = 66
_LONGEST_ADDRESS = 900  # RFC 5322: no line over 998
_DOMAIN = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_LONGEST_LOCAL = 64
_UNSAFE_IN_ADDRESS = re.compile(r"[\s<>,;:()\[\]\\\"@\x00-\x1f\x7f]")
_UNSAFE_IN_ID = re.compile(r"[^A-Za-z0-9.-]")
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


def wire_address(address: str) -> str:
    """Return ``address`` with its domain in ASCII (RFC 5891); raise ``ValueError`` when it is none.

    What stands before the @ may be of any script: whether the server takes that is asked when it is sent (RFC 6531).
    """
    local, _at, domain = unicodedata.normalize("NFC", one_line(address)).rpartition("@")
    if not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode("ascii")
    if not local or not _DOMAIN.fullmatch(domain) or _UNSAFE_IN_ADDRESS.search(local) or len(local) > _LONGEST_LOCAL:
        raise ValueError("address")
    return f"{local}@{domain}"


def ascii_address(address: str) -> str:
    """Return ``address`` as every server takes it; raise ``ValueError`` when its local part is not ASCII."""
    encoded = wire_address(address)
    if not encoded.isascii():
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
    """Return the message as it goes over the wire, signed where the settings say so.

    CRLF line ends, no line longer than 998 bytes. ``recipient`` is a ``wire_address``.
    """
    identity = message_id(delivery.pk)
    headers = [
        ("Date", format_datetime(now)),
        ("From", _mailbox(settings.DEFAULT_FROM_EMAIL)),
        ("To", wire_address(recipient)),
        ("Subject", _words(rendered.subject)),
        ("Message-ID", identity),
        ("MIME-Version", "1.0"),
        ("Content-Language", "zh-CN"),
        *_campaign_headers(delivery, unsubscribe_url, list_id),
    ]
    if rendered.html:
        boundary = f"=_{hashlib.sha256(identity.encode()).hexdigest()[:24]}"
        headers.append(("Content-Type", f'multipart/alternative; boundary="{boundary}"'))
        body = _alternatives(boundary, rendered)
    else:
        part_headers, body = _part("plain", rendered.text)
        headers += part_headers
    signer = current_signer(_sender_domain())
    if signer is not None:
        headers.insert(0, ("DKIM-Signature", signer.signature(headers, body, now)))
    return _join(headers) + body


def _campaign_headers(delivery: Delivery, unsubscribe_url: str, list_id: str) -> Iterator[tuple[str, str]]:
    if delivery.category != Category.CAMPAIGN:
        yield "Auto-Submitted", "auto-generated"
    if unsubscribe_url:
        yield "List-Unsubscribe", f"<{_address(unsubscribe_url)}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    if list_id:
        yield "List-Id", f"<{_UNSAFE_IN_ID.sub('', list_id)}.{_sender_domain()}>"
    kind, _colon, number = delivery.source.partition(":")
    if delivery.category == Category.CAMPAIGN and kind == "campaign" and number:
        # Large receivers count complaints by each of these and show them to the sending domain.
        yield "Feedback-ID", f"campaign:{_UNSAFE_IN_ID.sub('', number)}:{delivery.category}:{_sender_domain()}"


def _alternatives(boundary: str, rendered: Rendered) -> bytes:
    parts = [_part("plain", rendered.text)]
    if rendered.quoted_html:
        parts.append((_part_headers("html", QUOTED_PRINTABLE), rendered.quoted_html))
    else:
        parts.append(_part("html", rendered.html))
    pieces = []
    for headers, body in parts:
        pieces += [f"--{boundary}\r\n".encode(), _join(headers), body, b"\r\n"]  # the last line break is the boundary's
    pieces.append(f"--{boundary}--\r\n".encode())
    return b"".join(pieces)


def _join(headers: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode() + b"\r\n"


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


def _part(subtype: str, content: str) -> tuple[list[tuple[str, str]], bytes]:
    encoding, body = encoded(content)
    return _part_headers(subtype, encoding), body


def _part_headers(subtype: str, encoding: str) -> list[tuple[str, str]]:
    return [("Content-Type", f"text/{subtype}; charset=utf-8"), ("Content-Transfer-Encoding", encoding)]

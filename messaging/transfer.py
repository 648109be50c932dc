"""Content transfer encodings of a mail's text (RFC 2045, section 6): 7bit, quoted-printable, base64."""

import binascii
from collections.abc import Iterable

_LINE_WIDTH = 76
_LONGEST_PLAIN = 900  # RFC 5322: no line over 998
_PRINTABLE = bytes([*range(32, 127), *b"\t\r\n"])
# What quoted-printable writes as it is, and the share of other bytes that decides without trying both.
_QP_LITERAL = _PRINTABLE.replace(b"=", b"")
_HARDLY_ESCAPED, _MOSTLY_ESCAPED = 0.1, 0.3
QUOTED_PRINTABLE = "quoted-printable"


def encoded(content: str) -> tuple[str, bytes]:
    """Return the shortest of the encodings that may carry ``content``, and the content in it."""
    text = _lines(content).rstrip("\n") + "\n"
    data = _wire(text)
    escaped = len(data.translate(None, _QP_LITERAL))
    if not data.translate(None, _PRINTABLE) and max(map(len, text.split("\n"))) <= _LONGEST_PLAIN:
        return "7bit", data
    if escaped > _MOSTLY_ESCAPED * len(data):
        return "base64", _base64(data)
    quoted = binascii.b2a_qp(data)
    if escaped < _HARDLY_ESCAPED * len(data):
        return QUOTED_PRINTABLE, quoted
    other = _base64(data)
    return ("base64", other) if len(other) < len(quoted) else (QUOTED_PRINTABLE, quoted)


def quoted_piece(content: str) -> bytes:
    """Return ``content`` in quoted-printable, from the start of a line to the start of the next one.

    Such pieces joined are the text joined: a soft line break ends a piece that has no line break of its own. So a
    piece that is the same in many mails is encoded once.
    """
    quoted = binascii.b2a_qp(_wire(_lines(content)))
    return quoted if not quoted or quoted.endswith(b"\n") else quoted + b"=\r\n"


def joined(pieces: Iterable[bytes]) -> bytes:
    """Return the body that ``pieces`` make, ended as a text ends."""
    body = b"".join(pieces)
    return body if body.endswith(b"\n") and not body.endswith(b"=\r\n") else body + b"\r\n"


def _lines(content: str) -> str:
    return content.replace("\r\n", "\n").replace("\r", "\n")


def _wire(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("utf-8", "replace")


def _base64(data: bytes) -> bytes:
    line = binascii.b2a_base64(data, newline=False)
    lines = [line[start : start + _LINE_WIDTH] for start in range(0, len(line), _LINE_WIDTH)]
    return b"\r\n".join(lines) + b"\r\n"

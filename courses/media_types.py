"""What a media file is by its content: its name and what a browser says of it prove nothing."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_LARGEST_MOOV = 32 * 1024 * 1024
_BRANDS = (b"iso", b"mp4", b"avc", b"M4A", b"M4B", b"M4V", b"dash", b"mmp4")
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_DOCTYPE = b"\x42\x82"
_MP3_RATES = {
    1: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MP3_FREQUENCIES = {1: (44100, 48000, 32000), 2: (22050, 24000, 16000), 2.5: (11025, 12000, 8000)}


@dataclass(frozen=True)
class MediaType:
    """A kind of file that every browser in use plays; ``is_video`` tells whether there is a picture."""

    extension: str
    mime: str
    is_video: bool


MP4 = MediaType("mp4", "video/mp4", is_video=True)
WEBM = MediaType("webm", "video/webm", is_video=True)
M4A = MediaType("m4a", "audio/mp4", is_video=False)
MP3 = MediaType("mp3", "audio/mpeg", is_video=False)
MEDIA_TYPES = {kind.extension: kind for kind in (MP4, WEBM, M4A, MP3)}


def sniff(file: BinaryIO) -> MediaType | None:
    """Return what ``file`` holds, or None for anything else; the file is at its start afterwards.

    An MP4 file needs its index (``moov``) with a track, a WebM file the document type ``webm`` and a segment, an MP3
    file two frames in a row: a few magic bytes in front of something else do not pass.
    """
    try:
        file.seek(0)
        head = file.read(4096)
        if head[4:8] == b"ftyp":
            return _mp4(file, head)
        if head.startswith(_EBML):
            return WEBM if _is_webm(head) else None
        return MP3 if _is_mp3(file, head) else None
    finally:
        file.seek(0)


def _mp4(file: BinaryIO, head: bytes) -> MediaType | None:
    if not head[8:12].startswith(_BRANDS):
        return None
    moov = _moov(file)
    handlers = {
        hdlr[8:12]
        for kind, trak in _boxes(moov)
        if kind == b"trak"
        for inner, mdia in _boxes(trak)
        if inner == b"mdia"
        for name, hdlr in _boxes(mdia)
        if name == b"hdlr"
    }
    if b"vide" in handlers:
        return MP4
    return M4A if b"soun" in handlers else None


def _moov(file: BinaryIO) -> bytes:
    """Return the content of the top-level ``moov`` box, empty when there is none."""
    place, end = 0, file.seek(0, 2)
    while place + 8 <= end:
        file.seek(place)
        size, kind = struct.unpack(">I4s", file.read(8))
        header = 8
        if size == 1:
            size, header = int.from_bytes(file.read(8), "big"), 16
        elif size == 0:
            size = end - place
        if size < header or place + size > end:
            return b""
        if kind == b"moov":
            return file.read(size - header) if size <= _LARGEST_MOOV else b""
        place += size
    return b""


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 8 <= len(content):
        size, kind = struct.unpack(">I4s", content[place : place + 8])
        if size < 8 or place + size > len(content):  # noqa: PLR2004 -- the header of a box
            return
        yield kind, content[place + 8 : place + size]
        place += size


def _is_webm(head: bytes) -> bool:
    length, start = _ebml_size(head, 4)
    header = head[start : start + length]
    place = header.find(_DOCTYPE)
    if place < 0:
        return False
    size, begin = _ebml_size(header, place + 2)
    return header[begin : begin + size] == b"webm" and head[start + length :].startswith(_SEGMENT)


def _ebml_size(data: bytes, place: int) -> tuple[int, int]:
    """Return the size written at ``place`` and where the content begins."""
    first = data[place] if place < len(data) else 0
    width = 9 - first.bit_length()
    if width > 8:  # noqa: PLR2004 -- no size is longer
        return 0, place
    rest = data[place + 1 : place + width]
    return int.from_bytes(bytes([first & ((1 << (8 - width)) - 1)]) + rest, "big"), place + width


def _is_mp3(file: BinaryIO, head: bytes) -> bool:
    place = 0
    if head.startswith(b"ID3") and len(head) >= 10:  # noqa: PLR2004 -- the header of a tag
        size = 0
        for byte in head[6:10]:
            size = size << 7 | byte & 0x7F
        place = 10 + size
    for _frame in range(2):
        file.seek(place)
        length = _frame_length(file.read(4))
        if length == 0:
            return False
        place += length
    return True


def _frame_length(header: bytes) -> int:
    """Return the length of the MPEG audio frame of layer III that begins with ``header``, zero when it is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:  # noqa: PLR2004 -- eleven bits set
        return 0
    version = {3: 1, 2: 2, 0: 2.5}.get(header[1] >> 3 & 3)
    layer_three = header[1] >> 1 & 3 == 1
    rate, frequency, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version is None or not layer_three or rate in {0, 15} or frequency == 3:  # noqa: PLR2004 -- reserved
        return 0
    bits = _MP3_RATES[1 if version == 1 else 2][rate - 1] * 1000
    samples = 144 if version == 1 else 72
    return samples * bits // _MP3_FREQUENCIES[version][frequency] + padding

"""Tiny recordings and captions, made of nothing but their formats."""

import struct
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from courses.media_forms import MediaUploadForm
from courses.models import MediaFile

VTT = """WEBVTT

1
00:00:00.000 --> 00:00:02.500
先停一停，别转账。

00:00:02.600 --> 00:00:05.000 line:90%
<v 林言>再自己找电话问。</v>

00:00:08.000 --> 00:00:09.500
这叫 A &amp; B。
"""


def mp3(frames: int = 4) -> bytes:
    """Silence: MPEG-1 layer III frames of 128 kbit/s at 44.1 kHz, behind a tag."""
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    return b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) + frame * frames


def _box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def mp4(*handlers: bytes, brand: bytes = b"isom") -> bytes:
    """A file with an index of tracks, each with its handler, and no pictures."""
    traks = [
        _box(b"trak", _box(b"mdia", _box(b"hdlr", bytes(8), handler, bytes(13)))) for handler in handlers or (b"vide",)
    ]
    return _box(b"ftyp", brand, bytes(4), b"isommp41") + _box(b"mdat", bytes(64)) + _box(b"moov", *traks)


def webm(doctype: bytes = b"webm") -> bytes:
    header = b"\x42\x86\x81\x01" + b"\x42\x82" + bytes([0x80 | len(doctype)]) + doctype
    return (
        b"\x1a\x45\xdf\xa3" + bytes([0x80 | len(header)]) + header + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"
    )


def upload(name: str, content: bytes, **changes: Any) -> MediaUploadForm:
    """Return the form as an editor sends it."""
    files = {"file": SimpleUploadedFile(name, content)}
    captions = changes.pop("captions", None)
    if captions is not None:
        files["captions_file"] = SimpleUploadedFile("words.vtt", captions.encode())
    return MediaUploadForm({"title": "一段录音", **changes}, files)


def make_media(content: bytes | None = None, *, captions: str | None = VTT) -> MediaFile:
    """Return a stored recording, audio with captions unless told otherwise."""
    form = upload("any.bin", mp3() if content is None else content, captions=captions)
    assert form.is_valid(), form.errors
    media: MediaFile = form.save()
    return media

"""``/media/``: public uploads as the application serves them, parts of a file included.

A player on a phone asks for parts (RFC 9110, section 14), and some play nothing without them. In production a proxy or
a CDN may serve the folder instead; nothing here decides who may see a file.
"""

import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.utils._os import safe_join
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.http import require_safe

_CHUNK = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
# What the system's own table may name otherwise, or not at all.
_TYPES = {".m4a": "audio/mp4", ".mp3": "audio/mpeg", ".mp4": "video/mp4", ".webm": "video/webm", ".webp": "image/webp"}


@require_safe
def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Send a public upload, whole or the one part that is asked for; 416 for a part that it does not have."""
    file = _found(path)
    stat = file.stat()
    tag, changed = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"', int(stat.st_mtime)
    if _is_known(request, tag, changed):
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        part = _part(request, stat.st_size, tag, changed)
        response = _answer(file, stat.st_size, part)
        response.headers["Content-Type"] = _TYPES.get(file.suffix.lower()) or _guessed(file)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = tag
    response.headers["Last-Modified"] = http_date(changed)
    return response


def _found(path: str) -> Path:
    try:
        file = Path(safe_join(settings.MEDIA_ROOT, path))
    except (SuspiciousFileOperation, ValueError) as error:
        raise Http404 from error
    if not file.is_file():
        raise Http404
    return file


def _guessed(file: Path) -> str:
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def _is_known(request: HttpRequest, tag: str, changed: int) -> bool:
    if "If-None-Match" in request.headers:
        return tag in request.headers["If-None-Match"]
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and changed <= since


def _part(request: HttpRequest, size: int, tag: str, changed: int) -> tuple[int, int] | None:
    """Return first and last byte of what is asked for, None for the whole file; beyond the file the first is ``size``.

    Several ranges, or a range of another version of the file, get the whole file, as the standard allows.
    """
    match = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if match is None or not any(match.groups()):
        return None
    condition = request.headers.get("If-Range")
    if condition is not None and condition not in {tag, http_date(changed)}:
        return None
    first, last = match.groups()
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) and size else (size, size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        return (size, size)
    return int(first), min(int(last), size - 1) if last else size - 1


def _answer(file: Path, size: int, part: tuple[int, int] | None) -> HttpResponseBase:
    if part is not None and part[0] >= size:
        response: HttpResponseBase = HttpResponse(status=416)
        response.headers["Content-Range"] = f"bytes */{size}"
        return response
    first, last = part or (0, size - 1)
    response = StreamingHttpResponse(_pieces(file, first, last - first + 1), status=206 if part else 200)
    response.headers["Content-Length"] = str(last - first + 1)
    if part:
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _pieces(path: Path, first: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        while length > 0:
            piece = file.read(min(_CHUNK, length))
            if not piece:
                return
            length -= len(piece)
            yield piece

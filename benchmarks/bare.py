"""The least that a WSGI server can answer: the reference of benchmarks/pages.py."""

from collections.abc import Callable, Iterable
from typing import Any

BODY = b"ok" * 10_000


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer 20,000 bytes, about the size of a page."""
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))])
    return [BODY]

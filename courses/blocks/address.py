"""What the address of a page asks of its blocks."""

from collections.abc import Mapping
from typing import Any

GUESS_KEYS = "abcdefgh"


def asked(context: Mapping[str, Any], name: str) -> str | None:
    request = context.get("request")
    return request.GET.get(name) if request is not None else None

"""What the address of a page asks of its blocks: a guess, a number, an answer to the check. Each keeps the others."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

GUESS_KEYS = "abcdefgh"
CHECK_KEYS = "abcd"
_KEYS = {"guess": GUESS_KEYS, "check": CHECK_KEYS}
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,10})?")


def asked(context: Mapping[str, Any], name: str) -> str | None:
    """Return what the address gives for ``name``, as it stands there; None where there is no such thing."""
    request = context.get("request")
    return request.GET.get(name) if request is not None else None


def offered(name: str, answer: str, *, count: int | None = None) -> bool:
    """Tell whether ``answer`` is a key that a control called ``name`` with ``count`` options may send."""
    return answer in list(_KEYS[name][:count])


def kept(context: Mapping[str, Any], name: str) -> list[tuple[str, str]]:
    """Return the answers that the reader gave to the other controls of the page, for the form of the one ``name``."""
    answers = [(other, asked(context, other)) for other in ("guess", "value", "check") if other != name]
    return [
        (other, answer)
        for other, answer in answers
        if answer is not None and (_NUMBER.fullmatch(answer) if other == "value" else offered(other, answer))
    ]


def address_without(context: Mapping[str, Any], name: str) -> str:
    """Return the address of the page with the answers to the other controls, and none to the one ``name``."""
    request = context.get("request")
    answers = urlencode(kept(context, name))
    path = request.path if request is not None else ""
    return f"{path}?{answers}" if answers else path

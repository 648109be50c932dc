"""The code on a ticket: short enough to read out over the telephone, too rare to guess.

Eight of 29 signs (no 0/O, 1/I/L, 2/Z) are 5·10¹¹ codes; together with the limit on tries at ``/j`` a guess is hopeless.
Other apps register what their own short codes open.
"""

import secrets
import unicodedata
from collections.abc import Callable
from datetime import datetime

from core.registries import Registry

ALPHABET = "3456789ABCDEFGHJKMNPQRSTUVWXY"
LENGTH = 8

# name -> function(code, now) returning the address that a code of another app opens, or None.
CodeResolver = Callable[[str, datetime], str | None]
code_resolvers: Registry[CodeResolver] = Registry("short code resolver")


def new_ticket_code() -> str:
    """Return a random code; uniqueness is the database's business."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normalise_code(typed: str) -> str:
    """Return ``typed`` as codes are stored: half-width capitals and digits without spaces or hyphens."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum())

"""Secrets of a development machine: random, made once, readable by their owner only."""

import base64
import json
import os
import secrets
from pathlib import Path

NAMES = ("SECRET_KEY", "FIELD_ENCRYPTION_KEY", "BLIND_INDEX_KEY", "TICKET_SIGNING_KEY")


def load_or_create_secrets(path: Path) -> dict[str, str]:
    """Return the secrets kept in ``path``, making the file (mode 0600) on the first call."""
    if path.exists():
        stored: dict[str, str] = json.loads(path.read_text())
        return stored
    path.parent.mkdir(parents=True, exist_ok=True)
    made = {name: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for name in NAMES}
    temporary = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(made, file)
    try:
        # A link never overwrites: of two processes that start together, both end with the same secrets.
        os.link(temporary, path)
    except FileExistsError:
        return load_or_create_secrets(path)
    finally:
        temporary.unlink()
    return made

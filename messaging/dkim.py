"""Signing mail (RFC 6376, relaxed/relaxed), so that receivers can tell that nobody changed or forged it."""

import base64
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# What is signed where it occurs. From and Subject are named once more than they occur: a second one breaks the seal.
_SIGNED = (
    "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding",
    "list-id", "list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "feedback-id",
)  # fmt: skip
_OVERSIGNED = ("from", "subject")
_SHORTEST_RSA = 2048
_BLANKS = re.compile(r"[ \t]+")
_BODY_BLANKS = re.compile(rb"[ \t]+")
_WIDTH = 72


class Signer:
    """Signs for one domain with one key."""

    def __init__(self, *, pem: bytes, domain: str, selector: str) -> None:
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise ImproperlyConfigured("DKIM_KEY: no private key in PEM") from error
        if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
            raise ImproperlyConfigured("DKIM_KEY: neither RSA nor Ed25519")
        if isinstance(key, RSAPrivateKey) and key.key_size < _SHORTEST_RSA:
            raise ImproperlyConfigured(f"DKIM_KEY: shorter than {_SHORTEST_RSA} bits")
        self._key = key
        self._algorithm = "rsa-sha256" if isinstance(key, RSAPrivateKey) else "ed25519-sha256"
        self._domain = domain
        self._selector = selector

    def signature(self, headers: Sequence[tuple[str, str]], body: bytes, now: datetime) -> str:
        """Return the value of the DKIM-Signature header for a message of ``headers`` and ``body``."""
        present = {name.lower(): value for name, value in headers}
        names = [name for name in _SIGNED if name in present]
        body_hash = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest()).decode()
        value = (
            f"v=1; a={self._algorithm}; c=relaxed/relaxed; d={self._domain}; s={self._selector};\r\n"
            f" t={int(now.timestamp())}; h={self._folded_names([*names, *_OVERSIGNED])};\r\n"
            f" bh={body_hash};\r\n b="
        )
        lines = [_relaxed(name, present[name]) + "\r\n" for name in names]
        signed = "".join(lines) + _relaxed("dkim-signature", value)
        encoded = base64.b64encode(self._sign(signed.encode())).decode()
        return value + "\r\n ".join(encoded[at : at + _WIDTH] for at in range(0, len(encoded), _WIDTH))

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, PKCS1v15(), SHA256())
        return self._key.sign(hashlib.sha256(data).digest())  # RFC 8463, section 3

    @staticmethod
    def _folded_names(names: Sequence[str]) -> str:
        half = len(names) // 2
        return ":".join(names[:half]) + ":\r\n " + ":".join(names[half:])


def _relaxed(name: str, value: str) -> str:
    return f"{name}:{_BLANKS.sub(' ', value.replace(chr(13) + chr(10), '')).strip()}"


def relaxed_body(body: bytes) -> bytes:
    """Return ``body`` in the canonical form of RFC 6376, section 3.4.4."""
    if b"\t" in body or b"  " in body or b" \r\n" in body:
        body = _BODY_BLANKS.sub(b" ", body).replace(b" \r\n", b"\r\n")
    while body.endswith(b"\r\n\r\n"):
        body = body[:-2]
    return b"" if body == b"\r\n" else body


def current_signer(sender_domain: str) -> Signer | None:
    """Return the signer that the settings ask for; raise ``ImproperlyConfigured`` when its key is of no use."""
    if not settings.DKIM_KEY:
        return None
    return _signer(settings.DKIM_KEY, settings.DKIM_DOMAIN or sender_domain, settings.DKIM_SELECTOR)


@lru_cache(maxsize=4)
def _signer(key: str, domain: str, selector: str) -> Signer:
    if key.lstrip().startswith("-----BEGIN"):
        # One line in the environment: its line ends are written out.
        return Signer(pem=key.strip().replace("\\n", "\n").encode(), domain=domain, selector=selector)
    try:
        return Signer(pem=Path(key).read_bytes(), domain=domain, selector=selector)
    except OSError as error:
        raise ImproperlyConfigured("DKIM_KEY: the file cannot be read") from error

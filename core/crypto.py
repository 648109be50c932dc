"""Encryption of stored fields and sessions, and the blind index that finds an encrypted value again.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The context (table and column) is authenticated with the
text, so that a ciphertext copied into another column does not decrypt.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_VERSION = b"\x01"
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12


class DecryptionError(Exception):
    """The text was altered, belongs to another column, or was encrypted with a key that is no longer configured."""


@lru_cache(maxsize=8)
def _keyring(encoded_keys: tuple[str, ...]) -> dict[bytes, AESGCM]:
    ring: dict[bytes, AESGCM] = {}
    for encoded in encoded_keys:
        key = base64.urlsafe_b64decode(encoded)
        ring[hashlib.sha256(b"key-id" + key).digest()[:_KEY_ID_BYTES]] = AESGCM(key)
    return ring


def encrypt(plain: bytes, *, context: str) -> bytes:
    """Encrypt with the first of ``FIELD_ENCRYPTION_KEYS``; the same text gives another result each time."""
    key_id, cipher = next(iter(_keyring(tuple(settings.FIELD_ENCRYPTION_KEYS)).items()))
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + key_id + nonce + cipher.encrypt(nonce, plain, context.encode())


def decrypt(sealed: bytes, *, context: str) -> bytes:
    """Return what ``encrypt`` was given, with any configured key; raise ``DecryptionError`` otherwise."""
    key_id = sealed[1 : 1 + _KEY_ID_BYTES]
    nonce_end = 1 + _KEY_ID_BYTES + _NONCE_BYTES
    cipher = _keyring(tuple(settings.FIELD_ENCRYPTION_KEYS)).get(key_id)
    if sealed[:1] != _VERSION or cipher is None:
        raise DecryptionError("unknown key or format")
    try:
        return cipher.decrypt(sealed[1 + _KEY_ID_BYTES : nonce_end], sealed[nonce_end:], context.encode())
    except InvalidTag as error:
        raise DecryptionError("altered, or of another column") from error


def blind_index(value: str, *, purpose: str) -> str:
    """Return a keyed digest (64 hex digits) by which an encrypted ``value`` is found without being readable.

    HMAC-SHA256 under ``BLIND_INDEX_KEY``; ``purpose`` keeps equal values of different columns apart. Normalise
    ``value`` first: the index knows nothing of case or spacing.
    """
    message = purpose.encode() + b"\x00" + value.encode()
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()

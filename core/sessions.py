"""Sessions hold pending codes and addresses; the database must not show them."""

from typing import Any

from django.core.signing import JSONSerializer

from core.crypto import decrypt, encrypt


class EncryptedSerializer:
    """Session serialiser: JSON, encrypted with the field keys."""

    _context = "session"

    def dumps(self, obj: Any) -> bytes:
        """Return ``obj`` as encrypted JSON."""
        return encrypt(JSONSerializer().dumps(obj), context=self._context)

    def loads(self, data: bytes) -> Any:
        """Return what ``dumps`` was given; raise ``DecryptionError`` for anything else."""
        return JSONSerializer().loads(decrypt(data, context=self._context))

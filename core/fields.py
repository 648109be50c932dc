"""Model fields that keep personal data unreadable in the database."""

import base64
from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from core.crypto import decrypt, encrypt


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is encrypted in the database and plain in Python.

    The ciphertext is bound to its table and column. Only ``isnull`` look-ups work; a column that must be searched
    keeps a blind index beside it (``core.crypto.blind_index``). The empty string is stored as it is.
    """

    description = "encrypted text"

    @property
    def _context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if not value:
            return value
        return decrypt(base64.b64decode(value), context=self._context).decode()

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if not value:
            return value
        return base64.b64encode(encrypt(str(value).encode(), context=self._context)).decode()

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: look it up by its blind index.")
        return super().get_lookup(lookup_name)

"""The consent ledger: who agreed to what, when, in which words."""

import hashlib
import json

from django.db import models

from accounts.enums import ConsentKind
from core.models.audit import AppendOnlyModel


class ConsentEntry(AppendOnlyModel):
    """One giving or withdrawing of consent.

    No foreign key and nothing personal: ``subject`` is a pseudonym, ``digest`` a salted digest of the detail. On
    PostgreSQL a trigger refuses UPDATE and DELETE (migration 0003).
    """

    at = models.DateTimeField(db_index=True)
    subject = models.CharField(max_length=64, db_index=True)
    kind = models.CharField(max_length=32, choices=ConsentKind.choices)
    granted = models.BooleanField()
    source = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("subject", "kind", "-id"), name="accounts_consent_latest"),)

    def __str__(self) -> str:
        return f"{self.kind} {'+' if self.granted else '-'} {self.at:%Y-%m-%d}"


class ConsentDetail(models.Model):
    """The words that were shown, and what else may one day have to be erased."""

    entry_id = models.BigIntegerField(unique=True)
    salt = models.CharField(max_length=32)
    detail = models.JSONField()

    def __str__(self) -> str:
        return str(self.entry_id)

    def digest(self) -> str:
        """Return the salted SHA-256 that the entry keeps."""
        body = json.dumps(self.detail, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256((self.salt + body).encode()).hexdigest()

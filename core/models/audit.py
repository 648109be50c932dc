"""The audit trail: entries without personal data that nobody changes, details that can be erased."""

from typing import Any, NoReturn

from django.db import models


class AppendOnlyQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Rows are added, never changed or removed."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        raise AppendOnlyError


class AppendOnlyError(Exception):
    """Somebody tried to change or remove a row of a ledger."""


class AppendOnlyModel(models.Model):
    """A ledger row. On PostgreSQL a trigger refuses UPDATE and DELETE too (migration 0002)."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError


class AuditEntry(AppendOnlyModel):
    """Who did what to which object. ``actor`` is a pseudonym, ``digest`` a salted digest of the detail."""

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=64)
    action = models.CharField(max_length=80, db_index=True)
    target = models.CharField(max_length=120, db_index=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.action} {self.target}"


class AuditDetail(models.Model):
    """What an entry was about, in words; may hold personal data and may therefore be erased."""

    entry_id = models.BigIntegerField(unique=True)
    salt = models.CharField(max_length=32)
    detail = models.JSONField()

    def __str__(self) -> str:
        return str(self.entry_id)


class AuditSeal(AppendOnlyModel):
    """The head of the hash chain after the entries up to ``last_entry_id``."""

    sealed_at = models.DateTimeField()
    last_entry_id = models.BigIntegerField(unique=True)
    head = models.CharField(max_length=64)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.head[:12]

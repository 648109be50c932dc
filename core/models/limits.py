"""Counters of the rate limits."""

from django.db import models


class LimitCounter(models.Model):
    """How often something happened since its window opened; ``digest`` is a keyed digest and names nobody."""

    digest = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.digest[:12]} {self.count}"

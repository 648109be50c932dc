"""Signed links that may no longer be used."""

from django.db import models


class RevokedLink(models.Model):
    """The digest of a token that was used up or withdrawn; the token itself is not kept."""

    digest = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest[:12]

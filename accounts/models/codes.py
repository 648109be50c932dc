"""Six-digit codes that prove somebody holds a contact point."""

from django.db import models
from django.db.models import Q

from accounts.models.people import ContactPoint


class ContactCode(models.Model):
    """One code that was sent. Only a keyed digest is kept; at most one code a contact and purpose is live."""

    contact = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="codes")
    purpose = models.CharField(max_length=64)
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("contact", "purpose"),
                condition=Q(used_at__isnull=True, superseded_at__isnull=True),
                name="accounts_code_one_live",
            ),
            models.CheckConstraint(condition=Q(attempts__lte=5), name="accounts_code_five_tries"),
        )
        indexes = (models.Index(fields=("contact", "purpose", "-created_at"), name="accounts_code_latest"),)

    def __str__(self) -> str:
        return f"{self.purpose} {self.created_at:%Y-%m-%d %H:%M}"

"""Synthetic investors in bulk, for load and growth."""

import itertools
import uuid
from datetime import datetime

from django.db import transaction

from accounts.actions.contacts import contact_index
from accounts.enums import Channel
from accounts.models import ContactPoint, User

BATCH = 2_000


def create_sample_investors(*, count: int, now: datetime) -> int:
    """Make ``count`` investors, each with one verified address at ``example.org``; return how many were made.

    Numbers go on where an earlier run stopped. Each batch is a transaction of its own.
    """
    first = ContactPoint.objects.filter(mail_domain="example.org").count() + 1
    numbers = iter(range(first, first + count))
    while batch := list(itertools.islice(numbers, BATCH)):
        with transaction.atomic():
            users = User.objects.bulk_create(
                User(username=uuid.uuid4().hex, password="!", display_name=f"学员{number}", date_joined=now)  # noqa: S106 -- unusable
                for number in batch
            )
            ContactPoint.objects.bulk_create(
                ContactPoint(
                    channel=Channel.EMAIL,
                    value=f"sample{number}@example.org",
                    index=contact_index(Channel.EMAIL, f"sample{number}@example.org"),
                    mail_domain="example.org",
                    verified_at=now,
                    user=user,
                    created_at=now,
                )
                for number, user in zip(batch, users, strict=True)
            )
    return count

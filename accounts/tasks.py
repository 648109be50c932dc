"""Celery tasks of the accounts app."""

from datetime import timedelta

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from accounts.actions.accounts import purge_unused_contacts
from accounts.actions.codes import purge_codes


@shared_task(name="accounts.purge_codes")
def purge_codes_task() -> None:
    """Delete codes that expired a day ago."""
    purge_codes(now=timezone.now())


@shared_task(name="accounts.purge_unused_contacts")
def purge_unused_contacts_task() -> None:
    """Delete addresses that somebody typed a week ago and nobody ever confirmed."""
    purge_unused_contacts(before=timezone.now() - timedelta(days=7))


@shared_task(name="accounts.clear_sessions")
def clear_sessions_task() -> None:
    """Delete sessions that have ended."""
    SessionStore.clear_expired()

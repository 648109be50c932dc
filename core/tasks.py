"""Celery tasks of the core app."""

import logging

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from core import limits
from core.actions.audit import seal_audit_trail
from core.actions.search import purge_vain_searches

logger = logging.getLogger(__name__)


@shared_task(name="core.seal_audit_trail")
def seal_audit_trail_task() -> None:
    """Seal what was recorded since the last minute and export the head to the log."""
    seal = seal_audit_trail(now=timezone.now())
    if seal:
        logger.info("audit trail sealed", extra={"last_entry": seal.last_entry_id, "head": seal.head})


@shared_task(name="core.purge_limits")
def purge_limits_task() -> None:
    """Delete counters of limits whose window has closed."""
    limits.purge_expired(now=timezone.now())


@shared_task(name="core.publish_scheduled")
def publish_scheduled_task() -> None:
    """Publish what was approved for a time that has come, and take down what has expired."""
    call_command("publish_scheduled", verbosity=0)


@shared_task(name="core.purge_vain_searches")
def purge_vain_searches_task() -> None:
    """Forget what was looked for in vain long ago."""
    purge_vain_searches(now=timezone.now())

"""Celery tasks of the messaging app: nudged by actions, repeated by beat."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from core.nudge import nudge
from messaging.actions.delivering import send_due
from messaging.actions.retention import archive_closed, purge_archive
from messaging.actions.sms_receipts import match_held_receipts
from messaging.actions.sweeping import sweep
from messaging.bounces.ingesting import ingest_all
from messaging.bounces.mailboxes import MailboxError, open_mailbox

logger = logging.getLogger(__name__)


@shared_task(name="messaging.send_due", acks_late=True)
def send_due_task() -> None:
    """Send what is due for a while; ask for another turn when something is left, so that other tasks get theirs."""
    if send_due(clock=timezone.now, seconds=settings.DELIVERY_TURN_SECONDS, call_another=_call_another):
        nudge(send_due_task)


def _call_another() -> None:
    """One call wakes one sender; a long queue is work for every slot of this machine."""
    if settings.DELIVERY_SENDERS > 1:
        nudge(send_due_task)


@shared_task(name="messaging.sweep", acks_late=True)
def sweep_task() -> None:
    """Do what nudges and dead workers missed."""
    swept = sweep(now=timezone.now())
    if swept.unknown:
        logger.error("deliveries of unknown result", extra={"count": swept.unknown})


@shared_task(name="messaging.archive", acks_late=True)
def archive_task() -> None:
    """Archive and purge by retention."""
    archive_closed(now=timezone.now())
    purge_archive(now=timezone.now())


@shared_task(name="messaging.match_receipts", acks_late=True)
def match_receipts_task() -> None:
    """Apply the receipts that came before their message's number was recorded."""
    match_held_receipts(now=timezone.now())


@shared_task(name="messaging.ingest_bounces", acks_late=True)
def ingest_bounces_task() -> None:
    """Read returned mail, where the settings say where it lies."""
    if not settings.BOUNCES_URL:
        return
    try:
        counts = ingest_all(returned=open_mailbox(settings.BOUNCES_URL), clock=timezone.now)
    except MailboxError as error:
        logger.error("bounces cannot be read", extra={"error": type(error).__name__})
        return
    if counts:
        logger.info("bounces read", extra={"counts": dict(counts)})

"""Celery tasks of the newsletters app."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from newsletters.actions.sending import finish_campaign, queue_batch
from newsletters.actions.subscriptions import purge_unconfirmed
from newsletters.enums import CampaignStatus
from newsletters.models import Campaign

# Ten times as long as the confirming link works.
UNCONFIRMED_KEPT = timedelta(days=30)


@shared_task(name="newsletters.queue_campaign", acks_late=True)
def queue_campaign_task(campaign_id: int) -> None:
    """Queue a campaign's letters batch by batch; a second worker on the same campaign does no harm."""
    while queue_batch(campaign_id=campaign_id, now=timezone.now()):
        pass


@shared_task(name="newsletters.purge_unconfirmed")
def purge_unconfirmed_task() -> None:
    """Forget addresses whose holders never confirmed."""
    purge_unconfirmed(before=timezone.now() - UNCONFIRMED_KEPT)


@shared_task(name="newsletters.sweep")
def sweep_task() -> None:
    """Do what a nudge missed: queue what waits, and close what has gone out."""
    for pk in Campaign.objects.filter(status=CampaignStatus.SENDING).values_list("pk", flat=True):
        queue_campaign_task(pk)
        finish_campaign(campaign_id=pk, now=timezone.now())

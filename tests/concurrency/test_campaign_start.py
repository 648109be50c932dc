"""Two colleagues press 发送 at once; two workers queue one campaign at once."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from core.errors import DomainError
from messaging.models import Delivery
from newsletters.actions import sending
from newsletters.actions.sending import queue_batch, start_sending
from newsletters.models import Campaign, CampaignRecipient
from tests.factories.newsletters import make_approved_campaign, make_marketer, make_subscription

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def in_threads(number, work):
    """Run ``work`` at the same moment in each thread; return what each returned or raised."""
    gate, outcomes = threading.Barrier(number), []

    def run():
        try:
            gate.wait(timeout=10)
            outcomes.append(work())
        except DomainError as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def start_in_threads(campaign, users):
    waiting, now = list(users), timezone.now()
    return in_threads(len(users), lambda: start_sending(campaign_id=campaign.pk, user=waiting.pop(), now=now).status)


def test_of_eight_that_start_at_once_one_starts():
    make_subscription()
    campaign = make_approved_campaign(now=timezone.now())

    outcomes = start_in_threads(campaign, [make_marketer() for _number in range(8)])

    assert sorted(map(str, outcomes)) == ["CampaignStateError"] * 7 + ["sending"]


def test_without_the_lock_more_than_one_starts(monkeypatch):
    """The control: the same race with the row read unlocked, and a pause where the other one slips in."""
    make_subscription()
    campaign = make_approved_campaign(now=timezone.now())
    pause = threading.Barrier(8)

    def unlocked(campaign_id):
        row = Campaign.objects.get(pk=campaign_id)
        pause.wait(timeout=10)
        return row

    monkeypatch.setattr(sending, "_locked", unlocked)

    outcomes = start_in_threads(campaign, [make_marketer() for _number in range(8)])

    assert [str(outcome) for outcome in outcomes] == ["sending"] * 8


def test_workers_that_queue_at_once_write_to_each_person_once():
    for _number in range(40):
        make_subscription()
    campaign = make_approved_campaign(now=timezone.now())
    now = timezone.now()
    start_sending(campaign_id=campaign.pk, user=make_marketer(), now=now)

    def work():
        while queue_batch(campaign_id=campaign.pk, now=now, size=3):
            pass

    in_threads(4, work)

    assert CampaignRecipient.objects.count() == 40
    assert Delivery.objects.filter(source=campaign.source).count() == 40
    assert Campaign.objects.get().recipients_count == 40

"""What the delivery benchmarks do inside Django, each in a process of its own: python -m benchmarks.delivery COMMAND …

The messages are the site's own campaign letter, through the newsletters app's template, with text and HTML of about
19 KB over the wire and each subscriber's greeting, date and links in it.
"""

import json
import os
import pickle
import resource
import smtplib
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.delivery_settings")

_PARAGRAPH = "看不见的费用也要算。管理费和托管费每天从基金财产里扣，账单上没有，净值里有。" * 4
_PARAGRAPHS = 1


def people(first, count):
    """Make confirmed subscribers number ``first`` and up, with a display name each, in bulk."""
    from django.db import transaction
    from django.utils import timezone

    from accounts.actions.contacts import contact_index
    from accounts.models import ContactPoint, User
    from newsletters.models import Subscriber, Subscription, SubscriptionTopic

    now = timezone.now()
    for start in range(int(first), int(first) + int(count), 2000):
        numbers = range(start, min(start + 2000, int(first) + int(count)))
        with transaction.atomic():
            users = User.objects.bulk_create(
                [User(username=f"bench-{number}", display_name=f"学员{number}") for number in numbers]
            )
            contacts = ContactPoint.objects.bulk_create(
                [
                    ContactPoint(
                        channel="email",
                        index=contact_index("email", f"p{number}@example.com"),
                        value=f"p{number}@example.com",
                        mail_domain="example.com",
                        user=user,
                        created_at=now,
                        verified_at=now,
                    )
                    for number, user in zip(numbers, users, strict=True)
                ]
            )
            subscribers = Subscriber.objects.bulk_create(
                [Subscriber(contact_point=contact, user=contact.user) for contact in contacts]
            )
            subscriptions = Subscription.objects.bulk_create(
                [
                    Subscription(subscriber=subscriber, status="active", requested_at=now, confirmed_at=now)
                    for subscriber in subscribers
                ]
            )
            SubscriptionTopic.objects.bulk_create(
                [SubscriptionTopic(subscription=subscription, topic="monthly") for subscription in subscriptions]
            )


def campaign():
    """Make an approved letter and print its number."""
    from django.utils import timezone

    from newsletters.enums import CampaignStatus
    from newsletters.models import Campaign
    from tests.factories.newsletters import make_approved_campaign

    now = timezone.now()
    body = [{"type": "paragraph", "value": f"<p>{_PARAGRAPH}</p>"} for _number in range(_PARAGRAPHS)]
    made = make_approved_campaign(now=now, slug=f"bench-{now.timestamp():.0f}", to_sms=False, sms_text="", body=body)
    Campaign.objects.filter(pk=made.pk).update(status=CampaignStatus.SENDING, started_at=now, queued_at=now)
    print(made.pk)


def _orders(campaign_id, run, count):
    """Yield one order for each of the first ``count`` subscribers, as newsletters queues them."""
    from django.utils import timezone

    from messaging.actions import Order
    from newsletters.links import UNSUBSCRIBE, link_url
    from newsletters.models import Subscription

    now = timezone.now()
    found = Subscription.objects.select_related("subscriber__contact_point").order_by("pk")[: int(count)]
    for subscription in found.iterator(chunk_size=500):
        yield Order(
            event_key=f"bench:{run}:{subscription.pk}",
            contact_point=subscription.subscriber.contact_point,
            context={
                "campaign": int(campaign_id),
                "subscription": subscription.pk,
                "unsubscribe_url": link_url(kind=UNSUBSCRIBE, subscription=subscription, now=now),
                "list_id": "monthly",
            },
        )


def enqueue(campaign_id, run, count, senders="1"):
    """Accept ``count`` letters, wake ``senders`` senders and print what accepting and reading the people took."""
    from django.urls import reverse
    from django.utils import timezone

    from core.nudge import nudge
    from messaging.actions import enqueue_many
    from messaging.tasks import send_due_task

    # A running site has its addresses loaded; a process that has just begun loads them for the first letter's links.
    reverse("newsletters:index")
    started = time.perf_counter()
    enqueue_many(
        orders=_orders(campaign_id, run, count),
        template="newsletters.campaign",
        now=timezone.now(),
        source=f"bench:{run}",
    )
    seconds = time.perf_counter() - started
    for _sender in range(int(senders) - 1):
        nudge(send_due_task)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "peak_kib": peak}))


def codes(count, pause):
    """Ask for ``count`` code messages, one every ``pause`` seconds, as people who sign in do."""
    from django.utils import timezone

    from accounts.models import ContactPoint
    from messaging.actions import enqueue as enqueue_one

    contacts = list(ContactPoint.objects.order_by("pk")[:1000])
    for number in range(int(count)):
        enqueue_one(
            event_key=f"bench-code:{time.time()}:{number}",
            contact_point=contacts[number % len(contacts)],
            template="messaging.code",
            context={"code": f"{number:06d}", "minutes": 10},
            now=timezone.now(),
        )
        time.sleep(float(pause))


def letters(campaign_id, count, target):
    """Write ``count`` finished messages with their recipients into a file, for the senders that are compared with."""
    from django.utils import timezone

    from messaging.actions.preparing import Preparer
    from messaging.mime import message_id
    from messaging.models import Delivery
    from messaging.templates import get_template

    now = timezone.now()
    template = get_template("newsletters.campaign")
    built = []
    for number, order in enumerate(_orders(campaign_id, "letters", count), start=1):
        row = Delivery(
            pk=number,
            contact_point=order.contact_point,
            channel="email",
            category=template.category,
            template=template.key,
            params=json.dumps(template.pick(order.context)),
        )
        item = Preparer([row]).prepare([row], now)[0]
        assert item.parcel.message_id == message_id(number), item
        built.append(
            {
                "recipient": item.parcel.recipient,
                "data": item.parcel.data,
                "subject": item.rendered.subject,
                "text": item.rendered.text,
                "html": item.rendered.html,
            }
        )
    Path(target).write_bytes(pickle.dumps(built))
    print(json.dumps({"bytes": len(built[0]["data"]), "different": len({letter["html"] for letter in built})}))


def reference(port, source):
    """Send finished messages with smtplib on one kept connection and print messages a second."""
    built = pickle.loads(Path(source).read_bytes())
    with smtplib.SMTP("127.0.0.1", int(port)) as connection:
        connection.sendmail("edu@example.com", "warm@example.com", built[0]["data"])
        started = time.perf_counter()
        for letter in built:
            connection.sendmail("edu@example.com", letter["recipient"], letter["data"])
        print(json.dumps({"rate": len(built) / (time.perf_counter() - started)}))


def drain(seconds):
    """Send what is due in this process for at most ``seconds`` (for a profiler)."""
    from django.utils import timezone

    from messaging.actions.delivering import send_due

    send_due(clock=timezone.now, seconds=float(seconds))


COMMANDS = {function.__name__: function for function in (people, campaign, enqueue, codes, letters, reference, drain)}

if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command != "reference":
        # Celery's application first: it reads the settings that import it.
        import django

        import edu_site  # noqa: F401

        django.setup()
    COMMANDS[command](*arguments)

"""What the fault runs do in processes of their own: python -m tests.faults.delivery_process COMMAND …"""

import json
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.faults.delivery_settings")


def enqueue(count, channel="email"):
    """Accept ``count`` messages in one transaction, through the public function; print what that cost."""
    from django.utils import timezone

    from accounts.actions.contacts import get_or_create_contact
    from core.nudge import failed_nudges
    from messaging.actions import Order, enqueue_many

    now = timezone.now()
    address = {"email": "p{}@example.com", "sms": "+86138{:08d}"}[channel]
    template = {"email": "faults.letter", "sms": "faults.notice"}[channel]
    orders = [
        Order(
            f"fault:{now.timestamp()}:{number}",
            get_or_create_contact(channel=channel, value=address.format(number), now=now),
            {"name": f"学员{number}"},
        )
        for number in range(int(count))
    ]
    started = time.monotonic()
    enqueue_many(orders=orders, template=template, now=now, source="campaign:fault")
    print(json.dumps({"seconds": time.monotonic() - started, "failed_nudges": failed_nudges()}))


def sign_in(address):
    """Ask for a code at the page where people sign in, which queues a message; print the answer and its seconds."""
    from django.test import Client

    from core.nudge import failed_nudges

    client = Client()
    client.get("/accounts/login/")
    started = time.monotonic()
    response = client.post("/accounts/login/", {"contact": address})
    seconds = time.monotonic() - started
    print(json.dumps({"seconds": seconds, "status": response.status_code, "failed_nudges": failed_nudges()}))


def record_last():
    """The control: send a batch of 50, then record it in one commit. A kill in between sends a batch again."""
    from django.utils import timezone

    from messaging.actions.preparing import Preparer
    from messaging.backends import backend_for
    from messaging.models import Delivery

    while True:
        rows = list(Delivery.objects.filter(state="pending").select_related("contact_point").order_by("pk")[:50])
        if not rows:
            return
        now = timezone.now()
        for item in Preparer(rows).prepare(rows, now):
            backend_for("email").send(item.parcel)
            item.delivery.message_id = item.parcel.message_id
        Delivery.objects.bulk_update(rows, ["message_id"])
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(state="sent", sent_at=now, closed_at=now)


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    # Celery's application first: it reads the settings that import it.
    import django

    import edu_site  # noqa: F401

    django.setup()
    {"enqueue": enqueue, "sign_in": sign_in, "record_last": record_last}[command](*arguments)

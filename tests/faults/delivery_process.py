"""What the fault runs do in processes of their own: python -m tests.faults.delivery_process COMMAND …"""

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.faults.delivery_settings")


def enqueue(count):
    """Accept ``count`` messages in one transaction, through the public function; print what that cost."""
    from django.utils import timezone

    from accounts.actions.contacts import get_or_create_contact
    from core.nudge import failed_nudges
    from messaging.actions import Order, enqueue_many

    now = timezone.now()
    orders = [
        Order(
            f"fault:{now.timestamp()}:{number}",
            get_or_create_contact(channel="email", value=f"p{number}@example.com", now=now),
            {"name": f"学员{number}"},
        )
        for number in range(int(count))
    ]
    started = time.monotonic()
    enqueue_many(orders=orders, template="faults.letter", now=now, source="campaign:fault")
    print(json.dumps({"seconds": time.monotonic() - started, "failed_nudges": failed_nudges()}))


def example():
    """Print one message as it goes over the wire."""
    from django.utils import timezone

    from messaging.mime import build_mail
    from messaging.models import Delivery
    from messaging.rendering import preview
    from messaging.templates import get_template

    delivery = Delivery(pk=1, category="campaign", channel="email")
    rendered = preview(get_template("faults.letter"), channel="email")
    data = build_mail(delivery=delivery, rendered=rendered, recipient="p@example.com", now=timezone.now())
    sys.stdout.write(data.decode("ascii"))


def states():
    """Print every row's state and message id."""
    from messaging.models import Delivery

    print(json.dumps(list(Delivery.objects.values_list("state", "message_id"))))


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


def sink(port, log, delay):
    """A real SMTP server that writes the Message-ID of everything that it accepted, before it says so."""
    import asyncio
    from email.parser import BytesHeaderParser

    from aiosmtpd.smtp import SMTP

    record = Path(log).open("a", buffering=1)  # noqa: SIM115 -- open as long as the server runs

    class Handler:
        async def handle_DATA(self, server, session, envelope):
            identity = BytesHeaderParser().parsebytes(envelope.content)["Message-ID"]
            record.write(f"{identity} {envelope.rcpt_tos[0]}\n")
            await asyncio.sleep(float(delay))
            return "250 OK"

    async def serve():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Handler(), loop=loop), "127.0.0.1", int(port))
        async with server:
            await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command != "sink":
        # Celery's application first: it reads the settings that import it.
        import django

        import edu_site  # noqa: F401

        django.setup()
    {"enqueue": enqueue, "example": example, "states": states, "record_last": record_last, "sink": sink}[command](
        *arguments
    )

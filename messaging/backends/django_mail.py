"""Django's own mail (sign-in, Wagtail's notices) goes through the same outbox as everything else."""

import uuid
from collections.abc import Sequence
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.contacts import get_or_create_contact
from accounts.enums import Channel
from messaging.actions import enqueue
from messaging.errors import MessagingError

TEMPLATE = "messaging.django_mail"


class OutboxEmailBackend(BaseEmailBackend):
    """Turns each recipient of each message into a ``Delivery``.

    What it says may hold a code or a reset link, so it is treated as one: ahead of campaigns, erased once sent.
    Attachments are refused: nothing of ours sends any.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the messages and return how many; raise ``MessagingError`` for what cannot be queued."""
        accepted = 0
        for message in email_messages:
            try:
                self._queue(message)
                accepted += 1
            except (MessagingError, ValidationError):
                if not self.fail_silently:
                    raise
        return accepted

    def _queue(self, message: EmailMessage) -> None:
        if message.attachments:
            raise MessagingError(_("通过这里发出的邮件不能带附件。"))
        now = timezone.now()
        context = {"mail_subject": message.subject, "mail_text": message.body, "mail_html": _html_of(message)}
        with transaction.atomic():
            for recipient in message.recipients():
                enqueue(
                    event_key=f"django-mail:{uuid.uuid4().hex}",
                    contact_point=get_or_create_contact(
                        channel=Channel.EMAIL, value=parseaddr(recipient)[1] or recipient, now=now
                    ),
                    template=TEMPLATE,
                    context=context,
                    now=now,
                )


def _html_of(message: EmailMessage) -> str:
    if message.content_subtype == "html":
        return str(message.body)
    if isinstance(message, EmailMultiAlternatives):
        for content, mimetype in message.alternatives:
            if mimetype == "text/html":
                return str(content)
    return ""

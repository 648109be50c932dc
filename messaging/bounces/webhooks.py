"""What a mail service posts to us about our messages.

django-anymail knows each service's signature and words; here is decided what is new, what is believed and what follows.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from anymail.exceptions import AnymailError
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from anymail.webhooks.base import AnymailCoreWebhookView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.actions.contacts import contact_index
from accounts.enums import Channel
from accounts.models import ContactPoint
from accounts.validators import normalise_email
from messaging.actions.receipts import Report, apply_receipt
from messaging.enums import Proof, ReceiptKind
from messaging.models import Delivery, Receipt

logger = logging.getLogger(__name__)

# Services repeat for about a day what we did not take; an older one was kept by somebody.
OLDEST, AHEAD = timedelta(hours=36), timedelta(minutes=10)
_LONGEST = 1_000_000
_SERVICES = {
    "brevo": "brevo.BrevoTrackingWebhookView",
    "mailersend": "mailersend.MailerSendTrackingWebhookView",
    "mailgun": "mailgun.MailgunTrackingWebhookView",
    "mailjet": "mailjet.MailjetTrackingWebhookView",
    "postal": "postal.PostalTrackingWebhookView",
    "postmark": "postmark.PostmarkTrackingWebhookView",
    "sendgrid": "sendgrid.SendGridTrackingWebhookView",
    "sparkpost": "sparkpost.SparkPostTrackingWebhookView",
}
_DEAD = {RejectReason.BOUNCED, RejectReason.INVALID}
_KINDS = {
    EventType.DELIVERED: ReceiptKind.DELIVERED,
    EventType.DEFERRED: ReceiptKind.DELAYED,
    EventType.COMPLAINED: ReceiptKind.COMPLAINT,
    EventType.UNSUBSCRIBED: ReceiptKind.UNSUBSCRIBE,
}
_BOUNCES = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}


class _RefusedError(Exception):
    """The post is answered with ``status`` and changes nothing."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@csrf_exempt
@require_POST
def mail_service_receipts(request: HttpRequest, service: str) -> HttpResponse:
    """Take the events of the service that the settings name; 404 for any other.

    Forged is 403, malformed 400, and 409 when all of it is old or was told before. What people open or click is
    dropped unread.
    """
    if service != settings.MAIL_SERVICE or service not in _SERVICES:
        raise Http404
    now = timezone.now()
    try:
        new = _new_events(request, service, now)
    except _RefusedError as error:
        logger.warning("webhook refused", extra={"service": service, "why": str(error)})
        return HttpResponse(status=error.status)
    for event, key in new:
        _apply(service, event, key, now)
    return HttpResponse()


def _new_events(request: HttpRequest, service: str, now: datetime) -> list[tuple[AnymailTrackingEvent, str]]:
    events = list(_checked(request, service))
    new = [(event, key) for event, key in events if _is_new(service, event, key, now)]
    if events and not new:
        raise _RefusedError(409, "replayed")
    return new


def _checked(request: HttpRequest, service: str) -> Iterator[tuple[AnymailTrackingEvent, str]]:
    """Yield the events of a post that its signature proves, each with an identity that stays the same in a replay."""
    try:
        body = request.body
    except SuspiciousOperation as error:
        raise _RefusedError(413, "size") from error
    if len(body) > _LONGEST:
        raise _RefusedError(413, "size")
    view = _view(service)
    view.setup(request)
    try:
        view.run_validators(request)
    except SuspiciousOperation as error:
        raise _RefusedError(403, "signature") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _RefusedError(400, "malformed") from error
    try:
        events = view.parse_events(request)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, AnymailError) as error:
        raise _RefusedError(400, "malformed") from error
    digest = hashlib.sha256(body).hexdigest()
    for number, event in enumerate(events):
        key = f"{event.event_type}:{event.event_id or f'{digest}:{number}'}"
        if service == "mailgun":
            # Only its token and time are signed: the same token with other words is a replay too.
            event.timestamp, key = _signed_time(event, event.timestamp), str(event.event_id)
        yield event, key


def _view(service: str) -> AnymailCoreWebhookView:
    """Return anymail's view; refuse everything while nothing that proves a post is configured."""
    kind: Any = import_string(f"anymail.webhooks.{_SERVICES[service]}")
    if kind.warn_if_no_basic_auth and not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise _RefusedError(403, "not configured")
    try:
        return kind()  # type: ignore[no-any-return]
    except ImproperlyConfigured as error:
        raise _RefusedError(403, "not configured") from error


def _signed_time(event: AnymailTrackingEvent, told: datetime | None) -> datetime | None:
    """Mailgun signs the time in the signature block, not the one in the event."""
    try:
        return datetime.fromtimestamp(float(event.esp_event["signature"]["timestamp"]), tz=UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        return told


def _is_new(service: str, event: AnymailTrackingEvent, key: str, now: datetime) -> bool:
    if event.timestamp is None or not now - OLDEST <= event.timestamp <= now + AHEAD:
        return False
    return not Receipt.objects.filter(source=service, external_id=key[:200]).exists()


def _apply(service: str, event: AnymailTrackingEvent, key: str, now: datetime) -> None:
    kind = _kind(event)
    if kind is None:
        return
    row = _delivery(event)
    apply_receipt(
        report=Report(
            source=service,
            external_id=key,
            kind=kind,
            delivery_id=row,
            proof=Proof.PROVIDER if row is not None else Proof.NONE,
            contact_point=_contact(event),
            diagnostic=_diagnostic(event),
        ),
        now=now,
    )


def _kind(event: AnymailTrackingEvent) -> str | None:
    if event.event_type in _BOUNCES:
        return ReceiptKind.HARD_BOUNCE if event.reject_reason in _DEAD else ReceiptKind.SOFT_BOUNCE
    return _KINDS.get(event.event_type)


def _delivery(event: AnymailTrackingEvent) -> int | None:
    identity = str(event.message_id or "")
    if not identity:
        return None
    mail = Delivery.objects.filter(channel=Channel.EMAIL)
    bare = identity.strip("<>")
    rows = mail.filter(message_id=f"<{bare}>") | mail.filter(provider_id=bare)
    ids = list(rows.values_list("pk", flat=True)[:2])
    return ids[0] if len(ids) == 1 else None


def _contact(event: AnymailTrackingEvent) -> ContactPoint | None:
    try:
        index = contact_index(Channel.EMAIL, normalise_email(str(event.recipient or "")))
    except ValidationError:
        return None
    return ContactPoint.objects.filter(channel=Channel.EMAIL, index=index).first()


def _diagnostic(event: AnymailTrackingEvent) -> str:
    return json.dumps([event.description, event.mta_response, event.reject_reason], ensure_ascii=False, default=str)

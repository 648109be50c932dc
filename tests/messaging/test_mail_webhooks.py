"""Posts of a mail service, signed as the service signs them."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from messaging.enums import DeliveryState, Proof, ReceiptKind, ReceiptState
from messaging.mime import message_id
from messaging.models import Delivery, Receipt, Suppression
from tests.factories.messaging import DeliveryFactory, mail_contact

pytestmark = pytest.mark.django_db
KEY = "signing-key"


@pytest.fixture
def sent():
    row = DeliveryFactory(sent=True, contact_point=mail_contact())
    row.message_id = message_id(row.pk)
    row.save()
    return row


@pytest.fixture
def mailgun(client, settings):
    settings.MAIL_SERVICE = "mailgun"
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY}

    def post(payload):
        return client.post("/hooks/mail/mailgun/", json.dumps(payload), content_type="application/json").status_code

    return post


def event(row, *, kind="failed", at=None, token="t" * 50, key=KEY, **data):
    stamp = str(int((at or datetime.now(UTC)).timestamp()))
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": stamp, "token": token, "signature": signature},
        "event-data": {
            "event": kind,
            "timestamp": float(stamp),
            "severity": "permanent",
            "reason": "bounce",
            "recipient": "li@example.com",
            "message": {"headers": {"message-id": row.message_id.strip("<>")}},
            "delivery-status": {"message": "550 用户不存在", "description": "x"},
            **data,
        },
    }


def state():
    return (Delivery.objects.get().state, Receipt.objects.count(), Suppression.objects.count())


UNCHANGED = (DeliveryState.SENT, 0, 0)


def test_a_bounce_closes_the_message_and_suppresses(sent, mailgun):
    assert mailgun(event(sent)) == 200
    receipt = Receipt.objects.get()
    assert (receipt.kind, receipt.proof, receipt.state) == (
        ReceiptKind.HARD_BOUNCE, Proof.PROVIDER, ReceiptState.APPLIED,
    )  # fmt: skip
    assert state() == (DeliveryState.BOUNCED, 1, 1)


@pytest.mark.parametrize(
    ("kind", "severity", "expected"),
    [
        ("delivered", "", (DeliveryState.DELIVERED, 1, 0)),
        ("complained", "", (DeliveryState.SENT, 1, 1)),
        ("failed", "temporary", (DeliveryState.SENT, 1, 0)),
        ("opened", "", UNCHANGED),
        ("clicked", "", UNCHANGED),
    ],
)
def test_each_event_does_what_it_means_and_reading_is_not_watched(kind, severity, expected, sent, mailgun):
    assert mailgun(event(sent, kind=kind, severity=severity)) == 200
    assert state() == expected


def test_an_event_of_a_message_that_we_do_not_know_is_held(sent, mailgun):
    assert mailgun(event(sent, message={"headers": {"message-id": "other@example.com"}})) == 200
    assert (Receipt.objects.get().state, state()) == (ReceiptState.HELD, (DeliveryState.SENT, 1, 0))


@pytest.mark.parametrize("forgery", ["key", "token", "timestamp", "signature"])
def test_a_forged_post_is_refused(forgery, sent, mailgun):
    payload = event(sent, key="guess" if forgery == "key" else KEY)
    if forgery != "key":
        payload["signature"][forgery] = "1" + payload["signature"][forgery][1:] + "0"
    assert mailgun(payload) == 403
    assert state() == UNCHANGED


def test_a_replayed_post_is_refused(sent, mailgun):
    payload = event(sent, kind="failed", severity="permanent")
    assert [mailgun(payload), mailgun(payload)] == [200, 409]
    assert Receipt.objects.count() == 1


def test_a_kept_signature_proves_nothing_else(sent, mailgun):
    """The body is not signed: an old signature with other words must not pass for another event."""
    assert mailgun(event(sent, kind="delivered")) == 200
    assert mailgun(event(sent, kind="complained")) == 409
    assert state() == (DeliveryState.DELIVERED, 1, 0)


@pytest.mark.parametrize("age", [timedelta(days=2), timedelta(hours=-1)])
def test_a_post_from_outside_the_window_is_refused(age, sent, mailgun):
    payload = event(sent, at=datetime.now(UTC) - age)
    payload["event-data"]["timestamp"] = datetime.now(UTC).timestamp()
    assert mailgun(payload) == 409
    assert state() == UNCHANGED


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"signature": {}}', "<html>", '{"signature": {"token": 1}}'])
def test_a_malformed_post_is_refused(body, sent, mailgun, client):
    response = client.post("/hooks/mail/mailgun/", body, content_type="application/json")
    assert response.status_code in {400, 403}
    assert state() == UNCHANGED


@pytest.mark.parametrize(
    "data", [{"event": None}, {"timestamp": "x"}, {"message": 5}, {"recipient": {"a": 1}}, {"delivery-status": 7}]
)
def test_a_signed_post_with_odd_contents_breaks_nothing(data, sent, mailgun):
    assert mailgun(event(sent, **data)) in {200, 400, 409}


def test_a_post_of_megabytes_is_refused(sent, mailgun):
    assert mailgun(event(sent, padding="x" * 1_100_000)) == 413
    assert state() == UNCHANGED


@pytest.mark.parametrize("path", ["/hooks/mail/postmark/", "/hooks/mail/nobody/"])
def test_another_service_has_no_address_here(path, mailgun, client):
    assert client.post(path, "{}", content_type="application/json").status_code == 404


def test_without_a_secret_everything_is_refused(sent, client, settings):
    for service in ("mailgun", "postmark"):
        settings.MAIL_SERVICE, settings.ANYMAIL = service, {}
        posted = client.post(
            f"/hooks/mail/{service}/", json.dumps(event(sent, key="")), content_type="application/json"
        )
        assert posted.status_code == 403
    assert state() == UNCHANGED


def test_reading_the_address_does_nothing(mailgun, client):
    assert client.get("/hooks/mail/mailgun/").status_code == 405


POSTMARK = {
    "RecordType": "Bounce",
    "ID": 4323372036854775807,
    "Type": "HardBounce",
    "TypeCode": 1,
    "Email": "li@example.com",
    "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
    "Description": "x",
    "Details": "smtp;550",
    "Metadata": {},
}


def test_postmark_is_known_by_its_password(sent, client, settings):
    settings.MAIL_SERVICE, settings.ANYMAIL = "postmark", {"WEBHOOK_SECRET": "user:secret"}
    sent.provider_id = POSTMARK["MessageID"]
    sent.save()
    payload = json.dumps({**POSTMARK, "BouncedAt": datetime.now(UTC).isoformat()})

    def post(secret):
        value = "Basic " + base64.b64encode(secret).decode()
        return client.post(
            "/hooks/mail/postmark/", payload, content_type="application/json", headers={"authorization": value}
        ).status_code

    assert post(b"user:guess") == 403
    assert state() == UNCHANGED
    assert [post(b"user:secret"), post(b"user:secret")] == [200, 409]
    assert state() == (DeliveryState.BOUNCED, 1, 1)

"""/hooks/messaging/sms/…: receipts and replies, genuine, forged, replayed, malformed, early."""

import json
import logging
import uuid

import pytest
import time_machine

from messaging.actions.sending import Result, record_results
from messaging.actions.sms_receipts import match_held_receipts
from messaging.backends.port import Outcome, Verdict
from messaging.models import Delivery, Receipt, Suppression, UpstreamSms
from messaging.signing import signature_of
from messaging.tasks import match_receipts_task
from tests.factories.messaging import DeliveryFactory, sms_contact

pytestmark = pytest.mark.django_db
RECEIPTS, REPLIES = "/hooks/messaging/sms/sms/receipts/", "/hooks/messaging/sms/sms/replies/"
SECRET = "gateway-and-us"


@pytest.fixture(autouse=True)
def _frozen(settings, now):
    settings.SMS_WEBHOOK_SECRET = SECRET
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def post(client, now):
    def send(path, data, *, secret=SECRET, late=0, body=None, **headers):
        body = json.dumps(data).encode() if body is None else body
        timestamp = str(int(now.timestamp()) - late)
        signed = {
            "X-Timestamp": timestamp,
            "X-Signature": signature_of(secret=secret, timestamp=timestamp, body=body),
            **headers,
        }
        return client.post(path, body, content_type="application/json", headers=signed)

    return send


def sent(**fields):
    return DeliveryFactory(
        contact_point=sms_contact(),
        sent=True,
        message_id="<d1.abc@example.com>",
        backend="sms",
        provider_id="m-1",
        **fields,
    )


def receipt(**fields):
    return {"receipts": [{"id": "r-1", "message_id": "m-1", "status": "DELIVRD", **fields}]}


# --- genuine --------------------------------------------------------------------------------------------------


def test_receipt_settles_its_message(post):
    row = sent()
    answer = post(RECEIPTS, receipt())
    row.refresh_from_db()
    stored = Receipt.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"received": 1, "held": 0})
    assert (row.state, stored.state, stored.proof, stored.source) == ("delivered", "applied", "provider", "sms:sms")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.cookies == {}


@pytest.mark.parametrize(
    ("status", "state", "suppressed"),
    [
        ("DELIVRD", "delivered", []),
        ("ACCEPTD", "sent", []),
        ("UNDELIV", "bounced", []),
        ("MK:0001", "bounced", [("", "bounce")]),
        ("COMPLAINT", "sent", [("", "complaint")]),
        ("UNSUBSCRIBED", "sent", [("campaign", "unsubscribed")]),
    ],
)
def test_codes_mean_what_the_mapping_says(post, status, state, suppressed):
    row = sent()
    post(RECEIPTS, receipt(status=status))
    row.refresh_from_db()
    assert (row.state, list(Suppression.objects.values_list("category", "reason"))) == (state, suppressed)


def test_code_that_nobody_named_is_held_and_changes_nothing(post):
    row = sent()
    assert post(RECEIPTS, receipt(status="XA:0007")).json() == {"received": 1, "held": 1}
    row.refresh_from_db()
    stored = Receipt.objects.get()
    assert (row.state, stored.state, stored.status_code, stored.contact_point) == (
        "sent",
        "held",
        "XA:0007",
        row.contact_point,
    )
    assert match_held_receipts(now=stored.received_at) == 0


def test_unknown_message_is_held(post):
    sent()
    assert post(RECEIPTS, receipt(message_id="m-9")).json() == {"received": 1, "held": 1}
    assert (Delivery.objects.get().state, Receipt.objects.get().delivery) == ("sent", None)


def test_number_of_another_gateway_is_not_ours(post, settings):
    settings.SMS_FALLBACK_URL = "memory:"
    sent()
    post("/hooks/messaging/sms/sms-fallback/receipts/", receipt())
    assert (Delivery.objects.get().state, Receipt.objects.get().state) == ("sent", "held")


def test_batches_and_single_objects_are_taken(post):
    sent()
    other = DeliveryFactory(
        contact_point=sms_contact(), sent=True, message_id="<d2.x@e>", backend="sms", provider_id="m-2"
    )
    post(RECEIPTS, [{"id": "r-1", "message_id": "m-1", "status": "DELIVRD"}])
    post(RECEIPTS, {"message_id": "m-2", "status": "DELIVRD"})
    other.refresh_from_db()
    assert (other.state, Receipt.objects.count()) == ("delivered", 2)


def test_names_come_from_the_gateways_mapping(post, settings):
    settings.SMS_URL = (
        "http+json://k:s@127.0.0.1:1/?receipts.list=data.list&receipts.provider_id=sid&receipts.status=st"
        "&receipt_codes.delivered=0"
    )
    sent()
    post(RECEIPTS, {"data": {"list": [{"sid": "m-1", "st": 0}]}})
    assert Delivery.objects.get().state == "delivered"


def test_replies_are_received(post):
    answer = post(
        REPLIES,
        {
            "replies": [
                {"id": "u1", "phone": "13800138000", "text": "ＴＤ"},
                {"id": "u2", "phone": "13800138000", "text": "谢\u0000谢"},
            ]
        },
    )
    rows = UpstreamSms.objects.order_by("pk")
    assert (answer.json(), [(row.backend, row.meaning, row.text) for row in rows]) == (
        {"received": 2},
        [("sms", "opt_out", "ＴＤ"), ("sms", "other", "谢谢")],
    )
    assert Suppression.objects.get().reason == "upstream"


# --- the receipt that is quicker than we are ----------------------------------------------------------------


def sending(**fields):
    token = uuid.uuid4()
    row = DeliveryFactory(
        contact_point=sms_contact(),
        sending=True,
        token=token,
        message_id="<d1.abc@example.com>",
        backend="sms",
        **fields,
    )
    return row, token


def record(row, token, now):
    outcome = Outcome(Verdict.SENT, provider_id="m-1")
    record_results(results=[Result(row, outcome, "sms", "sms", 1)], token=token, now=now)
    row.refresh_from_db()


def test_early_receipt_with_our_own_number_is_not_lost(post, now):
    row, token = sending()
    post(RECEIPTS, receipt(reference="d1.abc@example.com"))
    row.refresh_from_db()
    assert row.state == "delivered"
    record(row, token, now)
    assert (row.state, Receipt.objects.get().state) == ("delivered", "applied")


def test_early_receipt_with_the_gateways_number_is_matched_later(post, now):
    row, token = sending()
    post(RECEIPTS, receipt())
    row.refresh_from_db()
    assert (row.state, Receipt.objects.get().state) == ("sending", "held")
    assert match_held_receipts(now=now) == 0
    record(row, token, now)
    assert (row.state, row.provider_id) == ("sent", "m-1")
    match_receipts_task()
    row.refresh_from_db()
    stored = Receipt.objects.get()
    assert (row.state, stored.state, stored.proof, stored.delivery) == ("delivered", "applied", "provider", row)
    # The gateway says it again: nothing more happens.
    assert post(RECEIPTS, receipt()).json() == {"received": 1, "held": 0}
    assert Receipt.objects.count() == 1


def test_receipt_settles_what_nobody_knew(post):
    row = DeliveryFactory(contact_point=sms_contact(), unknown=True, message_id="<d1.abc@example.com>", backend="sms")
    post(RECEIPTS, receipt(reference="d1.abc@example.com"))
    row.refresh_from_db()
    assert (row.state, row.error_class) == ("delivered", "")


def test_number_of_a_mail_settles_nothing(post):
    row = DeliveryFactory(sent=True, message_id="<d1.abc@example.com>")
    post(RECEIPTS, receipt(message_id="", reference="d1.abc@example.com"))
    row.refresh_from_db()
    assert (row.state, Receipt.objects.get().state) == ("sent", "held")


# --- forged, replayed, malformed ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [RECEIPTS, REPLIES])
@pytest.mark.parametrize(
    "change",
    [
        {"secret": "guess"},
        {"secret": ""},
        {"late": 301},
        {"late": -301},
        {"X-Signature": ""},
        {"X-Timestamp": "now"},
        {"X-Signature": "é" * 64},
    ],
)
def test_forged_or_stale_is_refused_and_changes_nothing(post, path, change):
    row = sent()
    answer = post(
        path,
        {"receipts": receipt()["receipts"], "replies": [{"id": "u", "phone": "13800138000", "text": "T"}]},
        **change,
    )
    row.refresh_from_db()
    assert (answer.status_code, row.state) == (401, "sent")
    assert (Receipt.objects.count(), UpstreamSms.objects.count(), Suppression.objects.count()) == (0, 0, 0)


def test_without_a_secret_nobody_is_believed(post, settings):
    settings.SMS_WEBHOOK_SECRET = ""
    assert post(RECEIPTS, receipt(), secret="").status_code == 401


def test_signature_is_of_this_body(post, client, now):
    sent()
    timestamp = str(int(now.timestamp()))
    headers = {"X-Timestamp": timestamp, "X-Signature": signature_of(secret=SECRET, timestamp=timestamp, body=b"{}")}
    answer = client.post(RECEIPTS, json.dumps(receipt()), content_type="application/json", headers=headers)
    assert (answer.status_code, Delivery.objects.get().state) == (401, "sent")


def test_replay_is_answered_and_changes_nothing(post):
    row = sent()
    body = {"replies": [{"id": "u1", "phone": "13800138000", "text": "TD"}]}
    answers = [post(RECEIPTS, receipt()).status_code, post(RECEIPTS, receipt()).status_code]
    answers += [post(REPLIES, body).status_code, post(REPLIES, body).status_code]
    row.refresh_from_db()
    assert (answers, row.state) == ([200] * 4, "delivered")
    assert (Receipt.objects.count(), UpstreamSms.objects.count(), Suppression.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (RECEIPTS, b""),
        (RECEIPTS, b"<html>"),
        (RECEIPTS, b"\xff\xfe\x00"),
        (RECEIPTS, b"[" * 90_000),
        (RECEIPTS, b"7"),
        (RECEIPTS, b'{"receipts": [1]}'),
        (RECEIPTS, b'{"receipts": [{"id": "r", "status": "DELIVRD"}]}'),
        (RECEIPTS, b'{"receipts": [{"message_id": "m-1"}]}'),
        (RECEIPTS, b'{"receipts": [{"message_id": "m-1", "status": {"a": 1}}]}'),
        (RECEIPTS, b'{"receipts": [{"message_id": "m 1", "status": "DELIVRD"}]}'),
        (RECEIPTS, json.dumps({"message_id": "m" * 300, "status": "DELIVRD"}).encode()),
        (RECEIPTS, json.dumps({"message_id": "m-1", "status": "D" * 300}).encode()),
        (RECEIPTS, json.dumps([{"message_id": "m-1", "status": "DELIVRD"}] * 1001).encode()),
        # One bad entry, and nothing of the batch is done.
        (RECEIPTS, b'[{"message_id": "m-1", "status": "DELIVRD"}, {}]'),
        (REPLIES, b'{"replies": [{"id": "u", "phone": "13800138000"}]}'),
        (REPLIES, b'{"replies": [{"id": "u", "phone": "138\\u0000", "text": "T"}]}'),
        (REPLIES, b'{"replies": [{"id": "\\ud800", "phone": "13800138000", "text": "T"}]}'),
        (REPLIES, b'{"replies": [{"phone": "13800138000", "text": "T"}]}'),
    ],
)  # fmt: skip
def test_malformed_is_refused_whole(post, path, body):
    row = sent()
    answer = post(path, None, body=body)
    row.refresh_from_db()
    assert (answer.status_code, row.state, Receipt.objects.count(), UpstreamSms.objects.count()) == (400, "sent", 0, 0)


def test_too_much_is_refused_before_it_is_read(post):
    assert post(RECEIPTS, None, body=b" " * (256 * 1024 + 1)).status_code == 413


def test_only_posts_and_only_gateways_that_are_set_up(client, post):
    assert client.get(RECEIPTS).status_code == 405
    assert post("/hooks/messaging/sms/email/receipts/", receipt()).status_code == 404
    assert post("/hooks/messaging/sms/sms-fallback/receipts/", receipt()).status_code == 404


def test_logs_name_nobody(post, caplog):
    sent()
    reply = {"id": "u", "phone": "13800138000", "text": "请打给王阿姨"}
    with caplog.at_level(logging.DEBUG):
        post(REPLIES, {"replies": [reply]}, secret="guess")
        post(REPLIES, {"replies": [{**reply, "id": ""}]})
        post(REPLIES, {"replies": [reply]})
        post(RECEIPTS, receipt())
    said = caplog.text + "".join(str(vars(record)) for record in caplog.records if record.name.startswith("messaging"))
    assert [word for word in ("13800138000", "王阿姨", SECRET) if word in said] == []
    assert [record.why for record in caplog.records if record.name == "messaging.signed_posts"] == [
        "signature",
        "id is missing or malformed",
    ]

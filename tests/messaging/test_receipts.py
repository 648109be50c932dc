from datetime import timedelta

import pytest

from core.models import AuditEntry
from messaging.actions.receipts import Report, apply_receipt, settle_receipt
from messaging.errors import SettleError
from messaging.models import Receipt, Suppression
from messaging.signals import opted_out
from tests.factories.messaging import DeliveryFactory, mail_contact

pytestmark = pytest.mark.django_db


def _report(kind, delivery=None, number=1, **options):
    proven = {"delivery_id": delivery.pk, "proof": "token"} if delivery else {}
    return Report(source="test", external_id=f"e{number}", kind=kind, **{**proven, **options})


def _apply(now, *arguments, **options):
    return apply_receipt(report=_report(*arguments, **options), now=now)


@pytest.mark.parametrize(
    ("kind", "state", "error", "suppressed"),
    [
        ("delivered", "delivered", "", []),
        ("delayed", "sent", "", []),
        ("soft_bounce", "bounced", "temporary", []),
        ("hard_bounce", "bounced", "recipient", [("bounce", "", None)]),
        ("complaint", "sent", "", [("complaint", "", None)]),
        ("unsubscribe", "sent", "", [("unsubscribed", "campaign", None)]),
    ],
)
def test_what_a_proven_receipt_does(kind, state, error, suppressed, now):
    row = DeliveryFactory(sent=True)
    receipt = _apply(now, kind, row, status_code="5.1.1")
    row.refresh_from_db()
    assert (row.state, row.error_class) == (state, error)
    assert list(Suppression.objects.values_list("reason", "category", "expires_at")) == suppressed
    assert receipt.state == ("ignored" if kind == "delayed" else "applied")


@pytest.mark.parametrize(
    ("kind", "state"), [("delivered", "delivered"), ("hard_bounce", "bounced"), ("complaint", "delivered")]
)
def test_unknown_is_settled_by_a_receipt(kind, state, now):
    row = DeliveryFactory(unknown=True)
    _apply(now, kind, row)
    row.refresh_from_db()
    assert (row.state, row.token, row.receipt_at) == (state, None, now)


def test_the_same_report_again_changes_nothing(now):
    row = DeliveryFactory(sent=True)
    first = _apply(now, "delivered", row)
    again = _apply(now + timedelta(hours=1), "hard_bounce", row)
    row.refresh_from_db()
    assert (again.pk, row.state, Receipt.objects.count(), Suppression.objects.count()) == (first.pk, "delivered", 1, 0)


def test_without_a_proof_it_is_held_and_changes_nothing(now):
    row = DeliveryFactory(sent=True)
    receipt = _apply(now, "hard_bounce", contact_point=row.contact_point, delivery_id=row.pk)
    row.refresh_from_db()
    assert (receipt.state, row.state, Suppression.objects.count()) == ("held", "sent", 0)


@pytest.mark.parametrize("state", ["pending", "failed"])
def test_of_a_message_that_never_left_it_is_held(state, now):
    row = DeliveryFactory(**({} if state == "pending" else {"failed": True}))
    assert _apply(now, "hard_bounce", row).state == "held"
    row.refresh_from_db()
    assert (row.state, Suppression.objects.count()) == (state, 0)


def test_delivered_after_a_bounce_is_ignored_and_a_bounce_after_delivered_is_not(now):
    row = DeliveryFactory(sent=True)
    _apply(now, "delivered", row)
    _apply(now, "hard_bounce", row, 2)
    assert _apply(now, "delivered", row, 3).state == "ignored"
    row.refresh_from_db()
    assert row.state == "bounced"


def test_the_third_temporary_bounce_of_a_month_pauses_for_two_weeks(now):
    contact = mail_contact()
    for number, days in enumerate((-40, 0, 1, 2)):
        assert Suppression.objects.count() == 0
        row = DeliveryFactory(sent=True, contact_point=contact)
        _apply(now + timedelta(days=days), "soft_bounce", row, number)
    entry = Suppression.objects.get()
    assert (entry.reason, entry.expires_at) == ("soft_bounce", now + timedelta(days=16))


def test_apps_above_hear_of_who_does_not_want_to_be_written_to(now):
    heard = []

    def hear(sender, contact_point, reason, **kwargs):
        heard.append((contact_point.pk, reason))

    opted_out.connect(hear)
    try:
        row = DeliveryFactory(sent=True)
        _apply(now, "complaint", row)
    finally:
        opted_out.disconnect(hear)
    assert heard == [(row.contact_point_id, "complaint")]


def test_a_code_is_erased_when_a_receipt_closes_it(now):
    row = DeliveryFactory(sending=True, category="code")
    _apply(now, "delivered", row)
    row.refresh_from_db()
    assert (row.state, row.params) == ("delivered", None)


def test_a_person_believes_a_held_receipt(now):
    receipt = _apply(now, "hard_bounce", contact_point=mail_contact())
    settle_receipt(receipt_id=receipt.pk, believed=True, reason="打过电话，地址停用", user=None, now=now)
    receipt.refresh_from_db()
    assert (receipt.state, receipt.proof, receipt.settled_at) == ("applied", "person", now)
    assert Suppression.objects.get().reason == "bounce"
    assert AuditEntry.objects.filter(action="messaging.receipt.settled").count() == 1


def test_a_person_dismisses_a_held_receipt_once_with_a_reason(now):
    receipt = _apply(now, "hard_bounce")
    with pytest.raises(SettleError, match="请写明依据"):
        settle_receipt(receipt_id=receipt.pk, believed=False, reason=" ", user=None, now=now)
    with pytest.raises(SettleError, match="认不出"):
        settle_receipt(receipt_id=receipt.pk, believed=True, reason="像真的", user=None, now=now)
    settle_receipt(receipt_id=receipt.pk, believed=False, reason="伪造", user=None, now=now)
    with pytest.raises(SettleError, match="已经处理过"):
        settle_receipt(receipt_id=receipt.pk, believed=False, reason="伪造", user=None, now=now)
    assert Suppression.objects.count() == 0

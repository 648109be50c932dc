"""What staff decide at the desk of messages."""

from datetime import timedelta

import pytest

from accounts.models import ContactPoint
from core.models import AuditDetail, AuditEntry
from messaging.actions.desk import lift_entry, retry_backend, settle_unknowns, suppress_typed
from messaging.actions.suppression import suppress
from messaging.errors import SettleError
from messaging.models import BackendHealth, Suppression
from tests.factories.accounts import StaffFactory
from tests.factories.messaging import NOW, DeliveryFactory, mail_contact

pytestmark = pytest.mark.django_db


def _actions():
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_several_results_are_settled_alike_and_each_is_audited():
    rows = [DeliveryFactory(unknown=True) for _number in range(2)]
    done = DeliveryFactory(sent=True)
    asked = [*(row.pk for row in rows), done.pk, rows[0].pk, 0]
    settled = settle_unknowns(delivery_ids=asked, arrived=False, reason="电话问过", user=StaffFactory(), now=NOW)
    for row in (*rows, done):
        row.refresh_from_db()
    assert settled == 2
    assert [row.state for row in (*rows, done)] == ["failed", "failed", "sent"]
    assert _actions() == ["messaging.delivery.settled"] * 2


def test_results_need_a_reason():
    row = DeliveryFactory(unknown=True)
    with pytest.raises(SettleError):
        settle_unknowns(delivery_ids=[row.pk], arrived=True, reason=" ", user=None, now=NOW)
    row.refresh_from_db()
    assert row.state == "unknown"


def test_suppressing_what_was_typed_keeps_no_address():
    typed = {"channel": "email", "value": "new@example.com", "category": "", "user": StaffFactory(), "now": NOW}
    entry, made = suppress_typed(note="来电不想再收", **typed)
    again, made_again = suppress_typed(note="又来电", **typed)
    assert (made, made_again, again.pk, entry.reason) == (True, False, entry.pk, "staff")
    assert ContactPoint.objects.count() == 0
    assert _actions() == ["messaging.suppressed", "messaging.suppression_noted"]
    assert entry.index == mail_contact("new@example.com").index


def test_suppressing_for_good_what_was_paused():
    contact = mail_contact()
    suppress(contact_point=contact, reason="soft_bounce", now=NOW, expires_at=NOW + timedelta(days=14))
    entry, made = suppress_typed(channel="email", value=contact.value, category="", note="来电", user=None, now=NOW)
    entry.refresh_from_db()
    assert (made, entry.reason, entry.expires_at) == (True, "staff", None)


def test_lifting_takes_the_entry_away_and_keeps_the_reason_on_record():
    entry = suppress(contact_point=mail_contact(), reason="bounce", now=NOW)
    assert lift_entry(entry_id=entry.pk, note="本人来电恢复", user=StaffFactory(), now=NOW) is True
    assert lift_entry(entry_id=entry.pk, note="本人来电恢复", user=None, now=NOW) is False
    assert Suppression.objects.count() == 0
    assert _actions() == ["messaging.suppressed", "messaging.suppression_noted", "messaging.suppression_lifted"]
    noted = AuditEntry.objects.get(action="messaging.suppression_noted")
    assert AuditDetail.objects.get(entry_id=noted.pk).detail == {"note": "本人来电恢复"}


def test_changes_of_the_list_need_a_reason():
    entry = suppress(contact_point=mail_contact(), reason="bounce", now=NOW)
    with pytest.raises(SettleError):
        lift_entry(entry_id=entry.pk, note="", user=None, now=NOW)
    with pytest.raises(SettleError):
        suppress_typed(channel="email", value="b@example.com", category="", note=" ", user=None, now=NOW)
    assert Suppression.objects.count() == 1


def test_trying_a_backend_again_is_audited_once():
    BackendHealth.objects.create(name="sms", channel="sms", state="open", retry_at=NOW + timedelta(minutes=9), trips=4)
    BackendHealth.objects.create(name="email", channel="email")
    user = StaffFactory()
    assert retry_backend(name="sms", user=user, now=NOW) is True
    assert retry_backend(name="email", user=user, now=NOW) is False
    row = BackendHealth.objects.get(name="sms")
    assert (row.retry_at, row.trips, _actions()) == (NOW, 0, ["messaging.backend.tried_again"])

"""The audit trail: append-only, sealed, without personal data."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from core.actions.audit import chain, record_audit, seal_audit_trail
from core.models import AuditDetail, AuditEntry, AuditSeal
from core.models.audit import AppendOnlyError

pytestmark = pytest.mark.django_db


def _entry(now, **detail):
    user = User.objects.create_user(email="staff@example.com", is_staff=True)
    return record_audit(action="events.cancel", target=user, user=user, now=now, detail=detail)


def test_an_entry_holds_a_pseudonym_and_no_detail(now):
    entry = _entry(now, reason="老王 13800138000")
    stored = " ".join(str(value) for value in AuditEntry.objects.values_list().get())
    assert "老王" not in stored
    assert "staff@example.com" not in stored
    assert AuditDetail.objects.get(entry_id=entry.pk).detail == {"reason": "老王 13800138000"}


def test_entries_cannot_be_changed_or_removed_through_models(now):
    entry = _entry(now)
    entry.action = "other"
    for attempt in (entry.save, entry.delete, AuditEntry.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            attempt()
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.update(action="other")


@pytest.mark.postgres
@pytest.mark.parametrize("statement", ["UPDATE core_auditentry SET action = 'x'", "DELETE FROM core_auditentry"])
def test_postgresql_refuses_changes_by_any_client(now, statement):
    _entry(now)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_sealing_chains_every_entry_once(now):
    first = _entry(now)
    seal = seal_audit_trail(now=now)
    assert seal.head == chain("", first)
    assert seal_audit_trail(now=now) is None
    second = record_audit(action="b", target=first, user=None, now=now)
    assert seal_audit_trail(now=now).head == chain(seal.head, second)
    assert AuditSeal.objects.count() == 2

"""accounts.actions.consent: an append-only ledger that names nobody."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.actions.consent import consent_subject, erase_consent_details, record_consent
from accounts.enums import ConsentKind
from accounts.models import ConsentDetail, ConsentEntry
from accounts.queries import consents_of, has_consented
from core.models.audit import AppendOnlyError
from tests.factories.accounts import ContactFactory, InvestorFactory

pytestmark = pytest.mark.django_db
WORDING = "我已阅读并同意《个人信息处理规则》"


def record(person, now, granted=True):
    return record_consent(
        contact_or_user=person, kind=ConsentKind.PRIVACY, granted=granted, wording=WORDING, source="signup", now=now
    )


def test_last_entry_counts(now):
    user = InvestorFactory()
    assert not has_consented(contact_or_user=user, kind=ConsentKind.PRIVACY)
    record(user, now)
    assert has_consented(contact_or_user=user, kind=ConsentKind.PRIVACY)
    record(user, now, granted=False)
    assert not has_consented(contact_or_user=user, kind=ConsentKind.PRIVACY)
    assert ConsentEntry.objects.count() == 2


def test_contact_and_user_of_the_same_number_are_different_subjects(now):
    user, contact = InvestorFactory(pk=77), ContactFactory()
    contact.pk = 77

    assert consent_subject(user) != consent_subject(contact)


def test_entry_holds_no_key_of_the_person(now):
    contact = ContactFactory()

    record(contact, now)

    row = ConsentEntry.objects.values().get()
    assert WORDING not in str(row)
    assert row["subject"] == consent_subject(contact)
    assert [field.name for field in ConsentEntry._meta.get_fields() if field.is_relation] == []


def test_history_shows_the_words_until_they_are_erased(now):
    user = InvestorFactory()
    record(user, now)
    assert [entry["wording"] for entry in consents_of(user)] == [WORDING]

    assert erase_consent_details(contact_or_user=user) == 1

    assert ConsentDetail.objects.count() == 0
    assert [entry["wording"] for entry in consents_of(user)] == [""]


def test_entry_cannot_be_changed_or_deleted(now):
    entry = record(InvestorFactory(), now)

    with pytest.raises(AppendOnlyError):
        entry.save()
    with pytest.raises(AppendOnlyError):
        entry.delete()
    with pytest.raises(AppendOnlyError):
        ConsentEntry.objects.update(granted=False)


@pytest.mark.postgres
@pytest.mark.parametrize("statement", ["UPDATE {} SET granted = false", "DELETE FROM {}"])
def test_database_refuses_to_change_the_ledger(now, statement):
    record(InvestorFactory(), now)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(ConsentEntry._meta.db_table))

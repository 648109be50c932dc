"""Each invariant is silent on good data and names what is broken."""

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction

from accounts.actions.accounts import create_account, purge_unused_contacts
from accounts.actions.codes import request_code
from accounts.actions.demo import create_demo_accounts
from accounts.errors import AccountError
from accounts.invariants import INVARIANTS
from accounts.models import ConsentDetail, ContactCode, ContactPoint, User
from accounts.receivers import ClearAddressError
from core.registries import invariants
from tests.factories.accounts import ContactFactory, InvestorFactory, PhoneFactory, StaffFactory

pytestmark = pytest.mark.django_db


def broken(name):
    return list(INVARIANTS[name]())


def test_all_are_registered_and_hold_on_the_demo(settings, now, codes):
    settings.DEMO = True
    create_demo_accounts(now=now)
    request_code(contact=PhoneFactory(), purpose="test", now=now, client="x")

    assert set(INVARIANTS) <= {name for name, _check in invariants}
    assert {name: broken(name) for name in INVARIANTS} == {name: [] for name in INVARIANTS}


def test_index_of_another_value_is_found():
    contact = PhoneFactory()
    ContactPoint.objects.filter(pk=contact.pk).update(index="0" * 64, last_four_index="")

    assert len(broken("accounts.contact_indexes")) == 2


def test_undecryptable_contact_is_found():
    contact = PhoneFactory()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_contactpoint SET value = 'AAAA' WHERE id = %s", [contact.pk])

    assert broken("accounts.contact_indexes") == [f"contact point {contact.pk} cannot be decrypted"]


def test_unverified_owner_is_found():
    contact = ContactFactory(user=InvestorFactory())

    assert broken("accounts.owned_contacts_verified") == [
        f"contact point {contact.pk} belongs to an account without having been verified"
    ]


def test_altered_consent_detail_is_found(now):
    create_account(contact=ContactFactory(), display_name="", wording="同意", now=now)
    ConsentDetail.objects.update(detail={"wording": "别的话"})

    assert len(broken("accounts.consent_details")) == 1


def test_staff_without_a_role_are_found():
    StaffFactory(role="editor")
    user = StaffFactory()

    assert broken("accounts.staff_roles") == [f"staff user {user.pk} has no role"]


def test_allauths_address_table_refuses_rows():
    with pytest.raises(ClearAddressError):
        EmailAddress.objects.create(user=InvestorFactory(), email="reader@example.com")

    assert EmailAddress.objects.count() == 0


def test_bulk_insert_into_allauths_table_is_found():
    EmailAddress.objects.bulk_create([EmailAddress(user=InvestorFactory(), email="reader@example.com")])

    assert broken("accounts.no_clear_addresses") == ["allauth's e-mail table holds 1 addresses"]


def test_database_refuses_an_investor_with_a_clear_address():
    with pytest.raises(IntegrityError), transaction.atomic():
        InvestorFactory(email="reader@example.com")


def test_demo_accounts_are_made_once_and_only_in_the_demo(settings, now):
    with pytest.raises(AccountError):
        create_demo_accounts(now=now)
    settings.DEMO = True
    made = create_demo_accounts(now=now)

    again = create_demo_accounts(now=now)

    assert {name: user.pk for name, user in made.items()} == {name: user.pk for name, user in again.items()}
    assert User.objects.count() == 27
    assert User.objects.get(email="admin@example.com").is_superuser
    assert made["reviewer"].has_perm("core.approve_publication")
    assert not made["editor"].has_perm("core.approve_publication")
    assert all(user.check_password(settings.DEMO_PASSWORD) for user in made.values())
    assert ContactPoint.objects.filter(verified_at__isnull=False).count() == 20


def test_purge_deletes_contacts_that_nobody_verified_or_uses(now):
    unused, recent = ContactFactory(), ContactFactory()
    verified, owned = ContactFactory(verified_at=now), ContactFactory(user=InvestorFactory(), verified_at=now)
    ContactPoint.objects.filter(pk=recent.pk).update(created_at=now)
    ContactCode.objects.create(
        contact=unused, purpose="test", salt="", digest="", created_at=now, expires_at=now, used_at=now
    )

    assert purge_unused_contacts(before=now) == 1

    assert set(ContactPoint.objects.all()) == {recent, verified, owned}

"""Races of accounts and limits: real threads on PostgreSQL, each with a control that shows the race."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction
from django.db.models import F

from accounts.actions.accounts import create_account
from accounts.actions.codes import request_code, verify_code
from accounts.errors import CodeError, CodeNotSentError
from accounts.models import ConsentEntry, ContactCode, User
from accounts.signals import code_due
from core import limits
from core.limits import LimitExceeded
from core.models import LimitCounter
from tests.factories.accounts import ContactFactory, InvestorFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run ``work`` in threads that start at the same moment; return results and errors."""
    barrier, results = threading.Barrier(count), []

    def run(number: int) -> None:
        try:
            barrier.wait()
            results.append(work(number))
        except Exception as error:  # noqa: BLE001 -- the test looks at what went wrong
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    return results


@pytest.fixture
def sent():
    codes = []

    def collect(**kwargs):
        codes.append(kwargs["code"])

    code_due.connect(collect, weak=False)
    yield codes
    code_due.disconnect(collect)


def test_same_code_in_twenty_requests_is_used_once(now, sent):
    contact = ContactFactory()
    request_code(contact=contact, purpose="test", now=now, client="x")

    results = together(20, lambda _n: verify_code(contact=contact, purpose="test", code=sent[-1], now=now))

    assert results.count(None) == 1
    assert sum(isinstance(result, CodeError) for result in results) == 19


def test_control_without_the_conditional_update_uses_a_code_more_than_once(now, sent):
    contact = ContactFactory()
    request_code(contact=contact, purpose="test", now=now, client="x")

    def naive(_n):
        row = ContactCode.objects.get(contact=contact)
        if row.used_at is None:
            time.sleep(0.05)
            row.used_at = now
            row.save()
            return True
        return False

    assert together(8, naive).count(True) > 1


def test_parallel_guesses_do_not_pass_five_tries(now, sent):
    contact = ContactFactory()
    request_code(contact=contact, purpose="test", now=now, client="x")
    guesses = [f"{n:06d}" for n in range(30) if f"{n:06d}" != sent[-1]][:25]

    together(len(guesses), lambda n: verify_code(contact=contact, purpose="test", code=guesses[n], now=now))

    row = ContactCode.objects.get()
    assert (row.attempts, row.used_at) == (5, None)


def test_ten_requests_for_a_code_send_one(now, sent):
    contact = ContactFactory()

    results = together(10, lambda _n: request_code(contact=contact, purpose="test", now=now, client="x"))

    assert sum(isinstance(result, ContactCode) for result in results) == 1
    assert sum(isinstance(result, CodeNotSentError) for result in results) == 9
    assert len(sent) == 1


def test_requests_of_many_contacts_from_one_client_do_not_deadlock(now, sent):
    contacts = ContactFactory.create_batch(12)

    results = together(12, lambda n: request_code(contact=contacts[n], purpose="test", now=now, client="x"))

    assert [type(result) for result in results] == [ContactCode] * 12


def test_one_contact_becomes_one_account(now):
    contact = ContactFactory()

    results = together(8, lambda _n: create_account(contact=contact, display_name="", wording="", now=now).pk)

    assert len(set(results)) == 1
    assert User.objects.count() == 1
    assert ConsentEntry.objects.count() == 1


def test_control_without_the_lock_makes_several_accounts(now):
    contact = ContactFactory()

    def naive(_n):
        with transaction.atomic():
            contact.refresh_from_db()
            if contact.user_id is None:
                time.sleep(0.05)
                type(contact).objects.filter(pk=contact.pk).update(user=InvestorFactory())

    together(4, naive)

    assert User.objects.count() > 1


@pytest.mark.parametrize("opened", [True, False])
def test_limit_lets_exactly_its_number_through(now, opened):
    if opened:
        limits.hit(key="race", limit=10, window=timedelta(minutes=1), now=now - timedelta(minutes=2))

    results = together(30, lambda _n: limits.hit(key="race", limit=10, window=timedelta(minutes=1), now=now))

    assert sorted(result for result in results if isinstance(result, int)).pop() <= 10
    assert sum(isinstance(result, int) for result in results) == 10
    assert sum(isinstance(result, LimitExceeded) for result in results) == 20


def test_control_that_reads_before_it_writes_lets_more_through(now):
    LimitCounter.objects.create(digest="race", count=0, expires_at=now + timedelta(minutes=1))

    def naive(_n):
        if LimitCounter.objects.get(digest="race").count < 3:
            time.sleep(0.05)
            LimitCounter.objects.filter(digest="race").update(count=F("count") + 1)
            return True
        return False

    assert together(12, naive).count(True) > 3

"""accounts.actions.codes: limits, life and death of a code."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.actions.codes import purge_codes, request_code, verify_code
from accounts.errors import (
    CodeError,
    CodeExpiredError,
    CodeLockedError,
    CodeMissingError,
    CodeNotSentError,
    CodeUsedError,
    CodeWrongError,
)
from accounts.models import ContactCode
from tests.factories.accounts import ContactFactory, PhoneFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def ask(contact, now, purpose="test", client="203.0.113.7"):
    return request_code(contact=contact, purpose=purpose, now=now, client=client)


def check(contact, code, now, purpose="test"):
    verify_code(contact=contact, purpose=purpose, code=code, now=now)


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_code_is_six_digits_and_not_stored(now, codes):
    contact = ContactFactory()

    row = ask(contact, now)

    assert len(codes.code) == 6
    assert codes.code.isdigit()
    assert codes[-1]["contact_point"] == contact
    assert codes[-1]["expires_at"] == now + 10 * MINUTE
    assert codes[-1]["event_key"] == f"code:{row.pk}"
    assert codes.code not in str(ContactCode.objects.values("salt", "digest").get().values())


def test_code_works_once(now, codes):
    contact = ContactFactory()
    ask(contact, now)

    check(contact, codes.code, now)

    with pytest.raises(CodeUsedError):
        check(contact, codes.code, now)


@pytest.mark.parametrize("typed", ["{0} ", "{1} {2}", "{1}-{2}"])
def test_code_may_be_typed_with_spaces(now, codes, typed):
    contact = ContactFactory()
    ask(contact, now)

    check(contact, typed.format(codes.code, codes.code[:3], codes.code[3:]), now)

    assert ContactCode.objects.get().used_at == now


def test_code_may_be_typed_in_full_width_digits(now, codes):
    contact = ContactFactory()
    ask(contact, now)

    check(contact, codes.code.translate({ord("0") + n: ord("０") + n for n in range(10)}), now)

    assert ContactCode.objects.get().used_at == now


def test_code_expires_after_ten_minutes(now, codes):
    contact = ContactFactory()
    ask(contact, now)

    with pytest.raises(CodeExpiredError):
        check(contact, codes.code, now + 10 * MINUTE)


def test_five_wrong_tries_lock_the_code(now, codes):
    contact = ContactFactory()
    ask(contact, now)

    for left in (4, 3, 2, 1):
        with pytest.raises(CodeWrongError) as refused:
            check(contact, wrong(codes.code), now)
        assert refused.value.tries_left == left
    with pytest.raises(CodeLockedError):
        check(contact, wrong(codes.code), now)
    with pytest.raises(CodeLockedError):
        check(contact, codes.code, now)


def test_new_code_replaces_the_older(now, codes):
    contact = ContactFactory()
    ask(contact, now)
    old = codes.code
    ask(contact, now + MINUTE)

    if old != codes.code:
        with pytest.raises(CodeWrongError):
            check(contact, old, now + MINUTE)
    check(contact, codes.code, now + MINUTE)


def test_code_serves_its_purpose_and_contact_only(now, codes):
    contact, other = ContactFactory(), ContactFactory()
    ask(contact, now)

    with pytest.raises(CodeMissingError):
        check(contact, codes.code, now, purpose="another")
    with pytest.raises(CodeMissingError):
        check(other, codes.code, now)


def test_second_code_within_a_minute_is_refused_and_nothing_is_sent(now, codes):
    contact = ContactFactory()
    ask(contact, now)

    with pytest.raises(CodeNotSentError) as refused:
        ask(contact, now + timedelta(seconds=20))

    assert refused.value.retry_at == now + MINUTE
    assert str(refused.value) == "验证码刚刚发出，请等 40 秒再重新获取。"
    assert len(codes) == 1


def test_contact_gets_five_codes_an_hour(now, codes):
    contact = ContactFactory()
    for minutes in range(0, 10, 2):
        ask(contact, now + minutes * MINUTE)

    with pytest.raises(CodeNotSentError) as refused:
        ask(contact, now + 12 * MINUTE)

    assert refused.value.retry_at == now + 60 * MINUTE
    assert len(codes) == 5


def test_client_has_a_limit_over_all_contacts(now, codes, monkeypatch):
    monkeypatch.setattr("accounts.actions.codes.PER_CLIENT", (type_limit(2),))
    ask(ContactFactory(), now)
    ask(ContactFactory(), now)

    with pytest.raises(CodeNotSentError):
        ask(ContactFactory(), now)
    ask(ContactFactory(), now, client="203.0.113.8")

    assert len(codes) == 3


def type_limit(count):
    from core.limits import Limit

    return Limit(count, timedelta(hours=1))


def test_site_budget_stops_sms_and_not_mail(now, codes, settings):
    settings.CODE_SMS_HOURLY_BUDGET = 1
    ask(PhoneFactory(), now)

    with pytest.raises(CodeNotSentError):
        ask(PhoneFactory(), now)
    ask(ContactFactory(), now)

    assert len(codes) == 2


def test_refused_request_leaves_the_last_code_usable(now, codes):
    contact = ContactFactory()
    ask(contact, now)
    with pytest.raises(CodeNotSentError):
        ask(contact, now)

    check(contact, codes.code, now)

    assert ContactCode.objects.get().used_at == now


def test_database_refuses_a_second_live_code(now, codes):
    contact = ContactFactory()
    row = ask(contact, now)
    row.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_failed_receiver_leaves_no_code(now):
    from accounts.signals import code_due

    def fail(**_kwargs):
        raise CodeError("测试")

    code_due.connect(fail, weak=False)
    try:
        with pytest.raises(CodeError):
            ask(ContactFactory(), now)
    finally:
        code_due.disconnect(fail)

    assert ContactCode.objects.count() == 0


def test_purge_deletes_old_codes_only(now, codes):
    ask(ContactFactory(), now)
    ask(ContactFactory(), now + timedelta(days=2))

    assert purge_codes(now=now + timedelta(days=2)) == 1
    assert ContactCode.objects.count() == 1

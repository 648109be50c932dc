"""The budget for codes by SMS: alarm, stop, and the way by mail that stays open."""

import logging
from datetime import timedelta

import pytest
from django.db import transaction

from accounts.actions.codes import request_code, request_code_to
from accounts.errors import CodeNotSentError
from messaging.models import Delivery
from messaging.rendering import render
from messaging.sms_budget import CodeBudget, code_budgets
from messaging.templates import get_template
from tests.factories.messaging import mail_contact, sms_contact

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _budget(settings):
    settings.CODE_SMS_HOURLY_BUDGET, settings.CODE_SMS_DAILY_BUDGET = 5, 1000
    settings.OPERATIONS_EMAIL = "ops@example.com"


def ask(now, first, last):
    for number in range(first, last + 1):
        request_code(contact=sms_contact(f"1380013{number:04d}"), purpose="test", now=now, client="203.0.113.7")


def alarms():
    return list(Delivery.objects.filter(template="messaging.code_budget").order_by("pk"))


def words(row):
    import json

    return render(get_template(row.template), json.loads(row.params), channel="email")


def test_one_mail_at_four_fifths_and_one_at_the_end(now):
    ask(now, 1, 3)
    assert alarms() == []
    ask(now, 4, 4)
    (most,) = alarms()
    ask(now, 5, 5)
    most, everything = alarms()
    assert (most.contact_point.value, words(most).subject) == ("ops@example.com", "短信验证码额度：用掉了八成")
    assert words(everything).subject == "短信验证码额度：已经用完，新的短信验证码停发"
    assert "1 小时内已发 5 条，上限 5 条。这一轮到 11-23 11:00 结束。" in words(everything).text


def test_refusals_after_the_end_write_nothing_more(now):
    ask(now, 1, 5)
    for number in range(6, 9):
        with pytest.raises(CodeNotSentError):
            ask(now, number, number)
    assert len(alarms()) == 2


def test_next_window_warns_again(now):
    ask(now, 1, 5)
    ask(now + HOUR + timedelta(seconds=1), 6, 10)
    assert len(alarms()) == 4


def test_day_has_an_alarm_of_its_own(now, settings):
    settings.CODE_SMS_HOURLY_BUDGET, settings.CODE_SMS_DAILY_BUDGET = 1000, 5
    ask(now, 1, 5)
    assert ["24 小时内" in words(row).text for row in alarms()] == [True, True]


def test_alarm_belongs_to_the_code_that_caused_it(now):
    ask(now, 1, 3)
    with pytest.raises(RuntimeError), transaction.atomic():
        ask(now, 4, 4)
        raise RuntimeError
    assert (alarms(), code_budgets(now=now)[0].used) == ([], 3)


@pytest.mark.parametrize("address", ["", "nobody"])
def test_without_an_address_codes_still_go(now, settings, address, caplog):
    settings.OPERATIONS_EMAIL = address
    with caplog.at_level(logging.WARNING):
        ask(now, 1, 5)
    assert (alarms(), Delivery.objects.filter(template="messaging.code").count()) == ([], 5)
    said = [record.getMessage() for record in caplog.records if "budget" in record.getMessage()]
    assert said == ["code SMS budget at 80 %", "code SMS budget at 100 %"]


def test_sign_in_by_mail_works_when_sms_is_used_up(now):
    ask(now, 1, 5)
    with pytest.raises(CodeNotSentError, match="请60 分钟后再试"):
        request_code_to(channel="sms", value="13900139001", purpose="test", now=now, client="203.0.113.8")
    contact = request_code_to(channel="email", value="li@example.com", purpose="test", now=now, client="203.0.113.8")
    assert contact == mail_contact()
    assert Delivery.objects.filter(template="messaging.code", contact_point=contact).count() == 1


def test_health_page_reads_used_and_limit(now):
    assert code_budgets(now=now) == [CodeBudget(1, 0, 5, "ok", None), CodeBudget(24, 0, 1000, "ok", None)]
    ask(now, 1, 4)
    hour, day = code_budgets(now=now)
    assert hour == CodeBudget(1, 4, 5, "most", now + HOUR)
    assert day == CodeBudget(24, 4, 1000, "ok", now + 24 * HOUR)
    ask(now, 5, 5)
    assert code_budgets(now=now)[0].level == "all"
    assert code_budgets(now=now + HOUR)[0] == CodeBudget(1, 0, 5, "ok", None)

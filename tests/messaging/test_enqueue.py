import json
from datetime import UTC, datetime, timedelta

import pytest

from messaging.actions import Order, enqueue, enqueue_many
from messaging.enums import Category, DeliveryState
from messaging.errors import ChannelError, MissingFieldError, TemplateError, UnknownTemplateError
from messaging.models import Delivery
from messaging.templates import MessageTemplate
from tests.factories.messaging import mail_contact, sms_contact

pytestmark = pytest.mark.django_db


def test_enqueue_makes_one_pending_row(now, plain_template):
    contact = mail_contact()
    row = enqueue(event_key="a:1", contact_point=contact, template="tests.plain", context={"name": "王"}, now=now)
    assert (row.state, row.priority, row.category, row.due_at) == (DeliveryState.PENDING, 10, Category.SERVICE, now)
    assert json.loads(row.params) == {"name": "王"}


def test_enqueue_same_key_twice_returns_the_first_row(now, plain_template):
    contact = mail_contact()
    first = enqueue(event_key="a:1", contact_point=contact, template="tests.plain", context={"name": "王"}, now=now)
    again = enqueue(event_key="a:1", contact_point=contact, template="tests.plain", context={"name": "李"}, now=now)
    assert (again.pk, json.loads(again.params), Delivery.objects.count()) == (first.pk, {"name": "王"}, 1)


def test_enqueue_names_the_missing_field_and_writes_nothing(now, plain_template):
    with pytest.raises(MissingFieldError, match=r"模板 tests\.plain 缺少字段：name。"):
        enqueue(event_key="a:1", contact_point=mail_contact(), template="tests.plain", context={}, now=now)
    assert Delivery.objects.count() == 0


def test_enqueue_keeps_only_declared_fields(now, plain_template):
    row = enqueue(
        event_key="a:1",
        contact_point=mail_contact(),
        template="tests.plain",
        context={"name": "王", "secret": "x", "unsubscribe_url": "https://example.com/u"},
        now=now,
    )
    assert json.loads(row.params) == {"name": "王", "unsubscribe_url": "https://example.com/u"}


def test_enqueue_unknown_template(now):
    with pytest.raises(UnknownTemplateError, match=r"没有登记过的消息模板：no\.such。"):
        enqueue(event_key="a:1", contact_point=mail_contact(), template="no.such", context={}, now=now)


def test_enqueue_refuses_a_channel_without_text(now, mail_only_template):
    with pytest.raises(ChannelError, match="没有短信内容"):
        enqueue(event_key="a:1", contact_point=sms_contact(), template="tests.mail_only", context={}, now=now)


def test_enqueue_many_in_bulk_and_again(now, plain_template):
    contacts = [mail_contact(f"p{number}@example.com") for number in range(3)]
    orders = [Order(f"c:1:{contact.pk}", contact, {"name": "王"}) for contact in contacts]
    asked = enqueue_many(orders=orders, template="tests.plain", now=now, source="campaign:1")
    again = enqueue_many(orders=orders, template="tests.plain", now=now, source="campaign:1")
    assert (asked, again, Delivery.objects.filter(source="campaign:1").count()) == (3, 3, 3)


@pytest.mark.parametrize(
    ("wanted", "due"),
    [
        (datetime(2026, 11, 23, 2, 0, tzinfo=UTC), datetime(2026, 11, 23, 2, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), datetime(2026, 11, 24, 0, 0, tzinfo=UTC)),
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), datetime(2026, 11, 23, 0, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 0, 0, tzinfo=UTC), datetime(2026, 11, 23, 0, 0, tzinfo=UTC)),
    ],
)
def test_campaign_sms_waits_for_the_window(wanted, due, campaign_template):
    row = enqueue(
        event_key="c:1", contact_point=sms_contact(), template="tests.campaign", context={"name": "王"}, now=wanted
    )
    assert row.due_at == due


def test_code_sms_goes_at_night(code_template):
    night = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    row = enqueue(
        event_key="c:1",
        contact_point=sms_contact(),
        template="tests.code",
        context={"code": "123456"},
        now=night,
        expires_at=night + timedelta(minutes=10),
    )
    assert (row.due_at, row.priority) == (night, 0)


def test_template_with_undeclared_placeholder_is_refused():
    with pytest.raises(TemplateError, match="没有声明的字段：who。"):
        MessageTemplate(key="x", label="x", category=Category.SERVICE, text="{who}")


@pytest.mark.parametrize("sms", ["看 https://a.cn", "看 www.a.cn", "看 example.com/x", "//a"])
def test_sms_template_with_link_is_refused(sms):
    with pytest.raises(TemplateError, match="短信一律不带链接"):
        MessageTemplate(key="x", label="x", category=Category.SERVICE, sms=sms)

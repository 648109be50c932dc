"""Factories of the messaging app."""

import uuid
from datetime import UTC, datetime

import factory

from accounts.actions.contacts import get_or_create_contact
from accounts.enums import Channel
from accounts.models import ContactPoint
from messaging.enums import PRIORITIES, Category, DeliveryState, ErrorClass
from messaging.models import Delivery, SentCopy, Suppression

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def mail_contact(value: str = "li@example.com") -> ContactPoint:
    return get_or_create_contact(channel=Channel.EMAIL, value=value, now=NOW)


def sms_contact(value: str = "13800138000") -> ContactPoint:
    return get_or_create_contact(channel=Channel.SMS, value=value, now=NOW)


class DeliveryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Delivery

    class Params:
        claimed = factory.Trait(
            state=DeliveryState.CLAIMED,
            token=factory.LazyFunction(uuid.uuid4),
            lease_until=factory.LazyAttribute(lambda row: row.created_at),
            claimed_at=factory.LazyAttribute(lambda row: row.created_at),
        )
        sending = factory.Trait(
            state=DeliveryState.SENDING,
            token=factory.LazyFunction(uuid.uuid4),
            lease_until=factory.LazyAttribute(lambda row: row.created_at),
            claimed_at=factory.LazyAttribute(lambda row: row.created_at),
            message_id="<d1@example.com>",
        )
        sent = factory.Trait(
            state=DeliveryState.SENT,
            sent_at=factory.LazyAttribute(lambda row: row.created_at),
            closed_at=factory.LazyAttribute(lambda row: row.created_at),
            message_id="<d1@example.com>",
        )
        failed = factory.Trait(
            state=DeliveryState.FAILED,
            closed_at=factory.LazyAttribute(lambda row: row.created_at),
            error_class=ErrorClass.REFUSED,
        )
        unknown = factory.Trait(
            state=DeliveryState.UNKNOWN,
            closed_at=factory.LazyAttribute(lambda row: row.created_at),
            message_id="<d1@example.com>",
            error_class=ErrorClass.LEASE_LAPSED,
        )

    event_key = factory.Sequence(lambda number: f"test:{number}")
    contact_point = factory.LazyFunction(mail_contact)
    channel = factory.LazyAttribute(lambda row: row.contact_point.channel)
    category = Category.SERVICE
    priority = factory.LazyAttribute(lambda row: PRIORITIES[row.category])
    template = "tests.plain"
    params = '{"name": "李阿姨"}'
    created_at = NOW
    due_at = factory.LazyAttribute(lambda row: row.created_at)


class SuppressionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Suppression

    channel = Channel.EMAIL
    reason = "unsubscribed"
    created_at = NOW


class SentCopyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SentCopy

    delivery = factory.SubFactory(DeliveryFactory, sent=True)
    subject = "标题"
    text = "正文"

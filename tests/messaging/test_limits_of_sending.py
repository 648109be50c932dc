"""Rates of gateways and domains, what one person gets in a day, and the calendar of short messages."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core import limits
from messaging.actions import enqueue
from messaging.actions.rates import RateGate
from messaging.backends.port import SENT
from messaging.models import CalendarDay, Delivery
from messaging.schedule import sending_time
from tests.factories.messaging import mail_contact, sms_contact

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _send(now, key, contact, template="tests.plain"):
    return enqueue(event_key=key, contact_point=contact, template=template, context={"name": "王阿姨"}, now=now)


def test_take_counts_no_more_than_fits_and_a_new_window_starts_empty(now):
    share = {"key": "k", "limit": 5, "window": timedelta(minutes=1)}
    closes = now + timedelta(minutes=1)
    assert limits.take(wanted=3, now=now, **share) == (3, closes)
    assert limits.take(wanted=3, now=now, **share) == (2, closes)
    assert limits.take(wanted=3, now=now, **share) == (0, closes)
    assert limits.take(wanted=3, now=closes, **share) == (3, closes + timedelta(minutes=1))


def test_a_domain_over_its_rate_waits_while_others_go(now, settings, plain_template, backend, run_sender):
    settings.MAIL_DOMAIN_RATES = {"qq.com": 2}
    for number in range(5):
        _send(now, f"q:{number}", mail_contact(f"p{number}@qq.com"))
    other = _send(now, "o", mail_contact("p@163.com"))
    fake = backend(SENT)
    run_sender(now)
    other.refresh_from_db()
    assert (len(fake.parcels), other.state) == (3, "sent")
    waiting = Delivery.objects.filter(state="pending").order_by("pk").values_list("due_at", flat=True)
    minute = now + timedelta(minutes=1)
    # Each has a moment of its own: the queue is put off once, not again every minute.
    assert list(waiting) == [minute, minute + timedelta(seconds=30), minute + timedelta(seconds=60)]


def test_the_star_is_the_rate_of_every_other_domain(now, settings, plain_template):
    settings.MAIL_DOMAIN_RATES = {"*": 1, "qq.com": 0}
    rows = [
        _send(now, f"a:{n}", mail_contact(f"p{n}@{d}"))
        for n, d in enumerate(["a.cn", "a.cn", "b.cn", "qq.com", "qq.com"])
    ]
    passed, waiting = RateGate().let_through(rows=rows, backend="email", now=now)
    assert [row.pk for row in passed] == [rows[index].pk for index in (0, 2, 3, 4)]
    assert [row.pk for row, _at in waiting] == [rows[1].pk]


def test_a_person_gets_so_many_campaigns_a_day_over_all_channels(
    now, settings, campaign_template, backend, run_sender, django_user_model
):
    settings.CAMPAIGNS_PER_PERSON_DAY = 1
    settings.DELIVERY_WINDOW = 10
    user = django_user_model.objects.create_user()
    mail, phone, stranger = mail_contact(), sms_contact(), mail_contact("other@example.com")
    for contact in (mail, phone):
        contact.user = user
        contact.save()
    for key, contact in (("m", mail), ("s", phone), ("o", stranger)):
        _send(now, key, contact, "tests.campaign")
    backend(SENT)
    run_sender(now)
    states = dict(Delivery.objects.values_list("event_key", "state"))
    assert states["o"] == "sent"
    assert sorted([states["m"], states["s"]]) == ["pending", "sent"]


def test_one_window_does_not_send_a_person_more_than_the_daily_number(
    now, settings, campaign_template, backend, run_sender
):
    settings.CAMPAIGNS_PER_PERSON_DAY = 2
    settings.DELIVERY_WINDOW = 10
    for number in range(4):
        _send(now, f"c:{number}", mail_contact(), "tests.campaign")
    fake = backend(SENT)
    run_sender(now)
    assert len(fake.parcels) == 2


def _local(day, hour, minute=0):
    return datetime(2027, 2, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("wanted", "allowed"),
    [
        (_local(1, 7, 59), _local(1, 8)),
        (_local(1, 8), _local(1, 8)),
        (_local(1, 19, 59), _local(1, 19, 59)),
        (_local(1, 20), _local(2, 8)),
        (_local(4, 20), _local(7, 10)),  # two days shut, the third opens late
        (_local(5, 12), _local(7, 10)),
        (_local(7, 11, 30), _local(7, 11, 30)),
        (_local(7, 12), _local(8, 8)),
    ],
)
def test_the_window_and_the_calendar(wanted, allowed):
    for day in (5, 6):
        CalendarDay.objects.create(day=date(2027, 2, day), note="春节")
    CalendarDay.objects.create(day=date(2027, 2, 7), opens=time(10), closes=time(12))
    assert sending_time(channel="sms", category="campaign", wanted=wanted) == allowed


def test_only_campaigns_by_sms_keep_to_the_calendar():
    night = _local(1, 2)
    CalendarDay.objects.create(day=date(2027, 2, 1))
    assert sending_time(channel="sms", category="service", wanted=night) == night
    assert sending_time(channel="email", category="campaign", wanted=night) == night


def test_a_bulk_of_short_messages_reads_the_calendar_once(now, campaign_template, django_assert_max_num_queries):
    from messaging.actions import Order, enqueue_many

    orders = [Order(f"b:{n}", sms_contact(f"1380013{n:04d}"), {"name": "x"}) for n in range(20)]
    with django_assert_max_num_queries(8):
        enqueue_many(orders=orders, template="tests.campaign", now=now)
    assert Delivery.objects.count() == 20

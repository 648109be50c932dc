import json
import socket
import time
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.signals import code_due
from core import nudge as nudging
from messaging.models import Delivery
from newsletters.actions.subscriptions import request_subscription
from newsletters.enums import SubscriptionStatus, Topic
from newsletters.links import CONFIRM, MANAGE, UNSUBSCRIBE, link_path
from newsletters.models import Subscription
from tests.factories.accounts import ContactFactory, PhoneFactory
from tests.factories.newsletters import make_subscription

pytestmark = pytest.mark.django_db
URL = "/newsletters/subscribe/"


def fill(**changes):
    return {"contact": "li@example.com", "topics": ["monthly"], "consent": "on", **changes}


def pending():
    now = timezone.now()
    return request_subscription(
        contact=ContactFactory(), topics=[Topic.MONTHLY], wording="我同意。", source="form", client="c", now=now
    )


def test_the_form_is_never_cached_and_ticks_nothing(client):
    response = client.get(URL)

    assert "no-store" in response["Cache-Control"]
    assert b"checked" not in response.content


def test_by_mail_the_whole_journey(client):
    asked = client.post(URL, fill(), follow=True)
    link = link_path(kind=CONFIRM, subscription=Subscription.objects.get(), now=timezone.now())
    shown = client.get(link)
    still = Subscription.objects.get().status
    confirmed = client.post(link)
    again = client.post(link)

    assert asked.request["PATH_INFO"] == "/newsletters/subscribe/sent/"
    assert "确认订阅吗？" in shown.content.decode()
    assert still == SubscriptionStatus.PENDING
    assert "订好了" in confirmed.content.decode()
    assert "您已经在订阅中" in again.content.decode()
    assert Subscription.objects.get().status == SubscriptionStatus.ACTIVE
    assert Delivery.objects.filter(template="newsletters.welcome").count() == 1


def test_by_phone_the_whole_journey(client):
    codes = []

    def keep(sender, *, code, **_rest):
        codes.append(code)

    code_due.connect(keep)
    page = client.post(URL, fill(contact="138 0013 8000"), follow=True)
    wrong = client.post(page.request["PATH_INFO"], {"code": "12"})
    done = client.post(page.request["PATH_INFO"], {"code": f" {codes[0][:3]} {codes[0][3:]} "})

    assert "138****8000" in page.content.decode()
    assert wrong.status_code == 422
    assert "数字码是六位数字，请再看一下短信。" in wrong.content.decode()
    assert "订好了" in done.content.decode()
    assert Subscription.objects.get().status == SubscriptionStatus.ACTIVE


def test_nothing_tells_whether_an_address_is_subscribed(client):
    make_subscription(contact=ContactFactory(value="known@example.com"))

    known = client.post(URL, fill(contact="known@example.com"), follow=True)
    unknown = client.post(URL, fill(contact="unknown@example.com"), follow=True)

    assert known.redirect_chain == unknown.redirect_chain
    assert known.content == unknown.content
    assert list(Delivery.objects.values_list("contact_point__index", flat=True)) == [
        Subscription.objects.get(status=SubscriptionStatus.PENDING).contact_point.index
    ]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"contact": ""}, "请填邮箱地址或手机号。"),
        ({"contact": "李阿姨😀"}, "请填邮箱（例如 name@example.com），或 11 位手机号。"),
        ({"contact": "li@"}, "这个邮箱地址不完整，例如 name@example.com。"),
        ({"contact": "1234567"}, "请填邮箱（例如 name@example.com），或 11 位手机号。"),
        ({"topics": []}, "请至少选一项想收的内容。"),
        ({"topics": ["x"]}, "没有这一项，请从下面选。"),
        ({"consent": ""}, "要先勾选同意，我们才能给您发信。"),
    ],
)
def test_bad_input_keeps_what_was_typed_and_changes_nothing(client, typed, words):
    response = client.post(URL, fill(**typed))

    html = response.content.decode()
    assert response.status_code == 422
    assert words in html
    assert f'value="{fill(**typed)["contact"]}"' in html
    assert Subscription.objects.count() == 0


def test_htmx_gets_the_form_alone(client):
    html = client.get(URL, headers={"HX-Request": "true"}).content.decode()

    assert html.count("<form") == 1
    assert "<html" not in html


@pytest.mark.parametrize("view", ["confirm", "unsubscribe", "manage", "code"])
def test_a_broken_link_is_a_clear_page(client, view):
    response = client.get(reverse(f"newsletters:{view}", args=["abc"]))

    assert response.status_code == 404
    assert "这个链接不完整" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_an_expired_confirming_link_says_so_and_changes_nothing(client):
    subscription = pending()
    link = link_path(kind=CONFIRM, subscription=subscription, now=timezone.now() - timedelta(days=3, seconds=1))

    response = client.post(link)

    subscription.refresh_from_db()
    assert response.status_code == 410
    assert "这个链接过期了" in response.content.decode()
    assert subscription.status == SubscriptionStatus.PENDING


def test_a_link_works_for_its_own_step_only(client):
    subscription = pending()
    token = link_path(kind=UNSUBSCRIBE, subscription=subscription, now=timezone.now()).split("/")[-2]

    response = client.post(reverse("newsletters:confirm", args=[token]))

    subscription.refresh_from_db()
    assert response.status_code == 404
    assert subscription.status == SubscriptionStatus.PENDING


def test_an_old_confirming_link_after_leaving_is_a_clear_page(client):
    subscription = pending()
    link = link_path(kind=CONFIRM, subscription=subscription, now=timezone.now())
    client.post(link)
    client.post(link_path(kind=UNSUBSCRIBE, subscription=subscription, now=timezone.now()))

    shown, posted = client.get(link), client.post(link)

    assert (shown.status_code, posted.status_code) == (410, 410)
    assert "这个链接不再有效" in posted.content.decode()


def test_unsubscribing_shows_first_and_acts_on_post(client):
    subscription = make_subscription(contact=ContactFactory(value="li.mei@example.com"))
    link = link_path(kind=UNSUBSCRIBE, subscription=subscription, now=timezone.now())

    shown = client.get(link).content.decode()
    status = Subscription.objects.get().status
    left = client.post(link).content.decode()
    again = client.post(link)

    assert "l***@example.com" in shown
    assert "li.mei" not in shown
    assert "不再接收" in shown
    assert "继续接收" in shown
    assert status == SubscriptionStatus.ACTIVE
    assert "已退订" in left
    assert again.status_code == 200
    assert Subscription.objects.get().status == SubscriptionStatus.UNSUBSCRIBED


def test_one_click_works_the_first_time_without_cookies_or_token():
    from django.test import Client

    subscription = make_subscription()
    link = link_path(kind=UNSUBSCRIBE, subscription=subscription, now=timezone.now())
    provider = Client(enforce_csrf_checks=True)

    response = provider.post(link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")

    assert response.status_code == 200
    assert Subscription.objects.get().status == SubscriptionStatus.UNSUBSCRIBED


def test_an_unsubscribing_link_works_for_two_years(client, time_machine):
    subscription = make_subscription()
    link = link_path(kind=UNSUBSCRIBE, subscription=subscription, now=timezone.now())
    time_machine.move_to(timezone.now() + timedelta(days=729))

    client.post(link)

    assert Subscription.objects.get().status == SubscriptionStatus.UNSUBSCRIBED


def test_an_erased_subscriber_sees_that_nothing_is_sent(client):
    subscription = make_subscription()
    link = link_path(kind=UNSUBSCRIBE, subscription=subscription, now=timezone.now())
    subscription.subscriber.delete()

    response = client.post(link)

    assert response.status_code == 200
    assert "这个订阅已经删除，不会再给您发信。" in response.content.decode()


def test_managing_by_link_changes_topics_and_needs_one(client):
    subscription = make_subscription()
    link = link_path(kind=MANAGE, subscription=subscription, now=timezone.now())

    saved = client.post(link, {"topics": ["risk"], "frequency": "quarterly"})
    refused = client.post(link, {"topics": [], "frequency": "quarterly"})

    assert "改好了，从下一封起生效。" in saved.content.decode()
    assert refused.status_code == 422
    assert Subscription.objects.get().topic_keys == ["risk"]


@pytest.fixture
def silent_broker(monkeypatch):
    """A broker that takes connections and never says a word."""
    from edu_site.celery import app

    def forget_connections():
        app.pool.force_close_all()
        app._pool = None
        app.amqp._producer_pool = None

    silent = socket.socket()
    silent.bind(("127.0.0.1", 0))
    silent.listen(8)
    url = f"amqp://127.0.0.1:{silent.getsockname()[1]}//"
    monkeypatch.setattr(app.conf, "broker_url", url)
    monkeypatch.setattr(app.conf, "broker_write_url", url)
    monkeypatch.setattr(nudging._publisher, "_rest_until", 0.0)
    forget_connections()
    yield
    silent.close()
    forget_connections()


@pytest.mark.django_db(transaction=True)
def test_subscribing_with_a_silent_broker_takes_under_two_seconds(client, silent_broker):
    failed, started = nudging.failed_nudges(), time.monotonic()

    response = client.post(URL, fill())

    seconds = time.monotonic() - started
    assert response.status_code == 302
    assert seconds < 2
    assert nudging.failed_nudges() == failed + 1
    assert Delivery.objects.filter(template="newsletters.confirm").count() == 1


def test_the_address_for_the_code_tells_no_old_subscriber_from_a_new_one(client):
    make_subscription(contact=PhoneFactory(value="+8613800138000"))

    known = client.post(URL, fill(contact="13800138000")).headers["Location"]
    unknown = client.post(URL, fill(contact="13900139000")).headers["Location"]
    again = client.post(URL, fill(contact="13900139000"), REMOTE_ADDR="10.0.0.9").headers["Location"]

    subjects = [
        json.loads(urlsafe_b64decode(path.split("/")[-2].split(":")[0] + "==="))[0] for path in (known, unknown)
    ]
    numbers = Subscription.objects.values_list("pk", "round")
    assert [f"{pk}.{round_}" in subject for subject in subjects for pk, round_ in numbers] == [False] * 4
    assert len(subjects[0]) == len(subjects[1])
    assert client.get(again).status_code == 200

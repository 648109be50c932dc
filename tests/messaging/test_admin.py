import importlib
import sys

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, clear_url_caches, reverse

from core.models import AuditEntry
from messaging.admin.demo import DemoOutbox
from messaging.enums import Category
from messaging.models import Delivery
from tests.factories.messaging import DeliveryFactory, SentCopyFactory, mail_contact, sms_contact

pytestmark = pytest.mark.django_db


def _reload_urls():
    for name in ("wagtail.admin.urls", "edu_site.urls"):
        importlib.reload(sys.modules[name])
    clear_url_caches()


@pytest.fixture
def demo(settings):
    """The site as demo settings build it; its addresses are made anew before and after."""
    settings.DEMO = True
    reverse("wagtailadmin_home")
    _reload_urls()
    yield
    settings.DEMO = False
    _reload_urls()


def test_list_masks_people_and_shows_no_code(staff):
    DeliveryFactory(contact_point=sms_contact(), category=Category.CODE, params='{"code": "135246"}')
    page = staff("view_delivery").get("/cms/messages/").content.decode()
    assert "138****8000" in page
    assert ("13800138000" in page, "135246" in page) == (False, False)


def test_list_is_for_those_who_may(staff):
    response = staff().get("/cms/messages/")
    assert (response.status_code, response["Location"]) == (302, "/cms/")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=sent", ["z***@example.com"]),
        ("channel=sms", ["138****8000"]),
        ("error_class=recipient", []),
        ("category=service&channel=email", ["z***@example.com"]),
        ("category=campaign", []),
        ("template=tests.plain&source=event:3", ["138****8000"]),
        ("backend=email", ["z***@example.com"]),
        ("created_at_from=2026-11-23&created_at_to=2026-11-23", ["138****8000", "z***@example.com"]),
        ("created_at_from=2026-11-24", []),
        ("q=8000", ["138****8000"]),
        ("q=138 0013 8000", ["138****8000"]),
        ("q=138****8000", ["138****8000"]),
        ("q=Zhao@Example.com", ["z***@example.com"]),
        ("q=zhao", []),
        ("q=0000", []),
    ],
)
@pytest.mark.usefixtures("plain_template")
def test_filters(query, found, staff):
    DeliveryFactory(contact_point=sms_contact(), source="event:3")
    DeliveryFactory(contact_point=mail_contact("zhao@example.com"), sent=True, backend="email")
    page = staff("view_delivery").get(f"/cms/messages/?{query}").content.decode()
    shown = [masked for masked in ("138****8000", "z***@example.com") if masked in page]
    assert shown == found


def test_list_takes_the_same_queries_for_one_row_and_for_three(staff):
    client = staff("view_delivery")
    DeliveryFactory()
    client.get("/cms/messages/")
    with CaptureQueriesContext(connection) as one:
        client.get("/cms/messages/")
    DeliveryFactory(), DeliveryFactory()
    with CaptureQueriesContext(connection) as three:
        client.get("/cms/messages/")
    assert len(one) == len(three)


def test_list_has_pages(staff):
    for _number in range(51):
        DeliveryFactory()
    page = staff("view_delivery").get("/cms/messages/?p=2").content.decode()
    assert page.count("l***@example.com") == 1


def test_message_page_says_why_and_not_what(staff):
    row = DeliveryFactory(unknown=True)
    page = staff("view_delivery").get(f"/cms/messages/{row.pk}/").content.decode()
    assert "发送途中程序中断" in page
    assert ("李阿姨" in page, "记下结果" in page) == (False, False)


def test_unknown_is_settled_once_with_a_reason(staff):
    row = DeliveryFactory(unknown=True)
    client = staff("view_delivery", "settle_delivery")
    refused = client.post(f"/cms/messages/{row.pk}/", {"arrived": "yes", "reason": ""})
    assert (refused.status_code, 'role="alert"' in refused.content.decode()) == (200, True)
    client.post(f"/cms/messages/{row.pk}/", {"arrived": "yes", "reason": "电话问过"})
    again = client.post(f"/cms/messages/{row.pk}/", {"arrived": "no", "reason": "又问了"}, follow=True)
    row.refresh_from_db()
    assert (row.state, "已经明确" in again.content.decode()) == ("sent", True)
    assert AuditEntry.objects.filter(action="messaging.delivery.settled").count() == 1


def test_settling_needs_its_own_permission(staff):
    row = DeliveryFactory(unknown=True)
    response = staff("view_delivery").post(f"/cms/messages/{row.pk}/", {"arrived": "yes", "reason": "x"})
    row.refresh_from_db()
    assert (response.status_code, row.state) == (302, "unknown")


@pytest.mark.usefixtures("_demo_gate")
def test_nobody_adds_changes_or_deletes_a_message_by_hand(admin_client):
    row = DeliveryFactory()
    for address in ("new/", f"edit/{row.pk}/", f"delete/{row.pk}/"):
        response = admin_client.get(f"/cms/messages/{address}")
        assert response.status_code in {302, 403, 404}
    assert Delivery.objects.count() == 1


def test_without_demo_there_is_no_outbox(staff, settings):
    settings.DEMO = False
    reverse("wagtailadmin_home")
    _reload_urls()
    copy = SentCopyFactory(text="验证码 135246")
    client = staff("view_delivery")
    for address in (
        "/cms/messages/demo/",
        f"/cms/messages/demo/{copy.delivery_id}/",
        f"/cms/messages/demo/{copy.delivery_id}/html/",
    ):
        assert client.get(address).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("messaging_demo_outbox")
    assert "135246" not in client.get(f"/cms/messages/{copy.delivery_id}/").content.decode()


@pytest.mark.usefixtures("demo")
def test_demo_outbox_shows_messages_with_their_codes(staff):
    copy = SentCopyFactory(subject="您的验证码", text="验证码 135246", html="<p>验证码 <b>135246</b></p>")
    client = staff("view_delivery")
    page = client.get("/cms/messages/demo/").content.decode()
    frame = client.get(f"/cms/messages/demo/{copy.delivery_id}/html/")
    assert ("验证码 135246" in page, " sandbox>" in page) == (True, True)
    assert frame.content.decode() == "<p>验证码 <b>135246</b></p>"
    assert "https:" not in frame["Content-Security-Policy"]
    assert DemoOutbox().menu_url == "/cms/messages/demo/"


@pytest.mark.usefixtures("demo")
def test_demo_outbox_is_for_staff_who_may_see_messages(staff):
    assert staff().get("/cms/messages/demo/").status_code == 302


@pytest.mark.usefixtures("demo")
def test_empty_demo_outbox_says_what_to_do(staff):
    assert "还没有发出过消息" in staff("view_delivery").get("/cms/messages/demo/").content.decode()

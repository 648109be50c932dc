"""The pages where staff see and settle what became of messages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.roles import assign_role, sync_roles
from core.models import AuditEntry
from messaging.actions.suppression import suppress
from messaging.admin.listing import QuickPaginator
from messaging.admin.menu import MessagesGroup
from messaging.enums import Category, ReceiptKind, ReceiptState
from messaging.models import (
    ArchivedDelivery,
    BackendHealth,
    CalendarDay,
    Delivery,
    Receipt,
    SmsFiling,
    Suppression,
    UpstreamSms,
)
from messaging.sms_budget import CodeBudget
from tests.factories.accounts import StaffFactory
from tests.factories.messaging import NOW, DeliveryFactory, mail_contact, sms_contact

pytestmark = pytest.mark.django_db

PAGES = {
    "view_delivery": ["/cms/messages/", "/cms/messages/queue/"],
    "settle_delivery": ["/cms/messages/unknown/"],
    "settle_receipt": ["/cms/messages/receipts/"],
    "view_backendhealth": ["/cms/messages/backends/"],
    "view_suppression": ["/cms/messages/suppression/"],
    "add_suppression": ["/cms/messages/suppression/add/"],
    "view_upstreamsms": ["/cms/messages/replies/"],
    "view_calendarday": ["/cms/messages/calendar/"],
    "view_smsfiling": ["/cms/messages/filings/"],
    "change_smsfiling": ["/cms/messages/filings/drafts/"],
}


def _held(**fields):
    number = Receipt.objects.count()
    return Receipt.objects.create(
        **{
            "source": "maildir",
            "external_id": f"r{number}",
            "kind": ReceiptKind.HARD_BOUNCE,
            "state": ReceiptState.HELD,
            "contact_point": mail_contact(),
            "received_at": NOW,
            **fields,
        }
    )


def _queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.fixture
def role(_demo_gate):
    """Return a function that signs in a member of staff of a role, with the rights that the role really has."""
    sync_roles()

    def sign_in(key):
        user = StaffFactory()
        assign_role(user=user, key=key)
        client = Client()
        client.force_login(user)
        return client

    return sign_in


# Who sees what


@pytest.mark.parametrize(
    ("key", "labels"),
    [
        (
            "admin",
            [
                "消息记录",
                "结果不明",
                "待判断的回执",
                "发送通道",
                "排队情况",
                "拒收名单",
                "短信回复",
                "短信日历",
                "短信报备",
            ],
        ),
        ("service", ["消息记录", "结果不明", "待判断的回执", "发送通道", "排队情况", "拒收名单", "短信回复"]),
        ("marketing", ["消息记录", "排队情况", "短信日历", "短信报备"]),
        ("events", ["消息记录", "排队情况"]),
        ("reviewer", []),
        ("analyst", []),
        ("editor", []),
    ],
)
def test_each_role_has_its_own_entries_and_no_others_open(key, labels, role):
    client = role(key)
    request = client.get("/cms/").wsgi_request
    shown = MessagesGroup().get_menu_item().menu.menu_items_for_request(request)
    assert [str(item.label) for item in shown] == labels
    may = {item.url for item in shown}
    for address in (page for pages in PAGES.values() for page in pages if not page.endswith(("/add/", "/drafts/"))):
        assert (client.get(address).status_code == 200) is (address in may), address


@pytest.mark.parametrize(("permission", "address"), [(name, page) for name, pages in PAGES.items() for page in pages])
def test_each_page_is_refused_without_its_permission(permission, address, staff):
    others = [name for name in PAGES if name != permission]
    response = staff(*others).get(address)
    assert (response.status_code, response["Location"]) == (302, "/cms/")
    refused = staff(*others).get(address, headers={"x-requested-with": "XMLHttpRequest"})
    assert refused.status_code == 403
    assert staff(permission).get(address).status_code == 200


def test_no_page_shows_a_code_or_an_address(role):
    client = role("admin")
    sms, mail = sms_contact(), mail_contact("zhangsan@example.com")
    now = timezone.now()
    params = '{"code": "135246"}'
    waiting = DeliveryFactory(contact_point=sms, category=Category.CODE, params=params, due_at=now)
    unknown = DeliveryFactory(unknown=True, contact_point=mail, params='{"code": "135246"}')
    _held(contact_point=mail, diagnostic="code 135246 to zhangsan@example.com or 13800138000")
    UpstreamSms.objects.create(
        backend="sms", external_id="u1", contact_point=sms, text="验证码135246是什么", meaning="other"
    )
    entry = suppress(contact_point=mail, reason="bounce", now=NOW)
    pages = [page for pages in PAGES.values() for page in pages]
    pages += [f"/cms/messages/{row.pk}/" for row in (waiting, unknown)]
    pages += [
        f"/cms/messages/suppression/{entry.pk}/",
        "/cms/",
        "/cms/messages/?q=8000",
        "/cms/messages/results/",
    ]
    for address in pages:
        response = client.get(address)
        assert response.status_code == 200, address
        text = response.content.decode()
        for secret in ("135246", "zhangsan", "13800138000"):
            assert secret not in text, (address, secret)


# 消息记录


def test_a_page_of_messages_counts_no_further_than_it_must(staff, monkeypatch):
    monkeypatch.setattr(QuickPaginator, "limit", 51)
    for _number in range(53):
        DeliveryFactory()
    page = staff("view_delivery").get("/cms/messages/?p=2").content.decode()
    assert page.count("l***@example.com") == 1
    assert "最新的 51 条" in page
    assert "只列出最新的 51 条" in page


def test_counting_stops_in_the_database(django_assert_num_queries):
    DeliveryFactory()
    paginator = QuickPaginator(Delivery.objects.order_by("-id"), 50)
    with CaptureQueriesContext(connection) as captured:
        assert (paginator.count, paginator.has_more) == (1, False)
    assert len(captured) == 1
    assert f"LIMIT {QuickPaginator.limit + 1}" in captured[0]["sql"]


def test_an_archived_event_is_told(staff):
    ArchivedDelivery.objects.create(
        event_key="old:1", channel="email", category="service", template="tests.plain", state="sent",
        sent_at=NOW, closed_at=NOW,
    )  # fmt: skip
    page = staff("view_delivery").get("/cms/messages/?q=old:1").content.decode()
    assert "这件事的消息已经归档：tests.plain，已发出，2026-11-23 10:00:00。" in page


def test_message_page_tells_the_story_in_order(staff):
    row = DeliveryFactory(
        sent=True, source="event:3", backend="email", claimed_at=NOW, state="bounced", error_class="recipient"
    )
    _held(delivery=row, state=ReceiptState.APPLIED, proof="token", status_code="5.1.1", received_at=NOW + timedelta(1))
    page = staff("view_delivery").get(f"/cms/messages/{row.pk}/").content.decode()
    story = page[page.index('class="ms-steps"') :]
    places = [story.index(word) for word in ("<b>登记", "<b>领取", "<b>发出", "<b>回执")]
    assert places == sorted(places)
    for words in ("请与对方核对邮箱或手机号", "邮件主通道", "退信地址上的签名", "5.1.1"):
        assert words in page


def test_message_page_plans_the_next_try(staff):
    row = DeliveryFactory(
        error_class="temporary", attempts=1, due_at=timezone.now() + timedelta(hours=1), expires_at=timezone.now()
    )
    page = staff("view_delivery").get(f"/cms/messages/{row.pk}/").content.decode()
    assert "再试（计划）" in page
    assert "对方的服务器请我们稍后再来。" in page


def test_message_page_takes_the_same_queries_for_one_receipt_and_three(staff):
    client = staff("view_delivery")
    row = DeliveryFactory(sent=True)
    _held(delivery=row, state=ReceiptState.IGNORED, proof="token")
    address = f"/cms/messages/{row.pk}/"
    client.get(address)
    one = _queries(client, address)
    _held(delivery=row, state=ReceiptState.IGNORED, proof="token")
    _held(delivery=row, state=ReceiptState.IGNORED, proof="token")
    assert _queries(client, address) == one


# 结果不明


def test_unknown_desk_settles_the_chosen_rows(staff):
    client = staff("settle_delivery")
    first, second, other = (DeliveryFactory(unknown=True) for _number in range(3))
    response = client.post(
        "/cms/messages/unknown/",
        {"rows": [first.pk, second.pk], "arrived": "yes", "reason": "电话问过"},
        follow=True,
    )
    for row in (first, second, other):
        row.refresh_from_db()
    assert [row.state for row in (first, second, other)] == ["sent", "sent", "unknown"]
    assert "已记下 2 条消息的结果。" in response.content.decode()
    assert AuditEntry.objects.filter(action="messaging.delivery.settled").count() == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"rows": [], "arrived": "yes", "reason": "问过"}, "请先在上面勾选消息。"),
        ({"arrived": "yes", "reason": ""}, "请写明依据。"),
        ({"reason": "问过的", "arrived": ""}, "请先选择一项。"),
    ],
)
def test_unknown_desk_says_what_is_missing_and_keeps_what_was_typed(data, said, staff):
    row = DeliveryFactory(unknown=True)
    page = staff("settle_delivery").post("/cms/messages/unknown/", {"rows": [row.pk], **data}).content.decode()
    row.refresh_from_db()
    assert (row.state, said in page) == ("unknown", True)
    assert (f'value="{row.pk}" checked' in page) is ("rows" not in data)
    assert data["reason"] in page


def test_unknown_desk_tells_what_was_settled_meanwhile(staff):
    row, done = DeliveryFactory(unknown=True), DeliveryFactory(sent=True)
    data = {"rows": [row.pk, done.pk], "arrived": "no", "reason": "问过"}
    page = staff("settle_delivery").post("/cms/messages/unknown/", data, follow=True).content.decode()
    assert "另有 1 条已经由别人或回执确认" in page


# 待判断的回执


def test_a_held_receipt_is_believed_with_a_reason(staff):
    receipt = _held(diagnostic="<script>alert(1)</script> li@example.com")
    client = staff("settle_receipt")
    page = client.get("/cms/messages/receipts/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; ［邮箱］" in page
    assert "<script>alert(1)" not in page
    refused = client.post("/cms/messages/receipts/", {"receipt": receipt.pk, "believed": "yes", "reason": ""})
    assert ('role="alert"' in refused.content.decode(), Suppression.objects.count()) == (True, 0)
    client.post("/cms/messages/receipts/", {"receipt": receipt.pk, "believed": "yes", "reason": "地址停用"})
    receipt.refresh_from_db()
    assert (receipt.state, receipt.proof, Suppression.objects.get().reason) == ("applied", "person", "bounce")
    assert AuditEntry.objects.filter(action="messaging.receipt.settled").count() == 1


def test_a_held_receipt_is_dismissed(staff):
    receipt = _held(kind=ReceiptKind.COMPLAINT)
    data = {"receipt": receipt.pk, "believed": "no", "reason": "伪造"}
    staff("settle_receipt").post("/cms/messages/receipts/", data)
    receipt.refresh_from_db()
    assert (receipt.state, Suppression.objects.count()) == ("dismissed", 0)


def test_nobody_is_suppressed_by_a_receipt_about_nobody(staff):
    receipt = _held(contact_point=None)
    data = {"receipt": receipt.pk, "believed": "yes", "reason": "属实"}
    page = staff("settle_receipt").post("/cms/messages/receipts/", data, follow=True).content.decode()
    assert "认不出这条回执说的是谁" in page
    assert staff("settle_receipt").post("/cms/messages/receipts/", {**data, "receipt": "x"}).status_code == 302


# 发送通道


def test_backends_tell_their_state_and_are_tried_again(staff):
    now = timezone.now()
    BackendHealth.objects.create(
        name="sms", channel="sms", state="open", failures=3, trips=2, retry_at=now + timedelta(hours=1),
        last_error_at=now, last_error_class="account", last_error_code="E5",
    )  # fmt: skip
    DeliveryFactory(sent=True, created_at=now, backend="sms", contact_point=sms_contact(), segments=2)
    looking = staff("view_backendhealth")
    page = looking.get("/cms/messages/backends/").content.decode()
    for words in ("短信主通道 · 暂停使用", "通道的账户有问题，例如欠费或没有权限。", "邮件主通道 · 正常", "0.10"):
        assert words in page
    assert "立刻再试" not in page
    assert looking.post("/cms/messages/backends/", {"backend": "sms"}).status_code == 302
    assert AuditEntry.objects.count() == 0
    client = staff("view_backendhealth", "change_backendhealth")
    assert "立刻再试" in client.get("/cms/messages/backends/").content.decode()
    said = client.post("/cms/messages/backends/", {"backend": "sms"}, follow=True).content.decode()
    assert "下一条消息会立刻用“短信主通道”试发。" in said
    assert BackendHealth.objects.get().retry_at <= timezone.now()
    assert AuditEntry.objects.get().action == "messaging.backend.tried_again"
    assert client.post("/cms/messages/backends/", {"backend": "nothing"}).status_code == 404


# 排队情况


def test_queue_page_draws_says_and_tabulates(staff):
    now = timezone.now()
    DeliveryFactory(category=Category.CAMPAIGN, due_at=now - timedelta(minutes=90, seconds=5))
    DeliveryFactory(contact_point=sms_contact(), category=Category.CODE, due_at=now - timedelta(seconds=20))
    page = staff("view_delivery").get("/cms/messages/queue/").content.decode()
    assert "等得最久的是邮件的订阅内容，已等 90 分钟。" in page
    assert "共 2 条在等，其中 1 条等了 15 分钟以上。" in page
    assert page.count("<svg viewBox=") == 2
    assert '<th scope="row">订阅内容 · 邮件</th><td class="ms-number">90 分钟</td>' in page
    assert '<th scope="row">超过 60 分钟 · 邮件</th><td class="ms-number">1</td>' in page
    drawing = page[page.index("<svg viewBox=") : page.index("<details>")]
    assert "<script" not in drawing
    assert "style=" not in drawing


def test_an_empty_queue_says_so(staff):
    page = staff("view_delivery").get("/cms/messages/queue/").content.decode()
    assert "没有消息在等。" in page


def test_queue_page_takes_the_same_queries_for_one_row_and_for_three(staff):
    client = staff("view_delivery")
    DeliveryFactory()
    client.get("/cms/messages/queue/")
    one = _queries(client, "/cms/messages/queue/")
    DeliveryFactory(contact_point=sms_contact()), DeliveryFactory(priority=3)
    assert _queries(client, "/cms/messages/queue/") == one


# 拒收名单


def test_suppression_is_found_by_what_is_typed_and_shows_no_person(staff):
    mine = suppress(contact_point=mail_contact("zhao@example.com"), reason="staff", now=NOW)
    other = suppress(contact_point=sms_contact(), reason="upstream", now=NOW, category="campaign")
    client = staff("view_suppression")
    everything = client.get("/cms/messages/suppression/").content.decode()
    found = client.get("/cms/messages/suppression/results/?q=Zhao@example.com").content.decode()
    assert (mine.index[:8] in everything, other.index[:8] in everything, mine.index[:9] in everything) == (
        True, True, False,
    )  # fmt: skip
    assert (mine.index[:8] in found, other.index[:8] in found) == (True, False)
    for typed in ("zhao", "nobody@example.com", mine.index[:8]):
        assert "名单里没有" in client.get(f"/cms/messages/suppression/results/?q={typed}").content.decode()


def test_suppression_is_added_and_lifted_with_reasons_on_record(staff):
    client = staff("view_suppression", "add_suppression", "delete_suppression")
    add = "/cms/messages/suppression/add/"
    refused = client.post(add, {"contact": "138", "category": "", "note": "来电"}).content.decode()
    assert ("请输入 11 位手机号" in refused, Suppression.objects.count()) == (True, 0)
    client.post(add, {"contact": "138 0013 8000", "category": "campaign", "note": "来电不收"})
    entry = Suppression.objects.get()
    assert (entry.channel, entry.category, entry.reason) == ("sms", "campaign", "staff")
    assert entry.index == sms_contact().index
    address = f"/cms/messages/suppression/{entry.pk}/"
    page = client.get(address).content.decode()
    assert ("列入名单" in page, "来电不收" in page) == (True, False)
    client.post(address, {"note": ""})
    assert Suppression.objects.count() == 1
    client.post(address, {"note": "本人要求恢复"})
    assert Suppression.objects.count() == 0
    assert client.get(address).status_code == 404
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "messaging.suppressed",
        "messaging.suppression_noted",
        "messaging.suppression_noted",
        "messaging.suppression_lifted",
    ]


def test_looking_at_the_list_does_not_change_it(staff):
    entry = suppress(contact_point=mail_contact(), reason="unsubscribed", now=NOW)
    client = staff("view_suppression")
    address = f"/cms/messages/suppression/{entry.pk}/"
    assert "移出拒收名单" not in client.get(address).content.decode()
    client.post(address, {"note": "恢复"})
    client.post("/cms/messages/suppression/add/", {"contact": "b@example.com", "category": "", "note": "x"})
    assert list(Suppression.objects.all()) == [entry]
    lifting = staff("view_suppression", "delete_suppression").get(address).content.decode()
    assert "只有本人重新提出要收，才能移出" in lifting


# 短信日历, 短信报备, 短信回复


def test_calendar_day_needs_both_hours_in_order(staff):
    client = staff("view_calendarday", "add_calendarday", "change_calendarday")
    new = "/cms/messages/calendar/new/"
    half = client.post(new, {"day": "2027-02-06", "opens": "10:00", "closes": "", "note": ""}).content.decode()
    wrong = client.post(new, {"day": "2027-02-06", "opens": "10:00", "closes": "09:00"}).content.decode()
    assert ("要么都填，要么都空着" in half, "结束要晚于开始" in wrong) == (True, True)
    assert CalendarDay.objects.count() == 0
    client.post(new, {"day": "2027-02-06", "opens": "", "closes": "", "note": "春节"})
    client.post(new, {"day": "2027-06-07", "opens": "10:00", "closes": "11:30", "note": "高考"})
    page = client.get("/cms/messages/calendar/").content.decode()
    assert ("不发订阅短信" in page, "10:00–11:30" in page) == (True, True)


def test_calendar_is_only_looked_at_without_the_right_to_change(staff):
    day = CalendarDay.objects.create(day=NOW.date(), note="停发")
    client = staff("view_calendarday")
    page = client.get("/cms/messages/calendar/").content.decode()
    assert ("停发" in page, "添加一天" in page) == (True, False)
    client.post(f"/cms/messages/calendar/edit/{day.pk}/", {"day": "2027-01-01", "note": "x"})
    client.post(f"/cms/messages/calendar/delete/{day.pk}/")
    day.refresh_from_db()
    assert day.note == "停发"


def test_filings_show_their_state(staff):
    SmsFiling.objects.create(
        template="tests.plain", text="{name}您好", digest="d", state="rejected", note="缺签名", changed_at=NOW
    )
    page = staff("view_smsfiling").get("/cms/messages/filings/").content.decode()
    for words in ("报备未通过", "{name}您好", "缺签名", "短信主通道"):
        assert words in page


def test_a_filing_goes_to_the_carrier_and_back(staff):
    client = staff("view_smsfiling", "change_smsfiling")
    client.post("/cms/messages/filings/drafts/")
    drafts = SmsFiling.objects.count()
    assert (drafts > 0, set(SmsFiling.objects.values_list("state", flat=True))) == (True, {"draft"})
    filing = SmsFiling.objects.first()
    address = f"/cms/messages/filings/{filing.pk}/"
    assert "记为报备中" in client.get(address).content.decode()
    refused = client.post(address, {"step": "approve"}, follow=True).content.decode()
    assert "只有报备中的短信可以记为报备通过。" in refused
    client.post(address, {"step": "submit"})
    assert "请写明未通过的原因" in client.post(address, {"step": "reject"}, follow=True).content.decode()
    client.post(address, {"step": "approve", "provider_code": "SMS_1"})
    filing.refresh_from_db()
    assert (filing.state, filing.provider_code) == ("approved", "SMS_1")
    client.post(address, {"step": "reject", "note": "<b>缺签名</b>"})
    page = client.get(address).content.decode()
    assert ("&lt;b&gt;缺签名&lt;/b&gt;" in page, "<b>缺签名" in page) == (True, False)
    steps = AuditEntry.objects.filter(target=f"messaging.smsfiling:{filing.pk}").order_by("id")
    assert [entry.action.rpartition(".")[2] for entry in steps] == ["drafted", "submitted", "approved", "rejected"]
    assert client.post(address, {"step": "nothing"}).status_code == 404


def test_filings_are_only_looked_at_without_the_right_to_change(staff):
    filing = SmsFiling.objects.create(template="t", text="{name}您好，访问 www.example.com", digest="d", changed_at=NOW)
    client = staff("view_smsfiling")
    page = client.get(f"/cms/messages/filings/{filing.pk}/").content.decode()
    assert ("短信里不能有链接或网址" in page, "没有填上内容" in page, "记为报备中" in page) == (True, False, False)
    client.post(f"/cms/messages/filings/{filing.pk}/", {"step": "submit"})
    client.post("/cms/messages/filings/drafts/")
    filing.refresh_from_db()
    assert (filing.state, SmsFiling.objects.count()) == ("draft", 1)
    assert client.get("/cms/messages/filings/0/").status_code == 404


def test_backends_page_warns_before_codes_are_refused(staff, monkeypatch):
    rows = [CodeBudget(1, 1700, 2000, "most", NOW), CodeBudget(24, 10_000, 10_000, "all", NOW)]
    monkeypatch.setattr("messaging.admin.backends.code_budgets", lambda now: rows)
    page = staff("view_backendhealth").get("/cms/messages/backends/").content.decode()
    assert ("请看看是不是有人在刷" in page, "暂时不再发验证码短信" in page) == (True, True)


def test_replies_show_what_people_said_escaped(staff):
    UpstreamSms.objects.create(
        backend="sms", external_id="u1", contact_point=sms_contact(), text="<b>回电</b>", meaning="other"
    )
    page = staff("view_upstreamsms").get("/cms/messages/replies/").content.decode()
    assert ("&lt;b&gt;回电&lt;/b&gt;" in page, "138****8000" in page, "其他内容" in page) == (True, True, True)


@pytest.mark.parametrize(
    ("permission", "address", "make"),
    [
        ("view_suppression", "/cms/messages/suppression/", "suppression"),
        ("settle_receipt", "/cms/messages/receipts/", "receipt"),
        ("settle_delivery", "/cms/messages/unknown/", "unknown"),
        ("view_upstreamsms", "/cms/messages/replies/", "reply"),
        ("view_smsfiling", "/cms/messages/filings/", "filing"),
        ("view_calendarday", "/cms/messages/calendar/", "day"),
    ],
)
def test_lists_take_the_same_queries_for_one_row_and_for_three(permission, address, make, staff):
    def one_more(number):
        contact = mail_contact(f"p{number}@example.com")
        {
            "suppression": lambda: suppress(contact_point=contact, reason="bounce", now=NOW),
            "receipt": lambda: _held(contact_point=contact),
            "unknown": lambda: DeliveryFactory(unknown=True, contact_point=contact),
            "reply": lambda: UpstreamSms.objects.create(
                backend="sms", external_id=str(number), contact_point=contact, meaning="other"
            ),
            "filing": lambda: SmsFiling.objects.create(template="t", text="x", digest=str(number), changed_at=NOW),
            "day": lambda: CalendarDay.objects.create(day=NOW.date() + timedelta(number)),
        }[make]()

    client = staff(permission)
    one_more(1)
    client.get(address)
    one = _queries(client, address)
    one_more(2), one_more(3)
    assert _queries(client, address) == one


# The first page


def test_first_page_says_what_waits(staff):
    DeliveryFactory(unknown=True)
    _held()
    BackendHealth.objects.create(name="sms", channel="sms", state="open", retry_at=NOW)
    headings = ("结果不明、要人确认的消息", "没有凭证、要人判断的回执", "暂停使用的发送通道")
    client = staff("settle_delivery", "settle_receipt", "view_backendhealth")
    page = client.get("/cms/").content.decode()
    assert [heading in page for heading in headings] == [True, True, True]
    page = staff("view_delivery").get("/cms/").content.decode()
    assert [heading in page for heading in headings] == [False, False, False]

"""messaging.actions.upstream: what people reply, and what follows."""

import pytest
from django.db import connection

from messaging import signals
from messaging.actions.upstream import meaning_of, receive_reply
from messaging.models import Suppression, UpstreamSms
from tests.factories.messaging import DeliveryFactory, sms_contact


@pytest.mark.parametrize(
    "text",
    [
        "T", "TD", "R", "N", "退订", "t", "td", " Td ", "ＴＤ", "ｒ", "T.", "TD。", "退 订", "退订！", "拒收", "退", "“退订”",
        "N\n", "回复TD", "退订T", "我要退订", "请退订，谢谢", "取消订阅", "T D", "退\u200b订", "STOP",
    ],
)  # fmt: skip
def test_opt_out(text):
    assert meaning_of(text) == "opt_out"


@pytest.mark.parametrize("text", ["1", "１", " 1 ", "1。", "回复1", "1️⃣", "①"])
def test_accept(text):
    assert meaning_of(text) == "accept"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "N号楼怎么走",
        "I am N",
        "不退订",
        "怎么退订？",
        "退订会影响报名吗",
        "退款",
        "T恤",
        "11",
        "1个人可以吗",
        "好的",
        "Nn",
        "到了T",
        "10",
    ],
)
def test_other_words_are_no_request(text):
    assert meaning_of(text) == "other"


def reply(now, text, external_id="u1", phone="13800138000"):
    return receive_reply(backend="sms", external_id=external_id, phone=phone, text=text, now=now)


@pytest.fixture
def told():
    """What the apps above were told."""
    heard = []

    def leave(sender, contact_point, reason, now, **kwargs):
        heard.append(("opted_out", contact_point.value, str(reason)))

    def accept(sender, contact_point, now, **kwargs):
        heard.append(("accepted", contact_point.value))
        return contact_point.value.endswith("8000")

    signals.opted_out.connect(leave)
    signals.accepted.connect(accept)
    yield heard
    signals.opted_out.disconnect(leave)
    signals.accepted.disconnect(accept)


@pytest.mark.django_db
def test_opting_out_stops_campaigns_to_the_number_at_once_and_once(now, told):
    first = reply(now, "td")
    again = reply(now, "td")
    assert (again, first.answered, first.meaning) == (first, True, "opt_out")
    entry = Suppression.objects.get()
    assert (entry.index, entry.category, entry.reason) == (sms_contact().index, "campaign", "upstream")
    assert told == [("opted_out", "+8613800138000", "upstream")]


@pytest.mark.django_db
def test_campaign_that_waits_is_not_sent_after_opting_out(now, campaign_template, code_template, backend, run_sender):
    fake = backend()
    campaign = DeliveryFactory(contact_point=sms_contact(), category="campaign", template="tests.campaign")
    code = DeliveryFactory(contact_point=sms_contact(), category="code", template="tests.code", params='{"code": "1"}')
    reply(now, "退订")
    run_sender(now)
    campaign.refresh_from_db()
    code.refresh_from_db()
    assert (campaign.state, code.state, len(fake.parcels)) == ("suppressed", "sent", 1)


@pytest.mark.django_db
@pytest.mark.parametrize(("phone", "answered"), [("13800138000", True), ("+8613900139001", False)])
def test_accepting_is_answered_when_somebody_above_acted(now, told, phone, answered):
    assert reply(now, "1", phone=phone).answered is answered
    assert reply(now, "1", phone=phone).answered is answered
    assert len(told) == 1
    assert Suppression.objects.count() == 0


@pytest.mark.django_db
def test_other_words_are_kept_encrypted_for_staff(now, told):
    row = reply(now, "请问有停车位吗？")
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM messaging_upstreamsms")
        (stored,) = cursor.fetchone()
    assert (row.meaning, row.answered, UpstreamSms.objects.get().text) == ("other", False, "请问有停车位吗？")
    assert ("停车位" in stored, told) == (False, [])


@pytest.mark.django_db
def test_number_of_no_phone_is_kept_and_answered_by_nobody(now, told):
    row = reply(now, "TD", phone="10690000")
    assert (row.contact_point, row.answered, Suppression.objects.count(), told) == (None, False, 0, [])


@pytest.mark.django_db
def test_equal_numbers_of_two_gateways_are_two_replies(now):
    reply(now, "好")
    receive_reply(backend="sms-fallback", external_id="u1", phone="13800138000", text="好", now=now)
    assert UpstreamSms.objects.count() == 2

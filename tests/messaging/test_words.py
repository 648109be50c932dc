"""Why a message did or did not arrive, in words."""

from datetime import timedelta

import pytest

from messaging.admin.words import REASONS, STATES, explain, receipt_outlook
from messaging.enums import DeliveryState, ErrorClass
from messaging.models import Delivery
from tests.factories.messaging import NOW


def test_every_reason_and_every_state_has_its_sentences():
    assert set(REASONS) == {reason for reason in ErrorClass.values if reason}
    assert set(STATES) == set(DeliveryState.values)
    for explanation in (*REASONS.values(), *STATES.values()):
        assert str(explanation.what).endswith("。")
        assert str(explanation.then).endswith("。")


@pytest.mark.parametrize(
    ("state", "reason", "due", "what"),
    [
        ("pending", "", 0, "还没有发出，正在排队。"),
        ("pending", "", 5, "还没有到可以发的时间。"),
        ("pending", "unavailable", 5, "发送通道连不上，消息还留着。"),
        ("sent", "", 0, "已经交给对方的邮箱或短信网关，没有收到退回。"),
        ("sent", "temporary", 0, "已经交给对方的邮箱或短信网关，没有收到退回。"),
        ("failed", "lease_lapsed", 0, "工作人员核实过：对方没有收到。"),
        ("unknown", "lease_lapsed", 0, "发送途中程序中断：可能已经发出，也可能没有。"),
        ("suppressed", "suppressed", 0, "对方在拒收名单上，所以没有发。"),
        ("bounced", "recipient", 0, "对方的邮箱或号码不存在、已停用，或者拒收。"),
    ],
)
def test_explanation_by_state_and_reason(state, reason, due, what):
    row = Delivery(state=state, error_class=reason, due_at=NOW + timedelta(minutes=due))
    assert str(explain(row, now=NOW).what) == what


@pytest.mark.parametrize(
    ("channel", "provider_id", "hours", "words"),
    [
        ("sms", "", 1, "网关没有给编号，不会再有回执。"),
        ("sms", "g1", 1, "短信回执还可能来（72 小时内）。"),
        ("sms", "g1", 73, "短信回执不会再来了。"),
        ("email", "", 1, "退信还可能来（5 天内）；没有退信，多半是收到了。"),
        ("email", "", 121, "退信不会再来了；没有退信，多半是收到了。"),
    ],
)
def test_outlook_for_a_receipt(channel, provider_id, hours, words):
    row = Delivery(channel=channel, provider_id=provider_id, claimed_at=NOW - timedelta(hours=hours))
    assert str(receipt_outlook(row, now=NOW)) == words

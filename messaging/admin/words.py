"""Why a message did or did not arrive, in words for whoever is asked 「为什么没收到」, and what to do next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Channel
from messaging.enums import DeliveryState, ErrorClass
from messaging.models import Delivery

# How long a receipt may still come after a message left.
BOUNCE_PATIENCE, SMS_RECEIPT_PATIENCE = timedelta(days=5), timedelta(hours=72)


@dataclass(frozen=True)
class Explanation:
    """One sentence on what happened and one on what to do."""

    what: Any
    then: Any


_NOTHING = _("不用处理。")

STATES: dict[str, Explanation] = {
    DeliveryState.PENDING: Explanation(
        _("还没有发出，正在排队。"), _("不用处理，轮到时会自动发出；等得太久，请看“排队情况”和“发送通道”。")
    ),
    DeliveryState.CLAIMED: Explanation(_("已经轮到，马上就发。"), _("不用处理，过一两分钟再看。")),
    DeliveryState.SENDING: Explanation(_("正在发送。"), _("不用处理，过一两分钟再看。")),
    DeliveryState.SENT: Explanation(
        _("已经交给对方的邮箱或短信网关，没有收到退回。"),
        _("请对方看看垃圾邮件或被拦截的短信。多数邮箱不发送达回执，没有回执不等于没收到。"),
    ),
    DeliveryState.DELIVERED: Explanation(
        _("对方的手机或邮箱确认已经收到。"), _("请对方看看垃圾邮件或被拦截的短信，也可能换了手机。")
    ),
    DeliveryState.BOUNCED: Explanation(
        _("发出以后被对方退了回来。"), _("请与对方核对邮箱或手机号，改正以后再发一次通知。")
    ),
    DeliveryState.FAILED: Explanation(_("没有发成。"), _("请看下面的原因。")),
    DeliveryState.SUPPRESSED: Explanation(_("没有发：发送之前发现不该再发。"), _("如果对方确实想收，请按原因处理。")),
    DeliveryState.EXPIRED: Explanation(
        _("没有发：等到能发的时候，已经过了有效时间。"), _("如果仍有必要，请从原来的事情（登录、报名、活动）重新发起。")
    ),
    DeliveryState.UNKNOWN: Explanation(
        _("到底发出去没有，程序不知道；系统不会自己再发一遍。"), _("请问过对方，再到“结果不明”里写明。")
    ),
}

REASONS: dict[str, Explanation] = {
    ErrorClass.UNAVAILABLE: Explanation(
        _("发送通道连不上，消息还留着。"), _("通道恢复后会自动再发；请看“发送通道”，必要时找技术同事。")
    ),
    ErrorClass.TEMPORARY: Explanation(_("对方的服务器请我们稍后再来。"), _("不用处理，会隔一段时间自动再试。")),
    ErrorClass.EXHAUSTED: Explanation(
        _("试了很多次，对方的服务器一直没有接收。"), _("请换一种联系方式通知对方；很多人都这样时，请找技术同事。")
    ),
    ErrorClass.RECIPIENT: Explanation(
        _("对方的邮箱或号码不存在、已停用，或者拒收。"), _("请与对方核对邮箱或手机号，改正以后再发一次通知。")
    ),
    ErrorClass.REFUSED: Explanation(
        _("内容或发件人被对方拒绝，多半是被当成了垃圾信息。"), _("请告诉推送同事检查文字；先用电话通知对方。")
    ),
    ErrorClass.TEMPLATE: Explanation(
        _("这条消息缺少要填的内容，没有办法生成。"), _("请把这一页的编号告诉技术同事；先用电话通知对方。")
    ),
    ErrorClass.SUPPRESSED: Explanation(
        _("对方在拒收名单上，所以没有发。"), _("对方本人要求恢复时，到“拒收名单”里查到并移出，再重新发送。")
    ),
    ErrorClass.UNWANTED: Explanation(
        _("要发的时候，条件已经变了：报名取消、已退订，或者事情已经过去。"), _("不用处理；对方有疑问，请照此说明。")
    ),
    ErrorClass.ERASED: Explanation(_("对方已经注销并删除资料，所以没有发。"), _NOTHING),
    ErrorClass.EXPIRED: Explanation(
        _("等到能发的时候，已经过了有效时间，发了也没有用。"), _("请对方重新操作一次，例如再取一次验证码。")
    ),
    ErrorClass.THROTTLED: Explanation(_("通道限制了每分钟的条数，这一条往后排。"), _("不用处理，会自动再发。")),
    ErrorClass.ACCOUNT: Explanation(
        _("通道的账户有问题，例如欠费或没有权限。"), _("请管理员检查通道账户；恢复后会自动再发。")
    ),
    ErrorClass.UNFILED: Explanation(
        _("这段短信文字还没有在运营商报备通过，不能发。"), _("请到“短信报备”里查看进度；先用邮件或电话通知对方。")
    ),
    ErrorClass.COMPLAINT: Explanation(
        _("对方把它标成了垃圾信息，以后不再发。"), _("请不要再联系；对方本人要求恢复时再移出拒收名单。")
    ),
    ErrorClass.CONNECTION_LOST: Explanation(
        _("内容已经发出，还没等到对方答复，连接就断了：可能收到，也可能没有。"),
        _("请问过对方，再到“结果不明”里写明。"),
    ),
    ErrorClass.LEASE_LAPSED: Explanation(
        _("发送途中程序中断：可能已经发出，也可能没有。"), _("请问过对方，再到“结果不明”里写明。")
    ),
}
_NOT_RECEIVED = Explanation(
    _("工作人员核实过：对方没有收到。"), _("如果仍有必要，请从原来的事情（报名、活动）再发一次通知。")
)
_LATER = Explanation(_("还没有到可以发的时间。"), _("不用处理，到时间会自动发出；短信只在白天发。"))
_IN_DOUBT = (ErrorClass.CONNECTION_LOST, ErrorClass.LEASE_LAPSED)


def explain(delivery: Delivery, *, now: datetime) -> Explanation:
    """Return what happened to ``delivery``, by its state and reason."""
    state, reason = delivery.state, delivery.error_class
    if state == DeliveryState.FAILED and reason in _IN_DOUBT:
        return _NOT_RECEIVED
    if state == DeliveryState.PENDING and not reason and delivery.due_at > now:
        return _LATER
    if state in {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.CLAIMED, DeliveryState.SENDING}:
        return STATES[state]
    return REASONS.get(reason, STATES[state])


def receipt_outlook(delivery: Delivery, *, now: datetime) -> Any:
    """Say whether anything may still be heard of a message that left or may have left."""
    left = delivery.claimed_at or delivery.created_at
    if delivery.channel == Channel.SMS:
        if not delivery.provider_id:
            return _("网关没有给编号，不会再有回执。")
        if now - left < SMS_RECEIPT_PATIENCE:
            return _("短信回执还可能来（72 小时内）。")
        return _("短信回执不会再来了。")
    if now - left < BOUNCE_PATIENCE:
        return _("退信还可能来（5 天内）；没有退信，多半是收到了。")
    return _("退信不会再来了；没有退信，多半是收到了。")

"""Choices of the messaging app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """What a message is for; it decides the order of sending and what is kept of it."""

    CODE = "code", _("验证码")
    SERVICE = "service", _("服务通知")
    CAMPAIGN = "campaign", _("订阅内容")


PRIORITIES: dict[str, int] = {Category.CODE: 0, Category.SERVICE: 10, Category.CAMPAIGN: 50}


class DeliveryState(models.TextChoices):
    """Where a message stands; docs/decisions has the diagram."""

    PENDING = "pending", _("等待发送")
    CLAIMED = "claimed", _("已领取")
    SENDING = "sending", _("正在发送")
    SENT = "sent", _("已发出")
    DELIVERED = "delivered", _("已送达")
    BOUNCED = "bounced", _("被退回")
    FAILED = "failed", _("发送失败")
    SUPPRESSED = "suppressed", _("未发送（已拒收）")
    EXPIRED = "expired", _("已过期未发")
    UNKNOWN = "unknown", _("结果不明")


# The message left this house, or never will: nothing sends the row again.
ACCEPTED_STATES = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.BOUNCED)
CLOSED_STATES = (
    *ACCEPTED_STATES,
    DeliveryState.FAILED,
    DeliveryState.SUPPRESSED,
    DeliveryState.EXPIRED,
    DeliveryState.UNKNOWN,
)


class ErrorClass(models.TextChoices):
    """Why a message was not sent, in kinds: what a server said may hold an address and is not kept."""

    NONE = "", _("无")
    UNAVAILABLE = "unavailable", _("发送通道连不上")
    TEMPORARY = "temporary", _("对方服务器请稍后再试")
    EXHAUSTED = "exhausted", _("多次重试仍未成功")
    RECIPIENT = "recipient", _("收件地址不存在或拒收")
    REFUSED = "refused", _("内容或发件人被拒绝")
    TEMPLATE = "template", _("模板缺内容，无法生成")
    SUPPRESSED = "suppressed", _("在拒收名单上")
    UNWANTED = "unwanted", _("发送前条件已不满足")
    ERASED = "erased", _("当事人已删除资料")
    EXPIRED = "expired", _("超过有效时间")
    THROTTLED = "throttled", _("通道限速，稍后再发")
    ACCOUNT = "account", _("通道账户有问题（余额、权限）")
    UNFILED = "unfiled", _("短信模板没有报备通过")
    COMPLAINT = "complaint", _("收件人投诉")
    CONNECTION_LOST = "connection_lost", _("发出后连接中断，没有收到回执")
    LEASE_LAPSED = "lease_lapsed", _("发送途中程序中断")


class SuppressionReason(models.TextChoices):
    """Why nothing may be sent to a contact point."""

    UNSUBSCRIBED = "unsubscribed", _("本人退订")
    UPSTREAM = "upstream", _("本人回复短信退订")
    BOUNCE = "bounce", _("地址或号码无效")
    SOFT_BOUNCE = "soft_bounce", _("多次暂时收不到，到期自动恢复")
    COMPLAINT = "complaint", _("本人投诉")
    STAFF = "staff", _("工作人员登记")


class ReceiptKind(models.TextChoices):
    """What somebody outside says of a message after it left."""

    DELIVERED = "delivered", _("已送达")
    DELAYED = "delayed", _("对方推迟接收")
    SOFT_BOUNCE = "soft_bounce", _("暂时收不到")
    HARD_BOUNCE = "hard_bounce", _("地址或号码无效")
    COMPLAINT = "complaint", _("投诉为垃圾信息")
    UNSUBSCRIBE = "unsubscribe", _("退订")


class Proof(models.TextChoices):
    """Why a receipt is believed to speak of one of our messages."""

    NONE = "", _("没有凭证")
    TOKEN = "token", _("退信地址上的签名")
    MESSAGE_ID = "message_id", _("邮件编号相符")
    PROVIDER = "provider", _("通道签名并认得编号")
    PERSON = "person", _("工作人员核对")


class ReceiptState(models.TextChoices):
    """What was done with a receipt."""

    APPLIED = "applied", _("已采用")
    IGNORED = "ignored", _("不影响状态")
    HELD = "held", _("待人工判断")
    DISMISSED = "dismissed", _("人工判定不可信")


class CircuitState(models.TextChoices):
    """Whether a backend is used."""

    CLOSED = "closed", _("正常")
    OPEN = "open", _("暂停使用")
    HALF_OPEN = "half_open", _("正在试探")


class FilingState(models.TextChoices):
    """Where the filing of a short message's text with a carrier stands."""

    DRAFT = "draft", _("未报备")
    SUBMITTED = "submitted", _("报备中")
    APPROVED = "approved", _("报备通过")
    REJECTED = "rejected", _("报备未通过")


class UpstreamMeaning(models.TextChoices):
    """What a person's reply by SMS asked for."""

    OPT_OUT = "opt_out", _("退订")
    ACCEPT = "accept", _("接受候补座位")
    OTHER = "other", _("其他内容")
